import { toBuffer } from '#lib/base/bytes.ts'

const TAB = 0x09
const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const EQUALS = 0x3d
/** Of base64 that is padded again and again. */
const PIECES_MAX = 10_000
/** What each byte is worth as a hex digit; -1 for what is none. */
const DIGITS = Int8Array.from({ length: 256 }, (_, byte) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(byte).toLowerCase()),
)

/**
 * The bytes of a body without its Content-Transfer-Encoding, up to `bytesMax` of them. Never fails: what
 * is broken in base64 is skipped, in quoted-printable it stays as it is, and an unknown encoding is taken
 * for none.
 *
 * RFC 2045 §6
 */
export function decodeContent(
  bytes: Uint8Array,
  encoding: string,
  bytesMax = Number.POSITIVE_INFINITY,
): Uint8Array {
  const buffer = toBuffer(bytes)
  if (encoding === 'base64') return decodeBase64(buffer, bytesMax)
  if (encoding === 'quoted-printable') return decodeQuotedPrintable(buffer, bytesMax)
  return buffer.subarray(0, bytesMax)
}

function decodeBase64(buffer: Buffer, bytesMax: number): Uint8Array {
  // Twice what is needed when all is in order, so that line ends and rubbish find room.
  const text = buffer.toString('latin1', 0, Math.min(buffer.length, 2 * bytesMax + 4))
  // Some mailers encode in pieces, each with its own padding, at which Node would stop.
  const padded = /=[A-Za-z0-9+/\s]/.test(text)
  const pieces = padded ? text.split(/=[=\s]*/, PIECES_MAX) : [text]
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64'))).subarray(0, bytesMax)
}

/** RFC 2045 §6.7 */
function decodeQuotedPrintable(buffer: Buffer, bytesMax: number): Uint8Array {
  const output = Buffer.allocUnsafe(Math.min(buffer.length, bytesMax))
  let length = 0
  for (let at = 0; at < buffer.length && length < output.length; ) {
    const byte = buffer[at] ?? 0
    if (byte === EQUALS) {
      const value = hexAt(buffer, at + 1)
      const next = value < 0 ? softBreakEnd(buffer, at + 1) : at + 3
      // Neither hex digits nor the end of a line: a sign like any other.
      if (value >= 0 || next < 0) output[length++] = value >= 0 ? value : EQUALS
      at = next < 0 ? at + 1 : next
    } else if (byte === SPACE || byte === TAB) {
      // Space before a line end was added on the way.
      const end = skipBlanks(buffer, at)
      const added = end === buffer.length || buffer[end] === LF || buffer[end] === CR
      if (!added) length += buffer.copy(output, length, at, end)
      at = end
    } else {
      output[length++] = byte
      at++
    }
  }
  return output.subarray(0, length)
}

/** Where the line starts that follows a soft line break; -1 when there is none. */
function softBreakEnd(buffer: Buffer, from: number): number {
  const at = skipBlanks(buffer, from)
  if (at === buffer.length || buffer[at] === LF) return at + 1
  return buffer[at] === CR && buffer[at + 1] === LF ? at + 2 : -1
}

function skipBlanks(buffer: Buffer, from: number): number {
  let at = from
  while (buffer[at] === SPACE || buffer[at] === TAB) at++
  return at
}

/** The byte that two hex digits spell; negative when they are none. */
function hexAt(buffer: Buffer, at: number): number {
  const high = DIGITS[buffer[at] ?? 0] ?? -1
  const low = DIGITS[buffer[at + 1] ?? 0] ?? -1
  return high < 0 || low < 0 ? -1 : high * 16 + low
}
