import { parseAddressList } from './address-list.ts'
import type { HeaderField } from './header.ts'

const FIELDS: ReadonlySet<string> = new Set([
  'date',
  'subject',
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'bcc',
  'in-reply-to',
  'message-id',
])

/** One address of a header as IMAP's ENVELOPE shows it; a group starts with host null and ends with both null. RFC 9051 §7.5.2 */
export interface EnvelopeAddress {
  /** Display name as received, encoded words and all; null when there is none. */
  readonly name: string | null
  readonly mailbox: string | null
  readonly host: string | null
}

/** The header fields that a listing shows, as received (unfolded, encoded words kept). */
export interface MessageEnvelope {
  readonly date: string | null
  readonly subject: string | null
  readonly from: readonly EnvelopeAddress[]
  readonly sender: readonly EnvelopeAddress[]
  readonly replyTo: readonly EnvelopeAddress[]
  readonly to: readonly EnvelopeAddress[]
  readonly cc: readonly EnvelopeAddress[]
  readonly bcc: readonly EnvelopeAddress[]
  readonly inReplyTo: string | null
  readonly messageId: string | null
}

/**
 * The envelope of a header, as IMAP shows it: Sender and Reply-To that are missing or empty are From. Of a
 * field that is there twice the first counts. RFC 9051 §7.5.2
 */
export function parseEnvelope(fields: readonly HeaderField[]): MessageEnvelope {
  const texts: Partial<Record<string, string>> = {}
  for (const field of fields) {
    if (FIELDS.has(field.key)) texts[field.key] ??= field.value
  }
  const list = (key: string) => parseAddressList(texts[key] ?? '')
  const from = list('from')
  const sender = list('sender')
  const replyTo = list('reply-to')
  return {
    date: texts.date ?? null,
    subject: texts.subject ?? null,
    from,
    sender: sender.length > 0 ? sender : from,
    replyTo: replyTo.length > 0 ? replyTo : from,
    to: list('to'),
    cc: list('cc'),
    bcc: list('bcc'),
    inReplyTo: texts['in-reply-to'] ?? null,
    messageId: texts['message-id'] ?? null,
  }
}
