const CR = 0x0d
const LF = 0x0a
const DOT = 0x2e
const CRLF = Buffer.of(CR, LF)
const STUFFING = Buffer.of(DOT)
const FINAL_DOT = Buffer.of(DOT, CR, LF)

/**
 * Writes a message as it follows DATA: a dot is put before each line that begins with one. What it gives are slices of
 * what it was given, so nothing is copied.
 *
 * A CR or LF alone becomes CRLF: sent as it is, the next server might see an end of the message where we saw none.
 *
 * RFC 5321 §4.5.2, §2.3.8
 */
export class DotStuffing {
  /** Whether the next byte begins a line. */
  #lineStart = true
  /** A CR at the end of what came, which means something only with what follows. */
  #kept = false
  /** What came in all. */
  takenBytes = 0

  /** What to send for a piece of the message. */
  push(piece: Buffer): Buffer[] {
    this.takenBytes += piece.length
    const out: Buffer[] = []
    let at = 0
    if (this.#kept && piece.length > 0) {
      this.#kept = false
      out.push(CRLF)
      this.#lineStart = true
      if (piece[0] === LF) at = 1
    }
    let run = at
    const cut = (to: number, between: Buffer, next: number) => {
      if (to > run) out.push(piece.subarray(run, to))
      out.push(between)
      run = next
    }
    while (at < piece.length) {
      if (this.#lineStart && piece[at] === DOT) cut(at, STUFFING, at)
      this.#lineStart = false
      const lf = piece.indexOf(LF, at)
      const end = lf < 0 ? piece.length : lf
      const cr = piece.subarray(at, end).indexOf(CR)
      if (cr >= 0 && at + cr === piece.length - 1) {
        this.#kept = true
        if (at + cr > run) out.push(piece.subarray(run, at + cr))
        return out
      }
      if (cr >= 0 && at + cr !== end - 1) {
        at += cr + 1
        cut(at - 1, CRLF, at)
        this.#lineStart = true
        continue
      }
      if (lf < 0) break
      if (cr < 0) cut(lf, CRLF, lf + 1)
      at = lf + 1
      this.#lineStart = true
    }
    if (piece.length > run) out.push(piece.subarray(run))
    return out
  }

  /** What ends the message; there is no way back from sending it. */
  end(): Buffer {
    if (this.#kept) return Buffer.concat([CRLF, FINAL_DOT])
    return this.#lineStart ? FINAL_DOT : Buffer.concat([CRLF, FINAL_DOT])
  }
}
