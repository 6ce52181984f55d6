/** A line that ends a part: `--boundary`, or `--boundary--`. */
export interface Delimiter {
  /** Whose boundary it is: an index of the open multiparts, 0 for the outermost. */
  readonly level: number
  readonly lineStart: number
  /** Where the line after it starts. */
  readonly after: number
  readonly close: boolean
}

const LF = 0x0a
const CR = 0x0d
const DASH = 0x2d

/**
 * Goes through the body of a message once, front to back, counting lines and looking for the boundaries of
 * the multiparts that are open at each place.
 */
export class BodyScan {
  readonly bytes: Uint8Array
  /** LFs before the place that was reached. */
  lines = 0
  /** What the last `find` came to; undefined when it came to the end of the message. */
  found: Delimiter | undefined
  #at = 0
  readonly #open: Uint8Array[] = []

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  /** Opens a multipart and tells its level. */
  push(boundary: string): number {
    return this.#open.push(Buffer.from(boundary, 'utf8')) - 1
  }

  pop(): void {
    this.#open.pop()
  }

  /** Goes on to a place further down without looking for boundaries. */
  skipTo(place: number): void {
    const { bytes } = this
    for (; this.#at < place; this.#at++) if (bytes[this.#at] === LF) this.lines++
  }

  /** Goes on to the next boundary of an open multipart, beginning with the line that starts here. */
  find(): void {
    const { bytes } = this
    const end = bytes.length
    let at = this.#at
    let lines = this.lines
    this.found = undefined
    while (at < end) {
      if (bytes[at] === DASH && bytes[at + 1] === DASH) {
        this.found = this.match(at)
        if (this.found) break
      }
      while (at < end && bytes[at] !== LF) at++
      if (at < end) {
        lines++
        at++
      }
    }
    this.#at = at
    this.lines = lines
  }

  /**
   * Reads the line that starts here as a boundary. The longest one wins, since one may begin with another;
   * what follows it on the line does not matter. RFC 2046 §5.1.1
   */
  match(lineStart: number): Delimiter | undefined {
    const { bytes } = this
    if (bytes[lineStart + 1] !== DASH) return undefined
    let level = -1
    let length = 0
    for (let i = this.#open.length - 1; i >= 0; i--) {
      const boundary = this.#open[i]
      if (!boundary || boundary.length <= length) continue
      if (startsWith(bytes, lineStart + 2, boundary)) {
        level = i
        length = boundary.length
      }
    }
    if (level < 0) return undefined
    let at = lineStart + 2 + length
    const close = bytes[at] === DASH && bytes[at + 1] === DASH
    while (at < bytes.length && bytes[at] !== LF) at++
    return { level, lineStart, after: Math.min(at + 1, bytes.length), close }
  }

  /** Where a body ends that began at `bodyStart`: the line end before a boundary is the boundary's. */
  endOfBody(bodyStart: number): number {
    const { bytes, found } = this
    if (!found) return bytes.length
    let end = found.lineStart
    if (end > bodyStart && bytes[end - 1] === LF) end--
    if (end > bodyStart && bytes[end] === LF && bytes[end - 1] === CR) end--
    return end
  }
}

function startsWith(bytes: Uint8Array, from: number, prefix: Uint8Array): boolean {
  for (let i = 0; i < prefix.length; i++) if (bytes[from + i] !== prefix[i]) return false
  return true
}
