/**
 * The first attempt, straight from the spool: what succeeds at once costs no queue write.
 *
 * Who may make it: the process that inserted the mail's document into the ledger, and nobody else, ever. Whoever gets the mail
 * from the spool later finds the document, cannot know whether that process is dead or slow, and makes an entry whose time
 * comes three quarters of a lease later. And the process that is still at it looks for such an entry all the while: it does not
 * send the final dot unless it has seen, less than half a lease ago, that there was none.
 */

import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import type { MailClass } from '#lib/mail/envelope.ts'
import type { Collections } from '../documents.ts'
import type { MailRecord } from '../ledger/record.ts'
import type { Mail } from '../mail.ts'
import type { Attempted, Sign, Transport } from '../outbound/transport.ts'
import type { RemotePart } from '../routes.ts'
import type { Attempts } from './attempts.ts'
import type { Destinations } from './destinations.ts'
import { type Destination, type EnqueueParts, enqueue, entryId, type Waiting } from './enqueue.ts'
import { makeOutgoing, toQueued } from './outgoing.ts'
import type { Pauses } from './pauses.ts'
import { noteRelayed, type ResultParts, settleAttempt, type Tried } from './results.ts'
import type { Schedule } from './schedule.ts'

const NO_RESULT = '451 4.3.0 There was no result'
const REPLY_CHARACTERS_MAX = 4000
/** When what could not be signed is tried again. */
const UNSIGNED_MS = 30_000

/** For this part of a lease a first attempt goes on without having looked. */
const RELIED_ON = 0.5
/** And by this part the clocks of two nodes may differ. */
const CLOCKS_DIFFER = 0.25

/** Said to timers, and made once: an abort without a reason makes an error each time. */
const OVER = new Error('The attempt is over')

export interface FirstParts extends ResultParts, EnqueueParts {
  readonly collections: Pick<Collections, 'entries' | 'queuedMails' | 'bodies'>
  readonly clock: Clock
  readonly schedule: Schedule
  readonly transport: Transport
  readonly sign: Sign
  readonly pauses: Pick<Pauses, 'has'>
  readonly destinations: Destinations
  /** Attempts of this process that may yet begin. */
  readonly places: Pick<Attempts, 'take'>
  /** Aborts when the process is to end. */
  readonly signal: AbortSignal
  readonly leaseMs: number
  /** How long it may take until the bytes begin to flow. */
  readonly firstAttemptMs: number
  /** An entry has come, and is due then. */
  readonly queued: (next: number) => void
}

/** When the ledger's document was about to be inserted: from then on nobody else has the mail. */
interface Moment {
  readonly monotonic: number
  readonly wall: number
}

export interface FirstContext {
  readonly tenant: string
  readonly since: Moment
  readonly parts: FirstParts
}

export interface Group extends Destination {
  readonly parts: readonly RemotePart[]
}

/** Recipients that go together. */
export function groupParts(parts: readonly RemotePart[], kind: MailClass): Group[] {
  const groups = new Map<string, Group & { parts: RemotePart[] }>()
  for (const part of parts) {
    const key = `${part.address.domain} ${part.by ?? ''}`
    const group = groups.get(key) ?? {
      destination: part.address.domain,
      pool: poolOf(kind),
      ...(part.by !== undefined && { deliveredTo: part.by }),
      parts: [],
    }
    group.parts.push(part)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/** What many get at once does not spoil the name of the addresses that people's own mail leaves from. */
function poolOf(kind: MailClass): string {
  return kind === 'bulk' || kind === 'announcement' ? 'bulk' : 'default'
}

/**
 * Brings the mail to the group, or into the queue. Resolves once everybody's end, or the entry, is written.
 *
 * @throws when it could not be written: the spool keeps the mail
 */
export async function sendFirst(
  group: Group,
  mail: Mail,
  record: MailRecord,
  { tenant, since, parts }: FirstContext,
): Promise<void> {
  const wait = async (
    some: readonly RemotePart[],
    more: Pick<Waiting, 'next'> & Partial<Waiting>,
  ) => {
    const { destination, pool, deliveredTo } = group
    const place = { destination, pool, ...(deliveredTo !== undefined && { deliveredTo }) }
    await enqueue(mail, { ...place, tenant, recipients: some.map(toQueued), ...more }, parts)
    parts.queued(more.next)
  }
  if (mail.envelope.hold !== undefined) {
    await wait(group.parts, { next: parts.clock.now(), hold: mail.envelope.hold })
    const held = {
      at: new Date(parts.clock.now()),
      event: 'held',
      reply: mail.envelope.hold,
    } as const
    return record.add(group.parts.map(({ name }) => ({ ...held, recipient: name })))
  }
  const next = whenInstead(group, record, { tenant, since, parts })
  using place = next === undefined ? await parts.places.take(tenant) : undefined
  if (place === undefined) return wait(group.parts, { next: next ?? parts.clock.now() })
  const attempted = await attempt(group, mail, { since, record }, parts)
  if ('afterMs' in attempted) {
    return await wait(group.parts, { next: parts.clock.now() + attempted.afterMs })
  }
  const { ms, ours } = attempted
  // Who lost the mail says only what cannot be undone: for the rest somebody else has the last word.
  const [tried, others] = ours ? [attempted.tried, []] : splitRelayed(attempted.tried)
  const about = { mail, record, tried, ms, from: 'spool', attempt: 1, final: false } as const
  const deferred = await settleAttempt(about, parts)
  if (deferred.length > 0) await wait(partsOf(deferred), afterFirst(deferred, mail, parts))
  if (others.length > 0) await wait(partsOf(others), { next: whenTakenOver(parts) })
}

function splitRelayed(tried: readonly Tried[]): [Tried[], Tried[]] {
  const relayed = ({ result }: Tried) => result.outcome === 'relayed'
  return [tried.filter(relayed), tried.filter((one) => !relayed(one))]
}

/** From then on a first attempt that has not seen the entry yet relies on nothing any more, by whichever clock. */
function whenTakenOver({ clock, leaseMs }: Pick<FirstParts, 'clock' | 'leaseMs'>): number {
  return clock.now() + (RELIED_ON + CLOCKS_DIFFER) * leaseMs
}

function partsOf(tried: readonly Tried[]): RemotePart[] {
  return tried.map(({ part }) => part)
}

function afterFirst(
  [first]: readonly Tried[],
  { envelope }: Mail,
  { schedule, signal, clock }: FirstParts,
): Pick<Waiting, 'next'> & Partial<Waiting> {
  // We broke it off ourselves: whoever is still there may go on at once.
  if (signal.aborted) return { next: clock.now() }
  const { reason, reply, host } = first?.result ?? {}
  return {
    ...{ next: schedule.nextOf(1, reason, schedule.expiryOf(envelope)), attempts: 1 },
    ...(reason && { reason }),
    ...(reply !== undefined && { reply }),
    ...(host !== undefined && { host }),
  }
}

/** When an entry's turn comes, if there is to be no first attempt. */
function whenInstead(
  group: Group,
  record: MailRecord,
  { tenant, parts }: FirstContext,
): number | undefined {
  const now = parts.clock.now()
  if (record.found) return whenTakenOver(parts)
  const waitMs = parts.destinations.waitMs(group)
  if (waitMs > 0) return now + parts.schedule.after(waitMs)
  const { destination, pool } = group
  return parts.signal.aborted || parts.pauses.has({ tenant, destination, pool }) ? now : undefined
}

async function attempt(
  group: Group,
  mail: Mail,
  { since, record }: { readonly since: Moment; readonly record: MailRecord },
  parts: FirstParts,
): Promise<{ tried: Tried[]; ms: number; ours: boolean } | { afterMs: number }> {
  const over = new AbortController()
  const late = new AbortController()
  const claim = watchClaim(entryId(mail.envelope.mailId, group), since, parts, over.signal)
  parts.clock.sleep(parts.firstAttemptMs, over.signal).then(
    () => late.abort(new Error('It takes too long for a first attempt')),
    () => {},
  )
  try {
    const { deliveredTo } = group
    const departure = {
      ...{ mail, parts: group.parts, attempt: 1, stillOurs: claim.stillOurs },
      note: (tried: readonly Tried[]) => noteRelayed({ mail, record, tried, attempt: 1 }, parts),
      ...(deliveredTo !== undefined && { deliveredTo }),
    }
    const outgoing = await makeOutgoing(departure, parts.sign).catch((error: unknown) => {
      // Who knows the keys is away. Whatever else it is, the mail comes again.
      if (!(error instanceof Fault)) throw error
    })
    if (outgoing === undefined) return { afterMs: UNSIGNED_MS }
    const signal = AbortSignal.any([parts.signal, late.signal])
    const where = { domain: group.destination, pool: group.pool, patient: true }
    const transported = await parts.transport(where, outgoing, signal)
    if (transported.kind === 'busy') return { afterMs: transported.afterMs }
    if (!signal.aborted) parts.destinations.learn(group, transported.results)
    const { results, ms } = transported
    return { tried: pair(group.parts, results), ms, ours: claim.stillOurs() }
  } finally {
    over.abort(OVER)
  }
}

/**
 * Results come in the order of the recipients. A result that is missing is no result: it is tried again. Of very long replies
 * the beginning is kept.
 */
export function pair(parts: readonly RemotePart[], results: readonly Attempted[]): Tried[] {
  return parts.map((part, at) => {
    const { recipient } = part
    const result = results[at] ?? { recipient, outcome: 'deferred', reply: NO_RESULT }
    return { part, result: { ...result, reply: result.reply.slice(0, REPLY_CHARACTERS_MAX) } }
  })
}

function watchClaim(
  _id: string,
  since: Moment,
  { clock, leaseMs, collections }: Pick<FirstParts, 'clock' | 'leaseMs' | 'collections'>,
  over: AbortSignal,
): { stillOurs(): boolean } {
  let seen = since
  let lost = false
  const look = async () => {
    while (!lost) {
      await clock.sleep(leaseMs / 8, over)
      const asked = { monotonic: clock.monotonic(), wall: clock.now() }
      // Without an answer it is ours for a while yet.
      const entry = await collections.entries
        .findOne({ _id }, { fields: ['mailId'] })
        .catch(() => 'unknown')
      if (entry === undefined) seen = asked
      else if (entry !== 'unknown') lost = true
    }
  }
  look().catch(() => {})
  return {
    // A machine that slept stops the one clock, and not the other.
    stillOurs: () =>
      !lost &&
      clock.monotonic() - seen.monotonic < leaseMs * RELIED_ON &&
      clock.now() - seen.wall < leaseMs * RELIED_ON,
  }
}
