import iconv from 'iconv-lite'

/** What an escape sequence switched to. */
type State = 'ascii' | 'roman' | 'katakana' | 'kanji' | 'supplement'

const LF = 0x0a
const SHIFT_OUT = 0x0e
const SHIFT_IN = 0x0f
const ESCAPE = 0x1b

/** After ESC. RFC 1468, and what mailers send beyond it. */
const ESCAPES: readonly (readonly [sequence: string, state: State])[] = [
  ['(B', 'ascii'],
  ['(J', 'roman'],
  ['(H', 'roman'],
  ['(I', 'katakana'],
  ['$@', 'kanji'],
  ['$B', 'kanji'],
  ['$(@', 'kanji'],
  ['$(B', 'kanji'],
  ['$(D', 'supplement'],
]

/**
 * Reads ISO-2022-JP as Japanese mailers write it: with half-width katakana and the vendors' characters of
 * JIS X 0208. JIS X 0212, which next to nobody sent, becomes U+FFFD. Bytes beyond ASCII, which have no
 * business here, are read as Shift_JIS: that is what a wrong label most often hides. A line end leads
 * back to ASCII, so that one lost escape sequence spoils one line.
 *
 * RFC 1468
 */
export function decodeIso2022Jp(bytes: Uint8Array): string {
  return new Decoder(bytes).decode()
}

/** Rewrites the text in Shift_JIS, in which all of its character sets have a place of their own. */
class Decoder {
  readonly #bytes: Uint8Array
  #at = 0
  #state: State = 'ascii'
  #text = ''
  /** Never longer than what was read. */
  readonly #shiftJis: Buffer
  #length = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#shiftJis = Buffer.allocUnsafe(bytes.length)
  }

  decode(): string {
    while (this.#at < this.#bytes.length) this.#step()
    this.#flush()
    return this.#text
  }

  #step(): void {
    const byte = this.#bytes[this.#at] ?? 0
    this.#at++
    if (byte === ESCAPE) this.#escape()
    else if (byte === SHIFT_OUT) this.#state = 'katakana'
    else if (byte === SHIFT_IN || byte === LF) this.#plain(byte)
    else if (byte <= 0x20 || byte >= 0x7f || this.#state === 'ascii') this.#push(byte)
    else if (this.#state === 'roman') this.#roman(byte)
    else if (this.#state === 'katakana') this.#katakana(byte)
    else this.#double(byte)
  }

  #plain(byte: number): void {
    this.#state = 'ascii'
    if (byte === LF) this.#push(byte)
  }

  #escape(): void {
    const next = String.fromCharCode(...this.#bytes.subarray(this.#at, this.#at + 3))
    const found = ESCAPES.find(([sequence]) => next.startsWith(sequence))
    if (found) {
      this.#at += found[0].length
      this.#state = found[1]
    } else {
      this.#put('\uFFFD')
    }
  }

  /** JIS X 0201's Latin half differs from ASCII in two places. */
  #roman(byte: number): void {
    if (byte === 0x5c) this.#put('¥')
    else if (byte === 0x7e) this.#put('‾')
    else this.#push(byte)
  }

  #katakana(byte: number): void {
    if (byte <= 0x5f) this.#push(byte + 0x80)
    else this.#put('\uFFFD')
  }

  #double(lead: number): void {
    const trail = this.#bytes[this.#at] ?? 0
    const whole = trail > 0x20 && trail < 0x7f
    // What is no second byte is looked at again: it may be an escape sequence.
    if (whole) this.#at++
    if (whole && this.#state === 'kanji') this.#kanji(lead, trail)
    else this.#put('\uFFFD')
  }

  /** Shift_JIS packs two rows of JIS X 0208 behind one first byte. */
  #kanji(lead: number, trail: number): void {
    const row = (lead - 0x21) >> 1
    const first = row + (row < 0x1f ? 0x81 : 0xc1)
    const second = lead % 2 === 1 ? trail + 0x1f + (trail >= 0x60 ? 1 : 0) : trail + 0x7e
    this.#push(first)
    this.#push(second)
  }

  #push(byte: number): void {
    this.#shiftJis[this.#length++] = byte
  }

  #put(text: string): void {
    this.#flush()
    this.#text += text
  }

  #flush(): void {
    if (this.#length === 0) return
    this.#text += iconv.decode(this.#shiftJis.subarray(0, this.#length), 'cp932')
    this.#length = 0
  }
}
