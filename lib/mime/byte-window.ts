/** So that a message that comes in small chunks is not copied with each of them. */
const ROOM_BYTES = 16 * 1024

/**
 * What is at hand of a message: all of it, or as much as is kept of what has come so far. Places are counted from the
 * start of the message.
 */
export class ByteWindow {
  bytes: Uint8Array
  /** Place of the first byte at hand. */
  base = 0
  /** Nothing comes behind what is at hand. */
  final: boolean
  #storage: Uint8Array = new Uint8Array()
  #from = 0

  /** Without bytes it is empty, and filled by `push`. */
  constructor(bytes?: Uint8Array) {
    this.bytes = bytes ?? new Uint8Array()
    this.final = bytes !== undefined
  }

  /** Place behind the last byte at hand. */
  get end(): number {
    return this.base + this.bytes.length
  }

  /** Adds a copy of what came, and lets go of everything before `keepFrom`. */
  push(chunk: Uint8Array, keepFrom: number): void {
    const dropped = Math.max(0, Math.min(keepFrom, this.end) - this.base)
    const kept = this.bytes.subarray(dropped)
    this.base += dropped
    this.#from += dropped
    const length = kept.length + chunk.length
    if (this.#from + length > this.#storage.length) this.#makeRoom(kept, length)
    this.#storage.set(chunk, this.#from + kept.length)
    this.bytes = this.#storage.subarray(this.#from, this.#from + length)
  }

  /** At least half of the room is free afterwards, so that a byte is seldom moved. */
  #makeRoom(kept: Uint8Array, length: number): void {
    if (length * 2 > this.#storage.length) {
      this.#storage = Buffer.allocUnsafeSlow(Math.max(ROOM_BYTES, length * 2))
    }
    this.#storage.set(kept)
    this.#from = 0
  }
}
