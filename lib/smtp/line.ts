import { type Reply, reply } from './reply.ts'

const LF = 0x0a
const CR = 0x0d

const TOO_LONG = reply(500, '5.5.2', 'The line is too long')
const BARE = reply(500, '5.5.2', 'Lines must end with CRLF')

/** What was taken off the front of the bytes: a line, what to answer to one that is none, or neither yet. */
export interface Taken {
  /** With its CRLF. */
  readonly line?: Buffer
  readonly problem?: Reply
  /** What is left; nothing can be taken from it when neither of the others is there. */
  readonly rest: Buffer | null
}

/**
 * Cuts command lines. A line that is too long is passed over to its end and answered once; a bare CR or LF does
 * not end a line, and makes it none.
 *
 * RFC 5321 §2.3.8, §4.5.3.1.4
 */
export class LineReader {
  readonly #bytesMax: number
  #skipping = false

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  take(bytes: Buffer): Taken {
    const lf = bytes.indexOf(LF)
    const end = lf < 0 ? bytes.length : lf + 1
    const tooLong = this.#skipping || end > this.#bytesMax
    if (lf < 0) {
      this.#skipping = tooLong
      return { rest: tooLong ? null : bytes }
    }
    this.#skipping = false
    const rest = bytes.length > end ? bytes.subarray(end) : null
    if (tooLong) return { problem: TOO_LONG, rest }
    if (lf === 0 || bytes.indexOf(CR) !== lf - 1) return { problem: BARE, rest }
    return { line: bytes.subarray(0, end), rest }
  }
}
