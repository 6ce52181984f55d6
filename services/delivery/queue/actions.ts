/** What operators do with entries: one after the other, each whole or not at all, and none that an attempt has under way. */

import type { Update } from '#lib/db/port.ts'
import type { Collections, EntryDocument, LedgerEvent, Outcome } from '../documents.ts'
import { type LedgerParts, MailRecord, recipientKey } from '../ledger/record.ts'
import { type SendNotice, tellSender } from '../notices.ts'
import { type BodyParts, dropMail, openMail } from './bodies.ts'
import { isRunning, list, type QueueFilter, stateOf } from './filter.ts'
import { type LeaseParts, takeOne } from './lease.ts'
import { toAccepted } from './outgoing.ts'

export interface ActionParts extends BodyParts, LeaseParts {
  readonly collections: Pick<Collections, 'entries' | 'queuedMails' | 'bodies'>
  readonly clock: LeaseParts['clock']
  readonly ledger: LedgerParts
  readonly sendNotice: SendNotice
  /** Something is due then. */
  readonly queued: (next: number) => void
}

export type Action = 'retry' | 'hold' | 'release' | 'bounce' | 'delete'

export interface QueueAction {
  readonly filter: QueueFilter
  readonly action: Action
  /** Of `hold` and `bounce`. */
  readonly reason: string
  readonly dryRun: boolean
}

export interface Acted {
  readonly entries: number
  readonly recipients: number
  /** That an attempt had under way, that were gone, or that it would not change. */
  readonly skipped: number
}

export interface SummaryRow {
  readonly by: 'destination' | 'tenant' | 'class' | 'reason' | 'state'
  readonly name: string
  readonly entries: number
  readonly recipients: number
  /** Milliseconds since 1970. */
  readonly oldestAt: number
}

const REPORT_MS = 1000
const BY = ['destination', 'tenant', 'class', 'reason', 'state'] as const
const ROWS_MAX = 1000

/** Yields the counts every second or so, and at the end; the last one counts. @throws {Fault} invalid */
export async function* act(
  { filter, action, reason, dryRun }: QueueAction,
  parts: ActionParts,
): AsyncGenerator<Acted> {
  const { clock, collections } = parts
  const counts = { entries: 0, recipients: 0, skipped: 0 }
  let toldAt = clock.monotonic()
  // The ids first: what is changed moves in the index that is walked.
  const found: Pick<EntryDocument, '_id'>[] = []
  for await (const { _id } of list(filter, collections.entries, clock.now())) found.push({ _id })
  for (const { _id } of found) {
    const entry = await collections.entries.findOne({ _id })
    const possible = entry !== undefined && isPossible(action, entry, clock.now())
    if (possible && (dryRun || (await actOn(entry, action, reason, parts)))) {
      counts.entries += 1
      counts.recipients += entry.recipients.length
    } else {
      counts.skipped += 1
    }
    if (clock.monotonic() - toldAt < REPORT_MS) continue
    toldAt = clock.monotonic()
    yield { ...counts }
  }
  if (!dryRun && (action === 'retry' || action === 'release')) parts.queued(clock.now())
  yield { ...counts }
}

/** Counts by everything that one may filter by; the most entries first. */
export async function summarize(
  filter: QueueFilter,
  { collections, clock }: Pick<ActionParts, 'collections' | 'clock'>,
): Promise<SummaryRow[]> {
  const now = clock.now()
  const rows = new Map<string, { -readonly [K in keyof SummaryRow]: SummaryRow[K] }>()
  for await (const entry of list(filter, collections.entries, now)) {
    for (const by of BY) {
      const name = by === 'state' ? stateOf(entry, now) : (entry[by] ?? '')
      const at = entry.queuedAt.getTime()
      const row = rows.get(`${by} ${name}`) ?? { by, name, entries: 0, recipients: 0, oldestAt: at }
      row.entries += 1
      row.recipients += entry.recipients.length
      row.oldestAt = Math.min(row.oldestAt, at)
      rows.set(`${by} ${name}`, row)
    }
  }
  return BY.flatMap((by) =>
    [...rows.values()]
      .filter((row) => row.by === by)
      .sort((a, b) => b.entries - a.entries)
      .slice(0, ROWS_MAX),
  )
}

function isPossible(action: Action, entry: EntryDocument, now: number): boolean {
  if (isRunning(entry, now)) return false
  if (action === 'release') return entry.state === 'held'
  if (action === 'hold' || action === 'retry') return entry.state === 'waiting'
  return true
}

async function actOn(
  entry: EntryDocument,
  action: Action,
  reason: string,
  parts: ActionParts,
): Promise<boolean> {
  const { clock, collections } = parts
  const now = new Date(clock.now())
  const change = async (update: Update) => {
    const filter = { _id: entry._id, fence: entry.fence }
    // With a new fence: whoever had seen the entry as due has not seen this.
    const whole = { ...update, $inc: { fence: 1 } }
    return (await collections.entries.updateOne(filter, whole)).matched > 0
  }
  switch (action) {
    case 'retry':
      return change({ $set: { next: now }, $unset: { lease: true } })
    case 'hold': {
      const held = await change({ $set: { state: 'held', hold: reason }, $unset: { lease: true } })
      if (held) await note(entry, 'held', reason, parts)
      return held
    }
    case 'release': {
      const $set = { state: 'waiting', next: now }
      const released = await change({ $set, $unset: { hold: true, lease: true } })
      if (released) await note(entry, 'released', entry.hold ?? '', parts)
      return released
    }
    default:
      return end(entry, action, reason, parts)
  }
}

async function note(
  { mailId, recipients }: EntryDocument,
  event: LedgerEvent,
  reply: string,
  { ledger, clock }: ActionParts,
): Promise<void> {
  const record = await MailRecord.readEnds({ mailId }, [], ledger)
  const at = new Date(clock.now())
  await record.add(
    recipients.map(({ address }): Outcome => ({ at, event, recipient: address, reply })),
  )
}

/** Ends all recipients of the entry, as an attempt would: under a lease, sender first, ledger second, entry last. */
async function end(
  entry: EntryDocument,
  action: 'bounce' | 'delete',
  reason: string,
  parts: ActionParts,
): Promise<boolean> {
  using lease = await takeOne(entry, parts)
  if (lease === undefined) return false
  const mail = await openMail(entry.mailId, parts)
  if (mail === undefined && action === 'bounce') {
    // Without its header nobody knows what it was about: that is the operator's to tell.
    const { state, next } = entry
    await lease.putBack({ $set: { state, next } })
    return false
  }
  const keys = entry.recipients.map(({ address }) => recipientKey(address))
  const record = await MailRecord.readEnds(entry, keys, parts.ledger)
  const open = entry.recipients.filter((_, at) => record.end(keys[at] ?? '') === undefined)
  const reply = action === 'bounce' ? `550 5.7.1 ${reason || 'Returned by the operator'}` : reason
  if (action === 'bounce' && mail !== undefined) {
    const told = { reply, reason: 'operator' as const }
    const recipients = open.map((one) => ({ recipient: toAccepted(one), ...told }))
    await tellSender({ kind: 'failed', mail, recipients }, parts.sendNotice)
  }
  const at = new Date(parts.clock.now())
  const bounced = action === 'bounce' && mail?.envelope.sender !== null
  const event = bounced ? 'bounced' : 'deleted'
  const line = { at, event, reply, reason: 'operator' } as const
  await record.add(open.map(({ address }): Outcome => ({ ...line, recipient: address })))
  const removed = await lease.remove()
  if (removed) await dropMail(entry.mailId, parts)
  return removed
}
