/** Mailbox names between the wire (modified UTF-7) and Unicode. RFC 3501 §5.1.3 */
import { Buffer } from 'node:buffer'
import { Fault } from '#lib/base/fault.ts'

const SHIFTED = /&([A-Za-z0-9+,]*)-|[^&]+|&/g

/**
 * Reads a mailbox name (or LIST pattern) as the client sent it, one character per byte. Names in plain
 * UTF-8, which some clients send, are taken as well.
 *
 * RFC 3501 §5.1, §5.1.3
 *
 * @throws {Fault} invalid
 */
export function decodeMailboxName(wire: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names must not have them
  if (/[\x00-\x1f\x7f]/.test(wire))
    throw new Fault('invalid', 'Control character in a mailbox name')
  if (/[\x80-\xff]/.test(wire)) return decodeUtf8(wire)
  if (!wire.includes('&')) return wire
  let name = ''
  for (const [piece, shifted] of wire.matchAll(SHIFTED)) {
    if (piece === '&') throw new Fault('invalid', 'Mailbox name is not in modified UTF-7')
    name += shifted === undefined ? piece : shifted === '' ? '&' : decodeShifted(shifted)
  }
  return name
}

/** Writes a name in modified UTF-7. RFC 3501 §5.1.3 */
export function encodeMailboxName(name: string): string {
  return name.replaceAll(/&|[^\x20-\x7e]+/g, (piece) => {
    if (piece === '&') return '&-'
    const base64 = Buffer.from(piece, 'utf16le').swap16().toString('base64')
    return `&${base64.replaceAll('=', '').replaceAll('/', ',')}-`
  })
}

function decodeUtf8(wire: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(wire, 'latin1'))
  } catch (cause) {
    throw new Fault('invalid', 'Mailbox name is neither modified UTF-7 nor UTF-8', { cause })
  }
}

function decodeShifted(shifted: string): string {
  const bytes = Buffer.from(shifted.replaceAll(',', '/'), 'base64')
  const text = bytes
    .subarray(0, bytes.length & ~1)
    .swap16()
    .toString('utf16le')
  // One spelling per name: padding bits, odd bytes, lone surrogates and shifted ASCII would make
  // two wire names of one mailbox.
  const valid = text.isWellFormed() && text.length > 0 && !/[\x20-\x7e]/.test(text)
  if (!valid || encodeMailboxName(text) !== `&${shifted}-`) {
    throw new Fault('invalid', 'Mailbox name is not in modified UTF-7')
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names must not have them
  if (/[\x00-\x1f\x7f-\x9f]/.test(text)) {
    throw new Fault('invalid', 'Control character in a mailbox name')
  }
  return text
}
