import assert from 'node:assert/strict'
import { BodyScan } from './body-scan.ts'
import { ByteWindow } from './byte-window.ts'
import { type Leaf, type ParsedMessage, Parser } from './structure.ts'

/**
 * Finds the parts of a message while it comes, as `parseMessage` does of a whole one, and tells the same. It keeps the
 * header that it is in, up to 512 kB of it, and else a few hundred bytes, however long the message and its lines are.
 */
export class MessageReader {
  readonly #window = new ByteWindow()
  readonly #scan = new BodyScan(this.#window)
  readonly #run: Generator<void, ParsedMessage, void>

  /** `onLeaf` is told of each part without parts: when it begins, and when it ends. */
  constructor(onLeaf?: (leaf: Leaf) => void) {
    const parser = new Parser(this.#scan)
    parser.onLeaf = onLeaf
    this.#run = parser.message()
  }

  /** The place that was reached. Where the leaf that it lies in ends, if it ends before, is known 3 bytes later. */
  get at(): number {
    return this.#scan.at
  }

  /** Bytes that are kept. */
  get held(): number {
    return this.#window.bytes.length
  }

  push(chunk: Uint8Array): void {
    this.#window.push(chunk, this.#scan.keepFrom)
    this.#run.next()
  }

  /** Tells what the message is, of which all has come. */
  finish(): ParsedMessage {
    this.#window.final = true
    const { done, value } = this.#run.next()
    assert(done, 'Nothing more comes')
    return value
  }
}
