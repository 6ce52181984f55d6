import { Buffer } from 'node:buffer'

const QUOTED_LENGTH_MAX = 1000

/**
 * Writes text as a quoted string, or as a literal where a quoted string cannot hold it. The whole response
 * is sent as UTF-8, so a literal counts bytes of that. NUL cannot be sent at all and is left out.
 *
 * RFC 9051 §4.3
 */
export function formatString(text: string): string {
  if (text.length <= QUOTED_LENGTH_MAX && /^[\x20-\x7e]*$/.test(text)) {
    return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
  }
  const sendable = text.replaceAll('\0', '').toWellFormed()
  return `{${Buffer.byteLength(sendable)}}\r\n${sendable}`
}

/** The same for what may be missing. */
export function formatNString(text: string | null | undefined): string {
  return text === null || text === undefined ? 'NIL' : formatString(text)
}

/** The shortest way to write a mailbox or field name: bare where the grammar lets it. */
export function formatAstring(text: string): string {
  const bare = /^[A-Za-z0-9/._+~!#$&',:;<=>?@^`|-]+$/.test(text) && text.toUpperCase() !== 'NIL'
  return bare ? text : formatString(text)
}
