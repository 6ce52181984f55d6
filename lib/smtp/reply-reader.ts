import { Fault } from '#lib/base/fault.ts'

/** A reply as a client got it. RFC 5321 §4.2 */
export interface ReceivedReply {
  readonly code: number
  /** Of the first line, when its class is that of the code. RFC 2034 §4 */
  readonly status?: string
  /** What stood behind the codes, at least one; control characters are replaced. */
  readonly lines: readonly string[]
}

/** RFC 5321 §4.5.3.1.5 asks for 512; in the wild there are longer ones. */
const LINE_BYTES_MAX = 8192
const LINES_MAX = 100

const LF = 0x0a
const NOTHING = Buffer.alloc(0)
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be in there
const CONTROL = /[\x00-\x1f\x7f-\x9f]/g

/**
 * Reads replies from bytes that come in any pieces. Lines may end with a bare LF, and the last line's code counts when
 * they differ: what else is not as it should be is a Fault, after which nothing can be read any more.
 *
 * RFC 5321 §4.2.1, §4.5.3.1.5
 */
export class ReplyReader {
  #kept: Buffer = NOTHING
  #lines: string[] = []

  /** Whether a reply has begun and not ended. */
  get partial(): boolean {
    return this.#kept.length > 0 || this.#lines.length > 0
  }

  /**
   * The replies that end in this piece.
   *
   * @throws {Fault} invalid
   */
  push(piece: Buffer): ReceivedReply[] {
    let bytes = this.#kept.length === 0 ? piece : Buffer.concat([this.#kept, piece])
    const replies: ReceivedReply[] = []
    for (;;) {
      const lf = bytes.indexOf(LF)
      if ((lf < 0 ? bytes.length : lf) > LINE_BYTES_MAX) {
        throw new Fault('invalid', 'A line of the reply is too long')
      }
      if (lf < 0) break
      const reply = this.#take(bytes.toString('utf8', 0, lf).replace(/\r$/, ''))
      if (reply !== undefined) replies.push(reply)
      bytes = bytes.subarray(lf + 1)
    }
    // A copy: the piece may be part of something large.
    this.#kept = bytes.length === 0 ? NOTHING : Buffer.from(bytes)
    return replies
  }

  #take(line: string): ReceivedReply | undefined {
    const [, digits, mark = ' ', text = ''] = /^([2-5][0-9]{2})(?:([ -])(.*))?$/s.exec(line) ?? []
    if (digits === undefined) throw new Fault('invalid', 'What came is no SMTP reply')
    this.#lines.push(text.replace(CONTROL, '?'))
    if (this.#lines.length > LINES_MAX) throw new Fault('invalid', 'The reply has too many lines')
    if (mark === '-') return undefined
    const lines = this.#lines
    this.#lines = []
    const [, status] = /^([245]\.\d{1,3}\.\d{1,3})(?: |$)/.exec(lines[0] ?? '') ?? []
    const code = Number(digits)
    return { code, ...(status?.[0] === digits[0] && status && { status }), lines }
  }
}

/** The reply as it came, its lines separated by LF; cut where nobody would read on. */
export function formatReceived({ code, lines }: ReceivedReply, charactersMax = 2000): string {
  const text = lines
    .map((line, at) => `${code}${at === lines.length - 1 ? ' ' : '-'}${line}`)
    .join('\n')
    .trimEnd()
  return text.length > charactersMax ? `${text.slice(0, charactersMax)}…` : text
}
