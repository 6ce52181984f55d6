/**
 * What is done with an entry once it is leased. Killed at any point, the lease ends and somebody else begins anew; what has
 * ended by then is in the ledger, and is read first.
 */

import type { BounceClass } from '../bounces/bounce-class.ts'
import type { EntryDocument, Outcome, QueuedRecipient } from '../documents.ts'
import type { Events } from '../events.ts'
import { type LedgerParts, MailRecord, recipientKey } from '../ledger/record.ts'
import { type Mail, MailUnreadable } from '../mail.ts'
import { type Noticed, tellSender } from '../notices.ts'
import type { Attempted, Outgoing, Transported } from '../outbound/transport.ts'
import { dropMail, openMail } from './bodies.ts'
import { LOCAL } from './enqueue.ts'
import { type FirstParts, pair } from './first.ts'
import type { Lease } from './lease.ts'
import { attemptLocal, type LocalParts } from './local.ts'
import { makeOutgoing, toAccepted, toRemotePart } from './outgoing.ts'
import { noteRelayed, settleAttempt, type Tried, toNoticed } from './results.ts'

export interface AttemptParts extends FirstParts {
  readonly ledger: LedgerParts
  readonly local: LocalParts
  readonly events: Events
}

/** Those of an entry that wait on, and how. */
export interface Rest {
  readonly recipients: readonly QueuedRecipient[]
  readonly attempts: number
  readonly next: number
  /** The destination has all that it may have now. */
  readonly busyMs?: number
  readonly reason?: BounceClass
  readonly reply?: string
  readonly host?: string
  /** What a notice of delay says of each, when there was an attempt. */
  readonly noticed?: readonly Noticed[]
}

const MISSING = 'Its bytes are missing'
/** When what could not even be begun is begun again. */
const AGAIN_MS = 30_000

/**
 * Tries the entry, and gives it back or removes it. Returns for how long its destination has no place for another.
 *
 * @throws when the database does not answer: then the lease ends
 */
export async function attemptEntry(lease: Lease, parts: AttemptParts): Promise<number> {
  using _ = lease
  const { entry } = lease
  const mail = await openMail(entry.mailId, parts)
  try {
    if (mail === undefined) throw new MailUnreadable(new Error(`${entry.mailId} is gone`))
    const attempt = entry.destination === LOCAL ? attemptLocal : attemptRemote
    const rest = await attempt(lease, mail, parts)
    if (rest !== undefined) await finish(lease, mail, rest, parts)
    return rest?.busyMs ?? 0
  } catch (error) {
    if (!(error instanceof MailUnreadable)) throw error
    // Unless somebody else was here, and has removed the entry as well.
    if (await lease.putBack({ $set: { state: 'held', hold: MISSING } })) {
      parts.events.bytesMissing(entry._id)
    }
    return 0
  }
}

async function finish(lease: Lease, mail: Mail, rest: Rest, parts: AttemptParts): Promise<void> {
  const { entry } = lease
  if (rest.recipients.length === 0) {
    if (await lease.remove()) await dropMail(entry.mailId, parts)
    return
  }
  const told = await tellOfDelay(lease, mail, rest, parts)
  const { next, recipients, attempts, reason, reply, host } = rest
  await lease.putBack({
    $set: {
      ...{ recipients, attempts, next: new Date(next) },
      ...(reason !== undefined && { reason }),
      ...(reply !== undefined && { reply }),
      ...(host !== undefined && { host }),
    },
    ...(told && { $unset: { delayAt: true } }),
  })
}

/** Once. Killed before the entry says so, the same notice is made again. RFC 3461 §4.1, RFC 5321 §4.5.4.1 */
async function tellOfDelay(
  { entry }: Lease,
  mail: Mail,
  { recipients, reply = '', reason = entry.reason, noticed }: Rest,
  { clock, sendNotice, ledger }: AttemptParts,
): Promise<boolean> {
  const now = clock.now()
  if (entry.delayAt === undefined || entry.delayAt.getTime() > now) return false
  if (now >= entry.expiresAt.getTime()) return false
  // Without an attempt there are no words of others to repeat, only why it was put off before.
  const known = recipients.map((one) => toAccepted(one))
  const why =
    noticed ?? known.map((recipient) => ({ recipient, reply: '', ...(reason && { reason }) }))
  const until = entry.expiresAt.getTime()
  await tellSender({ kind: 'delayed', mail, recipients: why, until }, sendNotice)
  const record = await MailRecord.readEnds(mail.envelope, [], ledger)
  const line = { at: new Date(now), event: 'delayed', reply, ...(reason && { reason }) } as const
  await record.add(recipients.map(({ address }): Outcome => ({ ...line, recipient: address })))
  return true
}

async function attemptRemote(
  lease: Lease,
  mail: Mail,
  parts: AttemptParts,
): Promise<Rest | undefined> {
  const { entry } = lease
  const keys = entry.recipients.map(({ address }) => recipientKey(address))
  const record = await MailRecord.readEnds(mail.envelope, keys, parts.ledger)
  const open = entry.recipients
    .filter((_, at) => record.end(keys[at] ?? '') === undefined)
    .map((one) => toRemotePart(one, entry.deliveredTo))
  const same = { recipients: entry.recipients, attempts: entry.attempts }
  if (open.length === 0) return { ...same, recipients: [], next: 0 }
  const attempt = entry.attempts + 1
  const departure = {
    ...{ mail, parts: open, attempt, stillOurs: () => lease.stillOurs() },
    note: (tried: readonly Tried[]) => noteRelayed({ mail, record, tried, attempt }, parts),
    ...(entry.deliveredTo !== undefined && { deliveredTo: entry.deliveredTo }),
  }
  const outgoing = await makeOutgoing(departure, parts.sign).catch((error: unknown) => {
    if (error instanceof MailUnreadable) throw error
    parts.events.queueFailed('signing', error)
  })
  const again = (afterMs: number) => ({
    ...same,
    next: parts.clock.now() + parts.schedule.jitter(afterMs),
  })
  if (outgoing === undefined) return again(AGAIN_MS)
  const waitMs = parts.destinations.waitMs(entry)
  const transported =
    waitMs > 0 ? spared(outgoing, entry, parts) : await send(outgoing, entry, parts)
  const final = parts.clock.now() >= entry.expiresAt.getTime()
  if (transported.kind === 'busy' && !final) {
    return { ...again(transported.afterMs), busyMs: transported.afterMs }
  }
  const { results, ms } = transported.kind === 'busy' ? crowdedOut(outgoing) : transported
  const ours = lease.stillOurs()
  const deferredAll = results.every(({ outcome }) => outcome === 'deferred')
  // We broke it off: somebody else may go on at once.
  if (parts.signal.aborted && deferredAll) return { ...same, next: parts.clock.now() }
  if (waitMs === 0 && transported.kind !== 'busy') parts.destinations.learn(entry, results)
  const all = pair(open, results)
  // Who lost the entry says only what cannot be undone.
  const tried = ours ? all : all.filter(({ result }) => result.outcome === 'relayed')
  const about = { mail, record, tried, ms, attempt, final, from: 'queue' as const }
  const deferred = await settleAttempt(about, parts)
  return ours ? toRest(lease, deferred, parts) : undefined
}

function send(outgoing: Outgoing, entry: EntryDocument, parts: AttemptParts): Promise<Transported> {
  const where = { domain: entry.destination, pool: entry.pool }
  return parts.transport(where, outgoing, parts.signal)
}

/** Its days are over, and never was there a place for it: its sender hears of that, too. */
function crowdedOut({ recipients }: Outgoing) {
  const reply = '450 4.4.5 The destination takes fewer messages than there are'
  const results = recipients.map(
    (recipient): Attempted => ({ recipient, outcome: 'deferred', reply, reason: 'rate-limited' }),
  )
  return { results, ms: 0 }
}

/** Another entry has tried in vain a moment ago: what it was told holds for this one too. */
function spared(outgoing: Outgoing, entry: EntryDocument, parts: AttemptParts): Transported {
  const { reply, reason } = parts.destinations.trouble(entry) ?? {
    ...{ reply: '450 4.4.1 The destination was not reached', reason: 'connection-failed' as const },
  }
  const results = outgoing.recipients.map(
    (recipient): Attempted => ({ recipient, outcome: 'deferred', reply, reason }),
  )
  return { kind: 'attempted', results, ms: 0 }
}

function toRest({ entry }: Lease, deferred: readonly Tried[], { schedule }: AttemptParts): Rest {
  const waiting = new Set(deferred.map(({ part }) => part.name))
  const { reason, reply, host } = deferred[0]?.result ?? {}
  const attempts = entry.attempts + 1
  return {
    recipients: entry.recipients.filter(({ address }) => waiting.has(address)),
    attempts,
    next: schedule.nextOf(attempts, reason, entry.expiresAt.getTime()),
    noticed: deferred.map(toNoticed),
    ...(reason && { reason }),
    ...(reply !== undefined && { reply }),
    ...(host !== undefined && { host }),
  }
}
