/** What each process may have of a destination whose limits hold for the cluster as a whole. */

import type { CollectionSpec, Document } from '#lib/db/port.ts'

/** What one process has of the connections. */
type Holder = {
  readonly owner: string
  readonly connections: number
  /** More than it has: the others should make room. */
  readonly wanted: number
  /** Then it is dead, or needs nothing any more. */
  readonly until: Date
}

/** `_id` is the key of a route: a domain, or the servers that stand for many. */
export interface ShareDocument extends Document {
  /** Counts the writes: each compares it, so that none is lost. */
  readonly version: number
  readonly holders: readonly Holder[]
  /** Messages that may go, as of `at`; a fraction is one that is on its way. */
  readonly messages: number
  readonly at: Date
  readonly expiresAt: Date
}

export const SHARES: CollectionSpec<ShareDocument> = {
  name: 'shares',
  indexes: [{ name: 'expiry', fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
}

/** Of the whole cluster; 0 is no limit. */
export interface Limits {
  readonly connectionsMax: number
  readonly messagesPerMinuteMax: number
}

export interface Wish {
  readonly owner: string
  /** How many it has open: what is open cannot be given back at once. */
  readonly open: number
  /** How many it could use; 0 when it needs none. */
  readonly connections: number
  /** Whether it needs messages. */
  readonly messages: boolean
  readonly now: number
  readonly leaseMs: number
}

export interface Granted {
  readonly document: ShareDocument
  readonly connections: number
  /** What waits beyond that is to be closed: others want it. */
  readonly target: number
  readonly messages: number
  /** When there may be a message again, if there is none now. */
  readonly messageAfterMs: number
}

const MINUTE_MS = 60_000
/** Long enough that nothing is still counted, short enough that nothing piles up. */
const KEPT_MS = 600_000

/** The document as it is after a wish was granted as far as that goes. */
export function grant(
  _id: string,
  before: ShareDocument | undefined,
  limits: Limits,
  wish: Wish,
): Granted {
  const { owner, now } = wish
  const others = (before?.holders ?? []).filter(
    (holder) => holder.owner !== owner && holder.until.getTime() > now,
  )
  const { connections, target } = shareOf(others, limits.connectionsMax, wish)
  const needed = wish.connections > 0 || connections > 0
  const until = new Date(now + wish.leaseMs)
  const own: Holder = { owner, connections, wanted: wish.connections, until }
  const { left, taken, afterMs } = takeMessages(before, limits.messagesPerMinuteMax, wish)
  return {
    document: {
      _id,
      version: (before?.version ?? 0) + 1,
      holders: needed && limits.connectionsMax > 0 ? [...others, own] : others,
      messages: left,
      at: new Date(now),
      expiresAt: new Date(now + KEPT_MS),
    },
    ...{ connections, target },
    messages: taken,
    messageAfterMs: afterMs,
  }
}

/** What is free; but no more than a fair part while others want more than they have. */
function shareOf(
  others: readonly Holder[],
  max: number,
  { open, connections }: Wish,
): Pick<Granted, 'connections' | 'target'> {
  if (max === 0) return { connections, target: Number.POSITIVE_INFINITY }
  const held = others.reduce((sum, other) => sum + other.connections, 0)
  const free = Math.max(0, max - held)
  const hungry = others.some((other) => other.wanted > other.connections)
  const fair = hungry ? Math.max(1, Math.floor(max / (others.length + 1))) : max
  // What is open stays counted until it is closed; it was granted before, so the sum holds.
  const wanted = Math.min(connections, free, fair)
  const granted = Math.max(Math.min(open, free), wanted)
  return { connections: granted, target: hungry ? wanted : granted }
}

/** A tenth of a minute's messages at a time at most, and half of those to one process. */
function takeMessages(
  before: ShareDocument | undefined,
  perMinute: number,
  { messages: needed, now }: Wish,
): { left: number; taken: number; afterMs: number } {
  if (perMinute === 0) return { left: 0, taken: 0, afterMs: 0 }
  const capacity = Math.max(1, perMinute / 10)
  const sinceMs = before ? Math.max(0, now - before.at.getTime()) : MINUTE_MS
  const there = Math.min(
    capacity,
    (before?.messages ?? capacity) + (sinceMs / MINUTE_MS) * perMinute,
  )
  const taken = needed ? Math.min(Math.floor(there), Math.max(1, Math.floor(capacity / 2))) : 0
  const left = there - taken
  const afterMs = taken > 0 ? 0 : Math.ceil(((1 - left) / perMinute) * MINUTE_MS)
  return { left, taken, afterMs }
}
