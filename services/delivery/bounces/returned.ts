import type { Envelope } from '#lib/mail/envelope.ts'
import { toBase64Body, toQuotedPrintableBody } from '#lib/mime/compose.ts'
import { parseHeader } from '#lib/mime/header.ts'

/** The original comes back whole up to this size, when its sender asked for that; else its header alone. */
export const NOTICE_HEAD_BYTES = 50 * 1024

const LINE_OCTETS_MAX = 998

/**
 * The last part of a notice, header and body: what it is about. Headers, unless the sender asked for all of it, it failed, and
 * it is small: a notice goes where the envelope says, and that may be somebody who never sent the mail. RFC 3461 §4.3, §6.2
 *
 * It is ASCII, whatever the original is: a notice that needed 8BITMIME could be one that cannot be delivered. A message/rfc822
 * may not be encoded, so one with 8-bit text comes back as headers. RFC 2046 §5.2.1
 */
export function formatReturned({
  original,
  header,
  whole,
  global,
}: {
  readonly original: Envelope
  readonly header: Uint8Array
  readonly whole: boolean
  readonly global: boolean
}): Uint8Array {
  const complete = header.length >= original.sizeBytes && header.length <= NOTICE_HEAD_BYTES
  if (whole && complete && original.ret === 'full') {
    if (global) return part('message/global', 'base64', toBase64Body(header))
    if (!hasEightBits(header)) return part('message/rfc822', '7bit', Buffer.from(header))
  }
  const bytes = headerOf(header)
  if (global) return part('message/global-headers', 'base64', toBase64Body(bytes))
  if (isPlain(bytes)) return part('text/rfc822-headers', '7bit', Buffer.from(bytes))
  return part('text/rfc822-headers', 'quoted-printable', toQuotedPrintableBody(bytes))
}

function part(type: string, encoding: string, body: string | Buffer): Uint8Array {
  const head = `Content-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), Buffer.from(body)])
}

/** Whole fields only, without the empty line. */
function headerOf(bytes: Uint8Array): Uint8Array {
  const head = bytes.subarray(0, NOTICE_HEAD_BYTES)
  const { fields, end } = parseHeader(head)
  const ended = end < head.length || fields.at(-1)?.end !== head.length
  const last = ended || fields.length === 1 ? fields.at(-1)?.end : fields.at(-2)?.end
  return head.subarray(0, last ?? 0)
}

function isPlain(bytes: Uint8Array): boolean {
  const lines = Buffer.from(bytes).toString('latin1').split('\r\n')
  return lines.every((line) => line.length <= LINE_OCTETS_MAX && /^[\t -~]*$/.test(line))
}

function hasEightBits(bytes: Uint8Array): boolean {
  return bytes.some((byte) => byte >= 0x80)
}
