/** A message as its author's program hands it over, and what has to be done to it before it may travel. */

import type { Address } from '#lib/mail/address.ts'
import { formatDate } from '#lib/mime/date.ts'
import { type HeaderField, parseHeader } from '#lib/mime/header.ts'
import { badHeader, readAuthors } from './authors.ts'

/** Not for the eyes of other recipients, or for the last server alone to write. RFC 5322 §3.6.3, RFC 5321 §4.4 */
const TAKEN_OUT: ReadonlySet<string> = new Set(['bcc', 'resent-bcc', 'return-path'])
/** Far below what the header's reader goes through: a Bcc that it does not see would travel. */
const FIELDS_MAX = 5000
const SPACE = 0x20
const TAB = 0x09

/** What the header says, as far as it matters here. */
export interface Draft {
  readonly header: Buffer
  readonly fields: readonly HeaderField[]
  /** Of From and Sender, each once. */
  readonly authors: readonly Address[]
}

/**
 * Reads the header of a message that is submitted. It has to say whom it is from, in a way that nobody can read otherwise.
 *
 * RFC 5322 §3.6.2, RFC 6409 §6.1
 *
 * @throws {ReplyFault} invalid
 */
export function parseDraft(header: Buffer): Draft {
  // Whatever is put in front of it would go on in it.
  if (header[0] === SPACE || header[0] === TAB) throw badHeader('The header begins with a space')
  const { fields } = parseHeader(header)
  if (fields.length > FIELDS_MAX) throw badHeader('The header has too many fields')
  const from = readAuthors(fields, 'from')
  const sender = readAuthors(fields, 'sender')
  if (from.length === 0) throw badHeader('The header says not whom the message is from')
  if (sender.length > 1) throw badHeader('The Sender header names more than one')
  if (from.length > 1 && sender.length === 0) {
    throw badHeader(
      'From names several authors, so a Sender header has to say who of them sends it',
    )
  }
  return { header, fields, authors: [...from, ...sender] }
}

/**
 * The header without what is not for others to see, and with what is missing: an id and a date. Every byte of what stays is
 * as it came.
 *
 * RFC 6409 §8.2, §8.3
 */
export function finishDraft(
  { header, fields }: Draft,
  { mailId, hostname, time }: { mailId: string; hostname: string; time: number },
): Uint8Array {
  const pieces: Uint8Array[] = []
  const add = (line: string) => pieces.push(Buffer.from(`${line}\r\n`))
  const has = (key: string) => fields.some((field) => field.key === key)
  if (!has('message-id')) add(`Message-ID: <${mailId}@${hostname}>`)
  if (!has('date')) add(`Date: ${formatDate(time)}`)
  let at = 0
  for (const { key, start, end } of fields) {
    if (!TAKEN_OUT.has(key)) continue
    pieces.push(header.subarray(at, start))
    at = end
  }
  pieces.push(header.subarray(at))
  return Buffer.concat(pieces)
}
