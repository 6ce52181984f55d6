/** The bytes after DATA, up to the line with a single dot. */

import { fromLatin1 } from '#lib/base/bytes.ts'

export interface DataLimits {
  /** Of the message, without the dots that SMTP adds. */
  readonly sizeBytesMax: number
  /** Of one line with its CRLF; at least 1000. RFC 5321 §4.5.3.1.6 */
  readonly lineBytesMax: number
}

/** Why a message can't be taken. `bare-line-end`: a CR or LF alone. */
export type DataProblem = 'bare-line-end' | 'line-too-long' | 'too-large'

type Opening = 'more' | 'end' | 'dot' | 'text'

const CR = 0x0d
const LF = 0x0a
const DOT = 0x2e
const LOWER_CASE = 0x20
const RECEIVED = fromLatin1('received:')
const NOTHING = Buffer.alloc(0)

/**
 * Takes the bytes of a message as they come, in any pieces, and hands them on without the dots that SMTP
 * adds, otherwise untouched.
 *
 * Lone CRs and LFs are refused, not repaired: two servers that repair them differently can be made to see two
 * messages where we saw one. Reads to the final dot even when there is a problem, so that what follows is not
 * taken for commands; a problem ends the handing on.
 *
 * RFC 5321 §2.3.8, §4.5.2
 */
export class DataReader {
  /** The first thing that was wrong. */
  problem: DataProblem | undefined
  /**
   * A line with a single dot came between line ends that are not both CRLF. The client may think that its
   * message is over and wait for an answer, or may still be in the middle of it: nobody can tell.
   */
  endInDoubt = false
  ended = false
  /** What came, dots included; goes on to be counted when there is a problem. */
  readBytes = 0
  /** What was handed on. */
  sizeBytes = 0
  /** Received headers. RFC 5321 §6.3 */
  received = 0

  readonly #limits: DataLimits
  readonly #take: (bytes: Buffer) => void
  #inHeader = true
  /** Whether the present line follows a CRLF. */
  #afterCrLf = true
  /** Bytes of the present line that were read already. */
  #lineBytes = 0
  /** Bytes that mean something only with what follows: a line's first few, or a CR. */
  #kept: Buffer | undefined

  /** `take` is handed slices of what `push` was given; who keeps them keeps that memory. */
  constructor(limits: DataLimits, take: (bytes: Buffer) => void) {
    this.#limits = limits
    this.#take = take
  }

  /** Reads a piece. Returns what followed the end of the message, once that came. */
  push(piece: Buffer): Buffer {
    const bytes = this.#kept === undefined ? piece : Buffer.concat([this.#kept, piece])
    this.#kept = undefined
    this.readBytes += piece.length
    let run = 0
    for (let at = 0; at < bytes.length; ) {
      const opening = this.#lineBytes === 0 ? this.#open(bytes, at) : 'text'
      if (opening === 'more') return this.#pause(bytes, run, at)
      if (opening === 'end') return this.#end(bytes, run, at)
      if (opening === 'dot') {
        this.#hand(bytes, run, at)
        run = at + 1
      }
      const next = this.#passLine(bytes, at)
      if (next === undefined) {
        const cut = bytes[bytes.length - 1] === CR ? bytes.length - 1 : bytes.length
        this.#lineBytes += cut - at
        return this.#pause(bytes, run, cut)
      }
      at = next
    }
    return this.#pause(bytes, run, bytes.length)
  }

  /** What the line at `at` is, as far as its first bytes tell. */
  #open(bytes: Buffer, at: number): Opening {
    const left = bytes.length - at
    const first = bytes[at] as number
    if (first === DOT) return this.#openDot(bytes, at, left)
    if (!this.#inHeader) return 'text'
    if (first === CR) {
      if (left < 2) return 'more'
      if (bytes[at + 1] === LF) this.#inHeader = false
    } else if ((first | LOWER_CASE) === RECEIVED[0]) {
      const matched = isReceived(bytes, at, Math.min(left, RECEIVED.length))
      if (matched && left < RECEIVED.length) return 'more'
      if (matched) this.received += 1
    }
    return 'text'
  }

  #openDot(bytes: Buffer, at: number, left: number): Opening {
    const second = bytes[at + 1]
    if (second === LF) this.endInDoubt = true
    if (left < 2 || (second === CR && left < 3)) return 'more'
    const alone = second === CR && bytes[at + 2] === LF
    if (!this.#afterCrLf) {
      if (alone) this.endInDoubt = true
      return 'text'
    }
    return alone ? 'end' : 'dot'
  }

  /** Where the next line starts; undefined when this one goes on in the next piece. */
  #passLine(bytes: Buffer, at: number): number | undefined {
    const lf = bytes.indexOf(LF, at)
    const cr = bytes.indexOf(CR, at)
    const end = lf < 0 ? bytes.length : lf + 1
    if (this.#lineBytes + end - at > this.#limits.lineBytesMax) this.problem ??= 'line-too-long'
    // The first CR of a line is the one before its LF, or the last byte that we have.
    if (cr >= 0 && cr < end && cr !== (lf < 0 ? end - 1 : lf - 1)) this.problem ??= 'bare-line-end'
    if (lf < 0) return undefined
    this.#afterCrLf = lf > at && bytes[lf - 1] === CR
    if (!this.#afterCrLf) this.problem ??= 'bare-line-end'
    this.#lineBytes = 0
    return end
  }

  #end(bytes: Buffer, run: number, at: number): Buffer {
    this.#hand(bytes, run, at)
    this.ended = true
    const rest = bytes.subarray(at + '.\r\n'.length)
    this.readBytes -= rest.length
    return rest
  }

  #pause(bytes: Buffer, run: number, cut: number): Buffer {
    this.#hand(bytes, run, cut)
    if (cut < bytes.length) this.#kept = bytes.subarray(cut)
    return NOTHING
  }

  #hand(bytes: Buffer, from: number, to: number): void {
    if (to <= from || this.problem !== undefined) return
    this.sizeBytes += to - from
    if (this.sizeBytes > this.#limits.sizeBytesMax) this.problem = 'too-large'
    else this.#take(bytes.subarray(from, to))
  }
}

function isReceived(bytes: Buffer, at: number, length: number): boolean {
  for (let i = 0; i < length; i++) {
    if (((bytes[at + i] as number) | LOWER_CASE) !== RECEIVED[i]) return false
  }
  return true
}
