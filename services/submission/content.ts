import { Buffer } from 'node:buffer'
import { fromLatin1 } from '#lib/base/bytes.ts'
import type { Sink } from '#lib/smtp/incoming.ts'

/** Beyond it a header is no header; it stays in memory while the message comes in. */
const HEADER_BYTES_MAX = 256 * 1024
const FIRST_BYTES = 4096
const END = fromLatin1('\r\n\r\n')

/**
 * Splits a message that comes in at its empty line: the header is kept here, so that it can be changed, the rest goes on.
 * Lines end with CRLF: a message where they do not is refused by whoever reads it before us.
 */
export class Content<Rest extends Sink> implements Sink {
  readonly rest: Rest
  /** Of what went on. */
  restBytes = 0
  headerTooLarge = false
  /** Doubled when it is full, so that single bytes cost no more than they are. */
  #header = Buffer.alloc(FIRST_BYTES)
  #headerBytes = 0
  #inHeader = true

  constructor(rest: Rest) {
    this.rest = rest
  }

  add(bytes: Buffer): Promise<void> | undefined {
    if (this.headerTooLarge) return undefined
    if (!this.#inHeader) return this.#pass(bytes)
    const end = this.#findEnd(bytes)
    this.#keep(end === undefined ? bytes : bytes.subarray(0, end))
    if (end === undefined) return undefined
    this.#inHeader = false
    return end < bytes.length ? this.#pass(bytes.subarray(end)) : undefined
  }

  /** With the empty line, if there was one. */
  get header(): Buffer {
    return this.#header.subarray(0, this.#headerBytes)
  }

  close(): void {
    this.#header = Buffer.alloc(0)
    this.#headerBytes = 0
    this.rest.close()
  }

  #pass(bytes: Buffer): Promise<void> | undefined {
    this.restBytes += bytes.length
    return this.rest.add(bytes)
  }

  /** How many of these bytes belong to the header, when its end is among them. */
  #findEnd(bytes: Buffer): number | undefined {
    const kept = this.#headerBytes
    // A message may begin with the empty line; the line end before it is not there.
    const before =
      kept < 2
        ? Buffer.concat([END.subarray(0, 2), this.header])
        : this.#header.subarray(Math.max(0, kept - END.length + 1), kept)
    const found = Buffer.concat([before, bytes.subarray(0, END.length - 1)]).indexOf(END)
    if (found >= 0) return found + END.length - before.length
    const later = bytes.indexOf(END)
    return later < 0 ? undefined : later + END.length
  }

  #keep(bytes: Buffer): void {
    const needed = this.#headerBytes + bytes.length
    if (needed > HEADER_BYTES_MAX) {
      this.headerTooLarge = true
      this.close()
      return
    }
    if (needed > this.#header.length) {
      const larger = Buffer.alloc(Math.max(needed, 2 * this.#header.length))
      this.#header.copy(larger)
      this.#header = larger
    }
    bytes.copy(this.#header, this.#headerBytes)
    this.#headerBytes = needed
  }
}
