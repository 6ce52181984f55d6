/** How the bytes of a message are laid out. Knows nothing of where they are kept. */

import { ByteWindow } from '#lib/mime/byte-window.ts'
import { MessageReader } from '#lib/mime/message-reader.ts'
import type { Leaf, ParsedMessage } from '#lib/mime/structure.ts'

/** Of a message's own bytes, so many lie in its head. */
export const HEAD_BYTES_MAX = 128 * 1024
/** Raw bytes of a piece: its document stays small even when nothing can be compressed. */
export const PIECE_BYTES_MAX = 256 * 1024
/** Bodies of parts from this size on have pieces of their own, so that messages can share them. */
export const SHARED_BYTES_MIN = 64 * 1024
/** Behind a place that the reader has reached, the end of a body may still turn out to lie so many bytes before it. */
const UNCERTAIN_BYTES = 3

/** In order: the next bytes of the head, or a whole piece, by its number. */
interface Stretch {
  size: number
  readonly piece?: number
}

interface CutMessage {
  readonly first: Uint8Array
  readonly layout: readonly Readonly<Stretch>[]
  readonly parsed: ParsedMessage
}

/**
 * Cuts a message while it comes. Where it cuts depends on the message alone, not on how it came: the same message has
 * the same layout, and a large part that is the same in two messages has the same pieces. It holds less than two pieces.
 */
export class Cutter {
  /** Pieces that are complete, for the caller to take away. */
  pieces: Uint8Array[] = []
  readonly #reader = new MessageReader((leaf) => this.#onLeaf(leaf))
  /** What is not in the head or a piece yet. */
  readonly #window = new ByteWindow()
  #cut = 0
  readonly #first = new ByteWindow()
  readonly #layout: Stretch[] = []
  #pieceCount = 0
  /** Where the body starts that the reader is in. */
  #body: number | undefined

  /** The next bytes, a few at a time. */
  push(chunk: Uint8Array): void {
    this.#window.push(chunk, this.#cut)
    this.#reader.push(chunk)
    const sure = this.#reader.at - UNCERTAIN_BYTES
    const body = this.#body ?? sure
    this.#own(body)
    if (sure - body < SHARED_BYTES_MIN) return
    this.#endPiece(body)
    this.#fillPieces(sure)
  }

  finish(): CutMessage {
    const parsed = this.#reader.finish()
    this.#own(this.#window.end)
    this.#endPiece(this.#window.end)
    return { first: this.#first.bytes, layout: this.#layout, parsed }
  }

  #onLeaf({ start, end }: Leaf): void {
    this.#body = end === undefined ? start : undefined
    if (end === undefined || end - start < SHARED_BYTES_MIN) return
    this.#own(start)
    this.#endPiece(start)
    this.#fillPieces(end)
    this.#endPiece(end)
  }

  /** Bytes up to there belong to this message: into the head, while it has room. */
  #own(to: number): void {
    const size = Math.min(HEAD_BYTES_MAX - this.#first.end, to - this.#cut)
    if (size > 0) {
      this.#first.push(this.#take(size), 0)
      const last = this.#layout.at(-1)
      if (last && last.piece === undefined) last.size += size
      else this.#layout.push({ size })
    }
    this.#fillPieces(to)
  }

  #fillPieces(to: number): void {
    while (to - this.#cut >= PIECE_BYTES_MAX) this.#addPiece(PIECE_BYTES_MAX)
  }

  /** What comes next belongs to something else. */
  #endPiece(to: number): void {
    if (to > this.#cut) this.#addPiece(to - this.#cut)
  }

  #addPiece(size: number): void {
    // A copy, as the bytes at hand move.
    this.pieces.push(Buffer.from(this.#take(size)))
    this.#layout.push({ size, piece: this.#pieceCount++ })
  }

  #take(size: number): Uint8Array {
    const from = this.#cut - this.#window.base
    this.#cut += size
    return this.#window.bytes.subarray(from, from + size)
  }
}
