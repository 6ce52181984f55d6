/** Where a mail is: what the ledger and the queue tell of it, put together. */

import { Fault } from '#lib/base/fault.ts'
import type { Condition, Filter } from '#lib/db/port.ts'
import { addressKey, parseAddress } from '#lib/mail/address.ts'
import type { Collections, EntryDocument, MailDocument, Outcome } from '../documents.ts'

export interface TraceQuestion {
  readonly sender: string
  readonly recipient: string
  readonly messageId: string
  readonly mailId: string
  /** Milliseconds since 1970; 0 is no limit. */
  readonly from: number
  readonly until: number
  readonly tenant: string
  readonly limit: number
}

export interface TracedMail {
  readonly mail: MailDocument
  /** In the order in which it happened. */
  readonly lines: readonly Outcome[]
  readonly queued: readonly EntryDocument[]
}

type Ledger = Pick<Collections, 'mails' | 'lines' | 'entries'>

const MAILS_DEFAULT = 20
const MAILS_MAX = 10_000
/** Looked at, when only some of those found by the index are what was asked for. */
const EXAMINED_AT_ONCE = 20

/**
 * The newest mails first that all that was asked fits. Found by the index of the narrowest thing that was asked, so that
 * how many mails there are in all does not matter.
 *
 * @throws {Fault} invalid: nothing was asked, or no address
 */
export async function* trace(question: TraceQuestion, ledger: Ledger): AsyncGenerator<TracedMail> {
  const limit = Math.min(question.limit || MAILS_DEFAULT, MAILS_MAX)
  const found = ledger.mails.find(toFilter(question), {
    limit,
    // By its `_id` or Message-ID there is one, or a few.
    ...(question.mailId === '' && question.messageId === '' ? { sort: { at: -1 } } : {}),
  })
  let batch: MailDocument[] = []
  for await (const mail of found) {
    batch.push(mail)
    if (batch.length < EXAMINED_AT_ONCE) continue
    yield* await Promise.all(batch.map((one) => traceMail(one, ledger)))
    batch = []
  }
  yield* await Promise.all(batch.map((one) => traceMail(one, ledger)))
}

/** All that is known of one mail. */
export async function traceMail(mail: MailDocument, ledger: Ledger): Promise<TracedMail> {
  // In this order: an entry goes away only after the lines that end its recipients are written.
  const queued = await Array.fromAsync(ledger.entries.find({ mailId: mail._id }))
  const later = await Array.fromAsync(ledger.lines.find(linesOf(mail._id)))
  const lines = [...mail.outcomes, ...later].sort((a, b) => a.at.getTime() - b.at.getTime())
  return { mail, lines, queued }
}

/** The lines of one mail, by their `_id`. */
export function linesOf(mailId: string): Filter {
  // "0" is what comes after "/".
  return { _id: { $gt: `${mailId}/`, $lt: `${mailId}0` } }
}

function toFilter(question: TraceQuestion): Filter {
  const { sender, recipient, messageId, mailId, tenant, from, until } = question
  const at: Condition = {
    ...(from > 0 && { $gte: new Date(from) }),
    ...(until > 0 && { $lt: new Date(until) }),
  }
  const filter: Filter = {
    ...(mailId !== '' && { _id: mailId }),
    ...(messageId !== '' && { messageId: bracketed(messageId) }),
    ...(recipient !== '' && { recipients: addressKey(parseAddress(recipient)) }),
    ...(sender !== '' && { sender: sender === '<>' ? '' : addressKey(parseAddress(sender)) }),
    ...(tenant !== '' && { tenant }),
    ...((from > 0 || until > 0) && { at }),
  }
  if (Object.keys(filter).length === 0) {
    throw new Fault('invalid', 'Of which sender, recipient, Message-ID, mail id, tenant or time?')
  }
  return filter
}

function bracketed(messageId: string): string {
  return messageId.startsWith('<') ? messageId : `<${messageId}>`
}
