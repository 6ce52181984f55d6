/** Whether what was accepted is delivered, bounced, held, queued or deleted: all of it, and once. */

import type { Condition } from '#lib/db/port.ts'
import { keyOfText } from '#lib/mail/address.ts'
import {
  type Collections,
  ENDS,
  type LedgerEvent,
  type MailDocument,
  type Outcome,
} from '../documents.ts'
import { traceMail } from './trace.ts'

export interface LedgerCount {
  mails: number
  /** Recipients as accepted, and those that they became. */
  accepted: number
  /** In mailboxes here, and taken by other hosts. */
  delivered: number
  bounced: number
  expanded: number
  deleted: number
  queued: number
  held: number
  /** In none of these states: its first attempt is under way; or, when it is old, lost. */
  open: number
}

export interface CheckParts {
  readonly collections: Pick<Collections, 'mails' | 'lines' | 'entries' | 'queuedMails'>
  readonly now: () => number
}

export interface CheckRange {
  /** Milliseconds since 1970 at which mails came; 0 is no limit. */
  readonly from: number
  readonly until: number
}

type Report = { readonly count: LedgerCount } | { readonly finding: string }

/** A first attempt, and the spool's patience with who makes it, are shorter. */
const OPEN_MS_MAX = 60 * 60_000
const MAILS_AT_ONCE = 100
const ENTRIES_AT_ONCE = 100

/** Where a recipient may be, once it is in the ledger. */
const COUNTED: Partial<Record<LedgerEvent, 'delivered' | 'bounced' | 'expanded' | 'deleted'>> = {
  delivered: 'delivered',
  relayed: 'delivered',
  bounced: 'bounced',
  expanded: 'expanded',
  deleted: 'deleted',
}

/**
 * Goes through the ledger and the queue while both are in use. Yields what is wrong as it is found, and the counts after each
 * batch of mails; the last counts are of everything.
 */
export async function* checkLedger(
  range: CheckRange,
  { collections, now }: CheckParts,
): AsyncGenerator<Report> {
  const count: LedgerCount = {
    ...{ mails: 0, accepted: 0, delivered: 0, bounced: 0, expanded: 0, deleted: 0 },
    ...{ queued: 0, held: 0, open: 0 },
  }
  for await (const mails of batchesOf(mailsIn(range, collections), MAILS_AT_ONCE)) {
    for (const findings of await Promise.all(
      mails.map((mail) => checkMail(mail, count, { collections, now })),
    )) {
      for (const finding of findings) yield { finding }
    }
    yield { count: { ...count } }
  }
  for await (const finding of checkQueue(collections)) yield { finding }
  yield { count }
}

function mailsIn({ from, until }: CheckRange, { mails }: CheckParts['collections']) {
  const at: Condition = {
    $gte: new Date(from),
    ...(until > 0 && { $lt: new Date(until) }),
  }
  return mails.find({ at }, { sort: { at: -1 } })
}

async function checkMail(
  mail: MailDocument,
  count: LedgerCount,
  { collections, now }: CheckParts,
): Promise<string[]> {
  const { lines, queued } = await traceMail(mail, collections)
  const findings: string[] = []
  const ends = new Map<string, Outcome>()
  const expected = new Set(mail.recipients)
  for (const line of lines) {
    if (!ENDS.has(line.event)) continue
    const key = keyOfText(line.recipient)
    const first = ends.get(key)
    if (first !== undefined) {
      findings.push(`${mail._id}: ${key} ended twice, ${first.event} and ${line.event}`)
    }
    ends.set(key, line)
    for (const into of line.into ?? []) expected.add(keyOfText(into))
  }
  const waiting = new Map<string, 'queued' | 'held'>()
  for (const { recipients, state } of queued) {
    for (const { address } of recipients) {
      waiting.set(keyOfText(address), state === 'held' ? 'held' : 'queued')
    }
  }
  count.mails += 1
  count.accepted += expected.size
  for (const key of expected) {
    const end = ends.get(key)
    const counted = end && COUNTED[end.event]
    const state = counted ?? waiting.get(key) ?? 'open'
    count[state] += 1
    if (state === 'open' && now() - mail.at.getTime() > OPEN_MS_MAX) {
      findings.push(`${mail._id}: ${key} is neither settled nor queued`)
    }
  }
  for (const key of [...ends.keys(), ...waiting.keys()]) {
    if (!expected.has(key)) findings.push(`${mail._id}: ${key} is no recipient of it`)
  }
  return findings
}

/** Every entry has a mail that was accepted, and its bytes. */
async function* checkQueue({
  entries,
  mails,
  queuedMails,
}: CheckParts['collections']): AsyncGenerator<string> {
  for await (const batch of batchesOf(entries.find({}), ENTRIES_AT_ONCE)) {
    const $in = [...new Set(batch.map(({ mailId }) => mailId))]
    const [known, stored] = await Promise.all([
      Array.fromAsync(mails.find({ _id: { $in } }, { fields: ['_id'] })),
      Array.fromAsync(queuedMails.find({ _id: { $in } }, { fields: ['_id'] })),
    ])
    const accepted = new Set(known.map(({ _id }) => _id))
    const whole = new Set(stored.map(({ _id }) => _id))
    for (const { _id, mailId } of batch) {
      const gone = async () => (await entries.findOne({ _id })) === undefined
      if (!accepted.has(mailId) && !(await gone())) yield `${_id}: ${mailId} is not in the ledger`
      if (!whole.has(mailId) && !(await gone())) yield `${_id}: the bytes of ${mailId} are gone`
    }
  }
}

/** What cannot be read as an address is its own key: to be compared, not understood. */
async function* batchesOf<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
