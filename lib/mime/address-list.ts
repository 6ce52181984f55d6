import type { EnvelopeAddress } from './envelope.ts'

/** Later addresses are not told. */
const ADDRESSES_MAX = 2000

/** What nearly all fields hold: one address, with a simple name or none. */
const SIMPLE =
  /^(?:"([^"\\]*)"\s*|([^\s",<>()@:;\\[\]]+(?: [^\s",<>()@:;\\[\]]+)*)\s*)?<([^\s@<>"(),:;\\[\]]+)@([^\s@<>"(),:;\\[\]]+)>$/

const BLANK = /\s+/y
const QUOTED = /"((?:[^"\\]+|\\.)*)"?/sy
const LITERAL = /\[[^\]]*\]?/y
/** Encoded words hold commas and brackets where they must not, and raw ISO-2022-JP cannot help it. */
const ENCODED = /=\?[^?\s]+\?[bqBQ]\?[^?\s]*\?=/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: ISO-2022-JP switches by ESC
const JAPANESE = /(?:\x1b\$[@B][^\x1b]*(?:\x1b\([BJ])?)+/y
const ATOM = /[^\s"<>()@,:;\\[\]]+|\\./sy

const GROUP_END: EnvelopeAddress = { name: null, mailbox: null, host: null }

/**
 * Reads the addresses of From, To and their like, as IMAP's ENVELOPE shows them. Never fails: an address
 * without a domain has an empty host; what makes no sense at all is left out. Names keep their encoded
 * words. Source routes are ignored, and a comment stands in for a name that is missing.
 *
 * RFC 5322 §3.4, §4.4, RFC 9051 §7.5.2
 */
export function parseAddressList(text: string): EnvelopeAddress[] {
  const [, quoted, name = quoted, mailbox, host] = SIMPLE.exec(text) ?? []
  if (mailbox !== undefined && host !== undefined) return [{ name: name || null, mailbox, host }]
  return new AddressListReader(text).read()
}

class AddressListReader {
  readonly #text: string
  #at = 0
  readonly #found: EnvelopeAddress[] = []
  #inGroup = false
  /** What came since the last comma: words, then perhaps `@` and a domain, or `<…>`. */
  #words: string[] = []
  #joined = ''
  #host: string | undefined
  #angle: EnvelopeAddress | undefined
  #comment: string | undefined

  constructor(text: string) {
    this.#text = text
  }

  read(): EnvelopeAddress[] {
    while (this.#at < this.#text.length && this.#found.length < ADDRESSES_MAX) this.#step()
    this.#flush()
    if (this.#inGroup) this.#found.push(GROUP_END)
    return this.#found
  }

  #step(): void {
    const word = this.#word()
    if (word !== undefined) {
      this.#add(word)
      return
    }
    const special = this.#text.charAt(this.#at)
    if (special === '(') {
      this.#comment = this.#readComment()
      return
    }
    this.#at++
    if (special === ',') this.#flush()
    else if (special === '<') this.#addAngle(this.#readAngle())
    else if (special === '@') this.#host ??= ''
    else if (special === ':') this.#startGroup()
    else if (special === ';') this.#endGroup()
  }

  #add(word: string): void {
    if (this.#host !== undefined) {
      this.#host += word
      return
    }
    this.#words.push(word)
    this.#joined += word
  }

  /** Of two in a row the first counts. */
  #addAngle(address: EnvelopeAddress): void {
    this.#angle ??= address
  }

  #startGroup(): void {
    if (this.#inGroup || this.#words.length === 0) return
    this.#found.push({ name: null, mailbox: this.#words.join(' '), host: null })
    this.#inGroup = true
    this.#clear()
  }

  #endGroup(): void {
    this.#flush()
    if (this.#inGroup) this.#found.push(GROUP_END)
    this.#inGroup = false
  }

  #flush(): void {
    const comment = this.#comment || null
    if (this.#angle) {
      this.#found.push({ ...this.#angle, name: this.#words.join(' ') || comment })
    } else if (this.#joined !== '' || this.#host) {
      const mailbox = this.#host === undefined ? this.#words.join(' ') : this.#joined
      this.#found.push({ name: comment, mailbox, host: this.#host ?? '' })
    }
    this.#clear()
  }

  #clear(): void {
    this.#words = []
    this.#joined = ''
    this.#host = undefined
    this.#angle = undefined
    this.#comment = undefined
  }

  /** After `<`: an optional source route, which ends with a colon, and an address up to `>`. */
  #readAngle(): EnvelopeAddress {
    let mailbox = ''
    let host: string | undefined
    while (this.#at < this.#text.length) {
      const word = this.#word()
      const special = word === undefined ? this.#text.charAt(this.#at) : ''
      // A comma in a source route has no mailbox before it; another one means that `>` is missing.
      if (special === ',' && mailbox !== '') break
      if (special === '(') this.#comment = this.#readComment()
      else if (special !== '') this.#at++
      if (special === '>') break
      if (special === '@') host ??= ''
      else if (special === ':') [mailbox, host] = ['', undefined]
      else if (word !== undefined && host !== undefined) host += word
      else if (word !== undefined) mailbox += word
    }
    return { name: null, mailbox, host: host ?? '' }
  }

  /** The next word, past blanks; undefined before a special character or the end. */
  #word(): string | undefined {
    this.#take(BLANK)
    const quoted = this.#take(QUOTED)
    if (quoted) return quoted[1]?.replace(/\\(.)/gs, '$1')
    const raw = this.#take(ENCODED) ?? this.#take(JAPANESE) ?? this.#take(LITERAL)
    return (raw ?? this.#take(ATOM))?.[0]
  }

  #take(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at
    const found = expression.exec(this.#text)
    this.#at += found?.[0].length ?? 0
    return found
  }

  /** A comment, which may hold others, without its parentheses. RFC 5322 §3.2.2 */
  #readComment(): string {
    const text = this.#text
    const start = this.#at + 1
    let depth = 0
    for (; this.#at < text.length; this.#at++) {
      const character = text[this.#at]
      if (character === '\\') this.#at++
      else if (character === '(') depth++
      else if (character === ')') depth--
      if (depth === 0) break
    }
    const end = this.#at++
    return text.slice(start, end).replace(/\\(.)/gs, '$1').trim()
  }
}
