/**
 * Walks over one command's text. The text is the command's bytes, one character each (Latin-1), with its
 * literals in place as they came: `{5}CRLFhello`. What the bytes mean as characters is not known here.
 */
import { Fault } from '#lib/base/fault.ts'

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: the grammar excludes control characters
const ATOM = /[^\x00-\x20\x7f-\xff(){%*"\\\]]+/y
const ASTRING_ATOM = /[^\x00-\x20\x7f-\xff(){%*"\\]+/y
const LIST_ATOM = /[^\x00-\x20\x7f-\xff(){"\\]+/y
const QUOTED = /"((?:[^"\\\r\n\x00]|\\["\\])*)"/y
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: the end of them
const LITERAL = /\{([0-9]{1,10})\+?\}\r?\n/y
const NUMBER = /[0-9]{1,10}/y
const NUMBER_MAX = 0xffff_ffff

/** Reads the grammar's small words one after the other. Every method throws Fault invalid on another. RFC 9051 §9 */
export class Scanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length
  }

  /** The next character without taking it; empty at the end. */
  peek(): string {
    return this.#text.charAt(this.#at)
  }

  /** Takes the text when it comes next. */
  skip(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  expect(text: string): void {
    if (!this.skip(text))
      throw new Fault('invalid', text === ' ' ? 'Missing argument' : `Missing ${text}`)
  }

  space(): void {
    this.expect(' ')
  }

  end(): void {
    // Some clients leave a space at the end of the line; nothing can be meant by it.
    while (this.skip(' ')) {}
    if (!this.atEnd) throw new Fault('invalid', 'Unexpected text at the end of the command')
  }

  /** What a sticky expression finds here, or undefined. */
  match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at
    const found = expression.exec(this.#text)
    if (found === null) return undefined
    this.#at = expression.lastIndex
    return found
  }

  atom(): string {
    return this.match(ATOM)?.[0] ?? refuse('Expected an atom')
  }

  /** An atom in upper case, for words that are not case sensitive. */
  word(): string {
    return this.atom().toUpperCase()
  }

  astring(): string {
    return this.match(ASTRING_ATOM)?.[0] ?? this.string()
  }

  /** A mailbox name that may have the wildcards of LIST. */
  listMailbox(): string {
    return this.match(LIST_ATOM)?.[0] ?? this.string()
  }

  string(): string {
    const quoted = this.match(QUOTED)
    if (quoted !== undefined) return (quoted[1] ?? '').replaceAll(/\\(.)/g, '$1')
    const literal = this.match(LITERAL)
    if (literal === undefined) return refuse('Expected a string')
    const end = this.#at + Number(literal[1])
    if (end > this.#text.length) return refuse('Expected a longer literal')
    const text = this.#text.slice(this.#at, end)
    this.#at = end
    return text
  }

  nstring(): string | null {
    return this.match(/NIL(?=[ )]|$)/iy) === undefined ? this.string() : null
  }

  number(): number {
    const number = Number(this.match(NUMBER)?.[0] ?? refuse('Expected a number'))
    return number <= NUMBER_MAX ? number : refuse('Number too large')
  }

  /** `(a b c)`, also empty. */
  list<Item>(item: () => Item, itemsMax = 1000): Item[] {
    this.expect('(')
    const items: Item[] = []
    if (this.skip(')')) return items
    do {
      if (items.length >= itemsMax) refuse('Too many items in a list')
      items.push(item())
    } while (this.skip(' '))
    this.expect(')')
    return items
  }
}

function refuse(text: string): never {
  throw new Fault('invalid', text)
}
