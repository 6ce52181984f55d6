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
    // Looked for again once it is passed, and not once a line: a slice for each would be most of what a mail costs.
    let cr = -1
    while (at < piece.length) {
      if (this.#lineStart && piece[at] === DOT) cut(at, STUFFING, at)
      this.#lineStart = false
      const lf = indexOrEnd(piece, LF, at)
      if (cr < at) cr = indexOrEnd(piece, CR, at)
      if (cr < lf && cr === piece.length - 1) {
        this.#kept = true
        if (cr > run) out.push(piece.subarray(run, cr))
        return out
      }
      if (cr < lf - 1) {
        at = cr + 1
        cut(cr, CRLF, at)
        this.#lineStart = true
        continue
      }
      if (lf === piece.length) break
      if (cr > lf) cut(lf, CRLF, lf + 1)
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

function indexOrEnd(piece: Buffer, byte: number, from: number): number {
  const at = piece.indexOf(byte, from)
  return at < 0 ? piece.length : at
}
