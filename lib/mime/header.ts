import { isUtf8 } from 'node:buffer'
import { toBuffer } from '#lib/base/bytes.ts'

/** One field of a header, with where it lies, so that it can be handed out byte for byte. */
export interface HeaderField {
  /** As received; empty for a line that is no field, such as mbox's `From ` line. */
  readonly name: string
  /** The name in lower case. */
  readonly key: string
  /** The field with its folded lines and last line end is [start, end). */
  readonly start: number
  readonly end: number
  /**
   * Unfolded, without space around it, and free of CR, LF and NUL. Bytes beyond ASCII are read as UTF-8, or
   * as latin1 when they are not. What is longer than a header field may sensibly be is cut.
   */
  readonly value: string
}

export interface Header {
  readonly fields: readonly HeaderField[]
  /** Where the body starts: after the empty line, or where the message ended without one. */
  readonly end: number
  /** What ended it; undefined when the bytes did. */
  readonly ended: 'empty-line' | 'stopped' | undefined
  /** Where the line starts that is not read to its end. */
  readonly lastLine: number
  /** LFs in it. */
  readonly lines: number
}

/** Later fields are not told; the end of the header is found all the same. */
const FIELDS_MAX = 10_000
const VALUE_BYTES_MAX = 128 * 1024

const TAB = 0x09
const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const DASH = 0x2d
const COLON = 0x3a
const DELETE = 0x7f

/**
 * Reads the header that starts at `from`. Never fails: it ends at the first empty line only, as it does for
 * Dovecot, so that one broken line does not turn all fields after it into text of the body.
 *
 * RFC 5322 §2.2
 */
export function parseHeader(
  bytes: Uint8Array,
  from = 0,
): {
  readonly fields: readonly HeaderField[]
  readonly end: number
} {
  return readHeader(bytes, { from, to: bytes.length })
}

/**
 * The same for what lies in [from, to) of the bytes, whose last line may be cut. `stopsAt` is asked about lines that
 * begin with a dash: a part's header may end at a boundary.
 */
export function readHeader(
  bytes: Uint8Array,
  { from, to }: { readonly from: number; readonly to: number },
  stopsAt?: (lineStart: number) => boolean,
): Header {
  const fields: Field[] = []
  let last: Field | undefined
  let at = from
  let lastLine = from
  let lines = 0
  while (at < to) {
    const first = bytes[at]
    if (first === LF || (first === CR && bytes[at + 1] === LF)) {
      const end = first === LF ? at + 1 : at + 2
      return { fields, end, ended: 'empty-line', lastLine: at, lines: lines + 1 }
    }
    if (first === DASH && stopsAt?.(at)) {
      return { fields, end: at, ended: 'stopped', lastLine: at, lines }
    }
    const end = lineEnd(bytes, at, to)
    if ((first === SPACE || first === TAB) && last) {
      last.end = end
    } else {
      last = new Field(bytes, at, end)
      if (fields.length < FIELDS_MAX) fields.push(last)
    }
    const whole = bytes[end - 1] === LF
    if (whole) lines++
    lastLine = whole ? end : at
    at = end
  }
  return { fields, end: at, ended: undefined, lastLine, lines }
}

/** The first field of that name, given in lower case. */
export function findField(fields: readonly HeaderField[], key: string): HeaderField | undefined {
  for (const field of fields) if (field.key === key) return field
  return undefined
}

/** All fields of that name, given in lower case, in their order. */
export function findFields(fields: readonly HeaderField[], key: string): HeaderField[] {
  return fields.filter((field) => field.key === key)
}

/** Where the line after the one at `from` starts. */
function lineEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && bytes[at] !== LF) at++
  return Math.min(at + 1, to)
}

/** Decodes its value only when asked: most fields of most messages are never looked at. */
class Field implements HeaderField {
  readonly name: string
  readonly key: string
  readonly start: number
  end: number
  readonly bytes: Uint8Array
  readonly valueStart: number

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes
    this.start = start
    this.end = end
    const nameEnd = findNameEnd(bytes, start, end)
    const colon = skipBlanks(bytes, nameEnd)
    const named = nameEnd > start && bytes[colon] === COLON
    this.name = named ? toBuffer(bytes).toString('latin1', start, nameEnd) : ''
    this.key = this.name.toLowerCase()
    this.valueStart = named ? colon + 1 : start
  }

  get value(): string {
    return readValue(toBuffer(this.bytes), this.valueStart, this.end)
  }
}

/** Names are printable ASCII without the colon. RFC 5322 §2.2 */
function findNameEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end) {
    const byte = bytes[at] ?? 0
    if (byte === COLON || byte <= SPACE || byte >= DELETE) break
    at++
  }
  return at
}

/** Space before the colon is obsolete and still seen. RFC 5322 §4.5 */
function skipBlanks(bytes: Uint8Array, from: number): number {
  let at = from
  while (bytes[at] === SPACE || bytes[at] === TAB) at++
  return at
}

function readValue(bytes: Buffer, start: number, end: number): string {
  let from = start
  while (from < end && isBlank(bytes[from])) from++
  let to = Math.min(end, from + VALUE_BYTES_MAX)
  // Not in the middle of a character of UTF-8.
  while (to > from && to < end && ((bytes[to] ?? 0) & 0xc0) === 0x80) to--
  while (to > from && isBlank(bytes[to - 1])) to--
  const raw = bytes.toString('latin1', from, to)
  const text = /[\x80-\xff]/.test(raw) ? readBeyondAscii(bytes.subarray(from, to), raw) : raw
  if (!/[\r\n\0]/.test(text)) return text
  return text.replace(/\r?\n/g, '').replaceAll('\r', ' ').replaceAll('\0', '\uFFFD')
}

function readBeyondAscii(bytes: Buffer, latin1: string): string {
  return isUtf8(bytes) ? bytes.toString('utf8') : latin1
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === LF || byte === CR
}
