import { Fault } from '#lib/base/fault.ts'
import { normalizeFlag } from '#lib/mail/flags.ts'
import { parseDay } from './date.ts'
import type { Scanner } from './scanner.ts'
import { type MessageSet, parseSequenceSet } from './sequence-set.ts'

/** What SEARCH looks for. Days are counted from 1970, [from, before). RFC 9051 §6.4.4 */
export type SearchKey =
  | { readonly kind: 'all' }
  /** \Recent is never told to clients, so nothing is. RFC 9051 has dropped it. */
  | { readonly kind: 'none' }
  | { readonly kind: 'and'; readonly keys: readonly SearchKey[] }
  | { readonly kind: 'or'; readonly keys: readonly SearchKey[] }
  | { readonly kind: 'not'; readonly key: SearchKey }
  | { readonly kind: 'messages'; readonly messages: MessageSet }
  | { readonly kind: 'flag'; readonly flag: string }
  | { readonly kind: 'header'; readonly name: string; readonly value: string }
  | { readonly kind: 'body' | 'text'; readonly value: string }
  | { readonly kind: 'larger' | 'smaller'; readonly sizeBytes: number }
  | {
      readonly kind: 'internal-day' | 'sent-day'
      readonly from?: number
      readonly before?: number
    }

/** Turns the bytes of a search string into characters. */
export type Decode = (bytes: string) => string

const DEPTH_MAX = 50
const KEYS_MAX = 200
/** A sequence set, `*` included. */
const SET = /[0-9*][0-9*:,]*/y
const ALL: SearchKey = { kind: 'all' }
const NONE: SearchKey = { kind: 'none' }

const PLAIN: Record<string, SearchKey> = {
  ALL,
  ANSWERED: { kind: 'flag', flag: '\\Answered' },
  DELETED: { kind: 'flag', flag: '\\Deleted' },
  DRAFT: { kind: 'flag', flag: '\\Draft' },
  FLAGGED: { kind: 'flag', flag: '\\Flagged' },
  SEEN: { kind: 'flag', flag: '\\Seen' },
  NEW: NONE,
  RECENT: NONE,
  OLD: ALL,
}
const HEADERS = new Set(['BCC', 'CC', 'FROM', 'SUBJECT', 'TO'])

/** Reads search keys to the end of the command; several mean all of them. RFC 9051 §6.4.4 */
export function parseSearchKeys(scanner: Scanner, decode: Decode): SearchKey {
  const reader = new KeyReader(scanner, decode)
  const keys = [reader.key(0)]
  while (!scanner.atEnd && scanner.skip(' ') && !scanner.atEnd) keys.push(reader.key(0))
  return all(keys)
}

class KeyReader {
  readonly #scanner: Scanner
  readonly #decode: Decode
  #keys = 0

  constructor(scanner: Scanner, decode: Decode) {
    this.#scanner = scanner
    this.#decode = decode
  }

  key(depth: number): SearchKey {
    this.#keys += 1
    if (depth > DEPTH_MAX || this.#keys > KEYS_MAX) throw new Fault('invalid', 'Search too complex')
    if (this.#scanner.peek() === '(') {
      const keys = this.#scanner.list(() => this.key(depth + 1), KEYS_MAX)
      if (keys.length === 0) throw new Fault('invalid', 'Empty list of search keys')
      return all(keys)
    }
    const set = this.#scanner.match(SET)
    if (set !== undefined) return messages(set[0], false)
    const word = this.#scanner.word()
    const plain = Object.hasOwn(PLAIN, word) ? PLAIN[word] : undefined
    return plain ?? this.#negated(word) ?? this.#withArgument(word, depth)
  }

  #negated(word: string): SearchKey | undefined {
    const positive = word.startsWith('UN') ? word.slice(2) : ''
    const key = Object.hasOwn(PLAIN, positive) ? PLAIN[positive] : undefined
    return key?.kind === 'flag' ? { kind: 'not', key } : undefined
  }

  #withArgument(word: string, depth: number): SearchKey {
    this.#scanner.space()
    if (HEADERS.has(word)) return { kind: 'header', name: word.toLowerCase(), value: this.#text() }
    switch (word) {
      case 'NOT':
        return { kind: 'not', key: this.key(depth + 1) }
      case 'OR':
        return this.#or(depth)
      case 'BODY':
      case 'TEXT':
        return { kind: word === 'BODY' ? 'body' : 'text', value: this.#text() }
      case 'HEADER':
        return this.#header()
      case 'KEYWORD':
        return this.#keyword()
      case 'UNKEYWORD':
        return { kind: 'not', key: this.#keyword() }
      case 'LARGER':
      case 'SMALLER':
        return { kind: word === 'LARGER' ? 'larger' : 'smaller', sizeBytes: this.#scanner.number() }
      case 'UID':
        return messages(this.#scanner.match(SET)?.[0] ?? '', true)
      default:
        return this.#day(word)
    }
  }

  #or(depth: number): SearchKey {
    const first = this.key(depth + 1)
    this.#scanner.space()
    return { kind: 'or', keys: [first, this.key(depth + 1)] }
  }

  #header(): SearchKey {
    const name = this.#scanner.astring().toLowerCase()
    this.#scanner.space()
    return { kind: 'header', name, value: this.#text() }
  }

  #keyword(): SearchKey {
    return { kind: 'flag', flag: normalizeFlag(this.#scanner.atom()) }
  }

  #text(): string {
    return this.#decode(this.#scanner.astring())
  }

  #day(word: string): SearchKey {
    const sent = word.startsWith('SENT')
    const kind = sent ? 'sent-day' : 'internal-day'
    const relation = sent ? word.slice(4) : word
    if (!/^(?:BEFORE|ON|SINCE)$/.test(relation)) throw new Fault('invalid', 'Unknown search key')
    const day = parseDay(this.#scanner.astring())
    if (relation === 'BEFORE') return { kind, before: day }
    return relation === 'SINCE' ? { kind, from: day } : { kind, from: day, before: day + 1 }
  }
}

function all(keys: readonly SearchKey[]): SearchKey {
  return keys.length === 1 ? (keys[0] ?? ALL) : { kind: 'and', keys }
}

function messages(set: string, byUid: boolean): SearchKey {
  return { kind: 'messages', messages: { byUid, ranges: parseSequenceSet(set) } }
}
