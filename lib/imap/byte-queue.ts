import { Buffer } from 'node:buffer'

const NOTHING = Buffer.alloc(0)
const LF = 10

/**
 * Bytes that have come and are not used up yet. Holds no memory while it is empty, so that a connection
 * that only waits costs nothing; growing doubles, so that bytes coming singly are not copied each time.
 */
export class ByteQueue {
  #bytes: Buffer = NOTHING
  #start = 0
  #end = 0

  get length(): number {
    return this.#end - this.#start
  }

  push(chunk: Uint8Array): void {
    const length = this.length + chunk.length
    if (this.#start + length > this.#bytes.length) {
      const roomier = length > this.#bytes.length
      const bytes = roomier ? Buffer.allocUnsafe(Math.max(length, 2 * this.length)) : this.#bytes
      this.#bytes.copy(bytes, 0, this.#start, this.#end)
      this.#bytes = bytes
      this.#end = this.length
      this.#start = 0
    }
    this.#bytes.set(chunk, this.#end)
    this.#end += chunk.length
  }

  /** Where the first LF at or after `from` is, or -1. */
  findLineEnd(from: number): number {
    const found = this.#bytes.subarray(0, this.#end).indexOf(LF, this.#start + from)
    return found < 0 ? -1 : found - this.#start
  }

  /** The bytes from `from` to `to`, one character each. */
  text(from: number, to: number): string {
    return this.#bytes.toString('latin1', this.#start + from, this.#start + to)
  }

  /** Takes a copy of the first bytes out. */
  take(length: number): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(this.#start, this.#start + length))
    this.skip(length)
    return taken
  }

  skip(length: number): void {
    this.#start += length
    if (this.#start >= this.#end) this.clear()
  }

  clear(): void {
    this.#bytes = NOTHING
    this.#start = 0
    this.#end = 0
  }
}
