import type { ByteWindow } from './byte-window.ts'
import { type Header, type HeaderField, readHeader } from './header.ts'

/** A line that ends a part: `--boundary`, or `--boundary--`. */
export interface Delimiter {
  /** Whose boundary it is: an index of the open multiparts, 0 for the outermost. */
  readonly level: number
  readonly lineStart: number
  readonly close: boolean
}

/** RFC 2046 §5.1.1 says 70. */
export const BOUNDARY_CHARACTERS_MAX = 200
/** Bytes that tell whether a line is a boundary: dashes around the longest, in UTF-8. */
const AHEAD = 2 + 3 * BOUNDARY_CHARACTERS_MAX + 2
/** Bytes before a line that tell where the body before it ends: its last one, and CRLF. */
const BEHIND = 3
/** Of one header, and of all headers of a message: what is further down is not told. */
const HEADER_BYTES_MAX = 512 * 1024
const HEADERS_BYTES_MAX = 2 * 1024 * 1024

const LF = 0x0a
const CR = 0x0d
const DASH = 0x2d

/**
 * Goes through a message once, front to back, counting lines, reading headers, and looking for the boundaries of the
 * multiparts that are open at each place. Where the bytes at hand do not suffice, a method answers false, or undefined,
 * and is called again when there are more; it then goes on where it was.
 */
export class BodyScan {
  readonly window: ByteWindow
  /** The place that was reached. */
  at = 0
  /** LFs before it. */
  lines = 0
  /** What the last `find` came to; undefined when it came to the end of the message. */
  found: Delimiter | undefined
  #inLine = false
  readonly #open: Uint8Array[] = []
  #headerBytesLeft = HEADERS_BYTES_MAX
  /** A header is not read again before there is twice as much of it. */
  #headerTriedAt = 0
  /** What is told of a header whose end is still being looked for. */
  #header: readonly HeaderField[] | undefined

  constructor(window: ByteWindow) {
    this.window = window
  }

  /** What lies before it is not needed any more. */
  get keepFrom(): number {
    return this.at - BEHIND
  }

  /** Opens a multipart and tells its level. */
  push(boundary: string): number {
    return this.#open.push(Buffer.from(boundary, 'utf8')) - 1
  }

  pop(): void {
    this.#open.pop()
  }

  /**
   * Reads the header that starts here, up to the end of it: places of its fields are those in the bytes at hand, and
   * hold only until more are. Undefined when there are too few.
   */
  readHeader(): readonly HeaderField[] | undefined {
    if (this.#header === undefined) {
      const header = this.#tryHeader()
      if (header === undefined) return undefined
      const { base } = this.window
      if (header.ended !== undefined || base + header.end === this.window.end) {
        this.at = base + header.end
        return header.fields
      }
      this.at = base + header.lastLine
      this.#header = header.fields
    }
    if (!this.#skipHeader()) return undefined
    const fields = this.#header
    this.#header = undefined
    return fields
  }

  /** Goes on to the next boundary of an open multipart, beginning with the line that starts here. */
  find(): boolean {
    const { bytes, base, final } = this.window
    const end = bytes.length
    let at = this.at - base
    let lines = this.lines
    let inLine = this.#inLine
    this.found = undefined
    while (at < end) {
      if (!inLine && bytes[at] === DASH) {
        if (end - at < AHEAD && !final) break
        this.found = this.#match(at)
        if (this.found) break
      }
      while (at < end && bytes[at] !== LF) at++
      inLine = at === end
      if (inLine) break
      lines++
      at++
    }
    this.at = base + at
    this.lines = lines
    this.#inLine = inLine
    return final || this.found !== undefined
  }

  /** Goes on to the start of the next line. */
  skipLine(): boolean {
    const { bytes, base, final } = this.window
    let at = this.at - base
    while (at < bytes.length && bytes[at] !== LF) at++
    const ended = at < bytes.length
    if (ended) this.lines++
    this.at = base + (ended ? at + 1 : at)
    this.#inLine = false
    return ended || final
  }

  /** Where a body ends that began at `bodyStart`: the line end before a boundary is the boundary's. */
  endOfBody(bodyStart: number): number {
    const { found } = this
    if (!found) return this.window.end
    let end = found.lineStart
    if (end > bodyStart && this.byteAt(end - 1) === LF) end--
    if (end > bodyStart && this.byteAt(end) === LF && this.byteAt(end - 1) === CR) end--
    return end
  }

  byteAt(place: number): number | undefined {
    return this.window.bytes[place - this.window.base]
  }

  /** Reads as much of a header as is told; undefined when more of it has to come. */
  #tryHeader(): Header | undefined {
    const { bytes, base, end, final } = this.window
    if (end < this.#headerTriedAt && !final) return undefined
    const from = this.at - base
    const bytesMax = Math.min(HEADER_BYTES_MAX, this.#headerBytesLeft)
    const enough = final || bytes.length - from >= bytesMax + AHEAD
    const to = Math.min(bytes.length, from + bytesMax)
    const header = readHeader(bytes, { from, to }, (line) => this.#match(line) !== undefined)
    const certain =
      header.ended === 'empty-line' ||
      (header.ended === 'stopped' && bytes.length - header.end >= AHEAD)
    if (!certain && !enough) {
      this.#headerTriedAt = this.at + Math.min(2 * (end - this.at), bytesMax + AHEAD)
      return undefined
    }
    this.#headerTriedAt = 0
    this.#headerBytesLeft -= Math.min(bytesMax, header.end - from)
    this.lines += header.lines
    return header
  }

  /** Goes on to the end of a header of which no more is told. */
  #skipHeader(): boolean {
    const { bytes, base, final } = this.window
    while (this.at < this.window.end) {
      const at = this.at - base
      const first = this.#inLine ? undefined : bytes[at]
      if ((first === CR || first === DASH) && bytes.length - at < AHEAD && !final) return false
      if (first === DASH && this.#match(at) !== undefined) return true
      const empty = first === LF || (first === CR && bytes[at + 1] === LF)
      const ended = this.skipLine()
      if (empty) return true
      this.#inLine = !ended || this.byteAt(this.at - 1) !== LF
    }
    return final
  }

  /**
   * Reads the line that starts here as a boundary. The longest one wins, since one may begin with another;
   * what follows it on the line does not matter. RFC 2046 §5.1.1
   */
  #match(at: number): Delimiter | undefined {
    const { bytes, base } = this.window
    if (bytes[at + 1] !== DASH) return undefined
    let level = -1
    let length = 0
    for (let i = this.#open.length - 1; i >= 0; i--) {
      const boundary = this.#open[i]
      if (!boundary || boundary.length <= length) continue
      if (startsWith(bytes, at + 2, boundary)) {
        level = i
        length = boundary.length
      }
    }
    if (level < 0) return undefined
    const behind = at + 2 + length
    const close = bytes[behind] === DASH && bytes[behind + 1] === DASH
    return { level, lineStart: base + at, close }
  }
}

function startsWith(bytes: Uint8Array, from: number, prefix: Uint8Array): boolean {
  for (let i = 0; i < prefix.length; i++) if (bytes[from + i] !== prefix[i]) return false
  return true
}
