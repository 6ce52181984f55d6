/** Compares what clients were told with what is there: the promises of docs/invariants.md. */

import type { PeerMail } from '../clients/peer-mx.ts'
import type { FaultRecord, Handover, History } from './history.ts'
import { idOf, isWhole } from './mail.ts'

/** What was found when everything was quiet. */
export interface Found {
  /** By login: how often each mail, by id. */
  readonly inboxes: ReadonlyMap<string, ReadonlyMap<string, number>>
  readonly arrivals: readonly Arrival[]
  /** By `id recipient`: how often. */
  readonly bounces: ReadonlyMap<string, number>
  /** Whose each alias is. */
  readonly aliases: ReadonlyMap<string, string>
}

/** One final dot at another host that was answered 250, for one recipient. */
export interface Arrival {
  readonly key: string
  readonly at: number
  readonly followed: boolean
  readonly whole: boolean
}

export interface Verdict {
  readonly accepted: number
  readonly lost: readonly string[]
  /** In a mailbox, or at another host without a fault that explains it. */
  readonly doubled: readonly string[]
  /** At another host, cut off at the final dot: nobody could know. */
  readonly doubledInWindow: number
  /** Told 4xx after the final dot during a fault, and delivered: the spool had it, and its answer was lost. */
  readonly putOffAndDelivered: number
  readonly wrong: readonly string[]
}

/** From a final dot to its line in the ledger there may be this, and a fault. */
const WINDOW_MS = 5000

export function judge(history: History, found: Found): Verdict {
  const lost: string[] = []
  const doubled: string[] = []
  const wrong: string[] = []
  const arrivals = Map.groupBy(found.arrivals, ({ key }) => key)
  let doubledInWindow = 0
  const putOff = new Set<string>()
  for (const handover of history.handovers) {
    const sort = (key: string, count: number) => {
      if (handover.outcome === 'accepted' && count === 0) lost.push(`${key}: accepted, and lost`)
      if (handover.outcome !== 'refused' || count === 0) return
      if (handover.dotted && isDuring(handover, history.faults)) putOff.add(handover.id)
      else wrong.push(`${key}: refused, and delivered`)
    }
    for (const recipient of handover.recipients) {
      const login = found.aliases.get(recipient) ?? recipient
      const inbox = found.inboxes.get(login)
      const key = `${handover.id} ${recipient}`
      if (inbox !== undefined) {
        const count = inbox.get(handover.id) ?? 0
        if (count > 1) doubled.push(`${key}: ${count} times in the mailbox`)
        sort(key, count)
        continue
      }
      const there = arrivals.get(key) ?? []
      const bounced = found.bounces.get(key) ?? 0
      sort(key, there.length + bounced)
      if (there.length > 0 && bounced > 0) wrong.push(`${key}: arrived and bounced`)
      if (bounced > 1) doubled.push(`${key}: bounced ${bounced} times`)
      if (there.some(({ whole }) => !whole)) wrong.push(`${key}: is not whole elsewhere`)
      if (there.length < 2) continue
      const why = explain(there, history.faults)
      if (why === undefined) doubled.push(`${key}: ${there.length} times elsewhere`)
      else doubledInWindow += there.length - 1
    }
  }
  const known = new Set(history.handovers.map(({ id }) => id))
  for (const [login, inbox] of found.inboxes) {
    for (const id of inbox.keys()) if (!known.has(id)) wrong.push(`${login}: ${id}: nobody sent it`)
  }
  const accepted = history.handovers.filter(({ outcome }) => outcome === 'accepted').length
  return { accepted, lost, doubled, doubledInWindow, putOffAndDelivered: putOff.size, wrong }
}

/** Whether a fault went on while somebody waited for an answer. RFC 5321 §6.1 */
function isDuring({ begin, end }: Handover, faults: readonly FaultRecord[]): boolean {
  return faults.some((fault) => isAbrupt(fault) && fault.begin <= end && lastsUntil(fault) >= begin)
}

/** A roll explains nothing: that is what it is for. */
function isAbrupt({ name }: FaultRecord): boolean {
  return name !== 'roll'
}

/**
 * Whether it can have taken who sends, or who keeps what was sent. A clock that jumps counts: who is further ahead than a quarter
 * of a lease takes the leases of others for over.
 */
function reachesDelivery(fault: FaultRecord): boolean {
  return isAbrupt(fault) && !/\/(edge|imap|submission|directory)$/.test(fault.target)
}

function lastsUntil({ end, readyMs }: FaultRecord): number {
  return end === 0 ? Number.POSITIVE_INFINITY : end + readyMs + WINDOW_MS
}

/** Between each copy and the next there was a fault that can have taken who sent the first. RFC 5321 §6.1 */
function explain(there: readonly Arrival[], faults: readonly FaultRecord[]): string | undefined {
  const sorted = there.toSorted((a, b) => a.at - b.at)
  let why: string | undefined
  for (const [n, first] of sorted.slice(0, -1).entries()) {
    const next = sorted[n + 1]?.at ?? first.at
    const fault = faults.find(
      (one) => reachesDelivery(one) && one.begin - WINDOW_MS <= next && lastsUntil(one) >= first.at,
    )
    if (fault === undefined) return undefined
    why = fault.name
  }
  return why
}

/** What other hosts took, of the mails of this drill. */
export function arrivalsOf(mails: Iterable<PeerMail>, history: History): Arrival[] {
  const known = new Set(history.handovers.map(({ id }) => id))
  const arrivals: Arrival[] = []
  for (const { bytes, rcpt, accepted, at, followed } of mails) {
    const id = idOf(bytes)
    if (!accepted || id === undefined || !known.has(id)) continue
    for (const path of rcpt) {
      const recipient = /^<(.*?)>/.exec(path)?.[1] ?? path
      arrivals.push({ key: `${id} ${recipient}`, at, followed, whole: isWhole(bytes) })
    }
  }
  return arrivals
}

/** Of the texts of bounces: by `id recipient`, how often. */
export function countBounces(texts: Iterable<string>): Map<string, number> {
  const bounces = new Map<string, number>()
  for (const text of texts) {
    const id = /^In-Reply-To: <(.*)@drill\.test>\r$/m.exec(text)?.[1]
    for (const [, recipient] of text.matchAll(/^Final-Recipient: rfc822;\s*(.*)\r$/gm)) {
      const key = `${id} ${recipient}`
      bounces.set(key, (bounces.get(key) ?? 0) + 1)
    }
  }
  return bounces
}

/** The longest time from a 250 to the place, of mails that were on their way during a fault. */
export function longestWay(
  history: History,
  arrivedAt: (id: string, recipient: string) => number | undefined,
): number {
  let longest = 0
  for (const { id, end, outcome, recipients } of history.handovers) {
    if (outcome !== 'accepted') continue
    for (const recipient of recipients) {
      const at = arrivedAt(id, recipient)
      if (at === undefined) continue
      const hit = history.faults.some((fault) => fault.begin <= at && fault.end >= end)
      if (hit) longest = Math.max(longest, at - end)
    }
  }
  return Math.round(longest)
}
