/**
 * Whether a message is what a search asks for, told from as little of it as is needed: the packed view first, then
 * what was computed at append, then the bytes.
 */

import { hasUid, type UidSet } from '#lib/mail/uid-set.ts'
import { dayOf, parseDate } from '#lib/mime/date.ts'
import { decodeHeaderText } from '#lib/mime/encoded-word.ts'
import { parseHeader } from '#lib/mime/header.ts'
import { findTexts, foldText } from '#lib/mime/search-text.ts'
import type { ByteRange } from '#lib/mime/section.ts'
import type { Part } from '#lib/mime/structure.ts'
import type { Details } from './details.ts'

/** Days since 1970, `from` included, `before` not. */
interface DayRange {
  readonly from: number | undefined
  readonly before: number | undefined
}

/** RFC 9051 §6.4.4; texts are folded. */
export type SearchKey =
  | { readonly kind: 'and' | 'or'; readonly keys: readonly SearchKey[] }
  | { readonly kind: 'not'; readonly key: SearchKey }
  | { readonly kind: 'all' }
  | { readonly kind: 'uids'; readonly uids: UidSet }
  /** The bit of a flag; undefined when no message of the mailbox has ever had it. */
  | { readonly kind: 'flag'; readonly bit: number | undefined }
  | { readonly kind: 'header'; readonly name: string; readonly value: string }
  | { readonly kind: 'body' | 'text'; readonly value: string }
  | { readonly kind: 'internal-day' | 'sent-day'; readonly days: DayRange }
  | { readonly kind: 'larger' | 'smaller'; readonly bytes: number }
  | { readonly kind: 'changed'; readonly modSeq: number }

/** What is known of a message so far; what is missing may follow. */
export interface Facts {
  readonly uid: number
  readonly modSeq: number
  readonly size: number
  readonly internalDate: number
  hasBit(bit: number): boolean
  readonly details?: Details
  readonly header?: Uint8Array
  /** Which of the texts that `wordsOf` names are in the body. */
  readonly words?: ReadonlySet<string>
}

const DAY_MS = 86_400_000
/** Of each text part, so much is looked into. */
const TEXT_BYTES_MAX = 4 * 1024 * 1024

/** Undefined when the facts do not suffice. */
export function matches(key: SearchKey, facts: Facts): boolean | undefined {
  switch (key.kind) {
    case 'and':
      return decide(key.keys, facts, false)
    case 'or':
      return decide(key.keys, facts, true)
    case 'not':
      return not(matches(key.key, facts))
    case 'all':
      return true
    case 'uids':
      return hasUid(key.uids, facts.uid)
    case 'flag':
      return key.bit !== undefined && facts.hasBit(key.bit)
    case 'larger':
      return facts.size > key.bytes
    case 'smaller':
      return facts.size < key.bytes
    case 'changed':
      return facts.modSeq >= key.modSeq
    case 'internal-day':
      return isWithin(Math.floor(facts.internalDate / DAY_MS), key.days)
    case 'sent-day':
      return facts.details && isWithin(sentDay(facts.details, facts.internalDate), key.days)
    case 'header':
      if (facts.header) return headerMatches(facts.header, key)
      return key.name === 'subject' && facts.details
        ? textHas(facts.details.envelope.subject, key.value)
        : undefined
    case 'body':
    case 'text':
      return textMatches(key, facts)
  }
}

/** One key that is `enough` decides for all; undefined while one of them is open. */
function decide(keys: readonly SearchKey[], facts: Facts, enough: boolean): boolean | undefined {
  let all: boolean | undefined = !enough
  for (const key of keys) {
    const one = matches(key, facts)
    if (one === enough) return enough
    if (one === undefined) all = undefined
  }
  return all
}

function not(answer: boolean | undefined): boolean | undefined {
  return answer === undefined ? undefined : !answer
}

function isWithin(day: number, { from, before }: DayRange): boolean {
  return (from === undefined || day >= from) && (before === undefined || day < before)
}

/** A message without a date was sent when it came, as far as anyone can tell. */
function sentDay({ envelope }: Details, internalDate: number): number {
  const date = envelope.date === null ? undefined : parseDate(envelope.date)
  return Math.floor((date ? dayOf(date) : internalDate) / DAY_MS)
}

/** The most wanted header, without reading it: the envelope has it. RFC 5322 §3.6 allows only one. */
function textHas(text: string | null, value: string): boolean {
  return text !== null && foldText(decodeHeaderText(text)).includes(value)
}

function headerMatches(header: Uint8Array, { name, value }: { name: string; value: string }) {
  return parseHeader(header).fields.some(
    (field) => field.key === name && foldText(decodeHeaderText(field.value)).includes(value),
  )
}

function textMatches(
  { kind, value }: { kind: 'body' | 'text'; value: string },
  { header, words }: Facts,
): boolean | undefined {
  if (value === '') return true
  if (kind === 'text' && header) {
    const found = parseHeader(header).fields.some((field) =>
      foldText(`${field.name}: ${decodeHeaderText(field.value)}`).includes(value),
    )
    if (found) return true
  }
  return words?.has(value)
}

/** How many conditions a message has to be compared with. */
export function countKeys(key: SearchKey): number {
  switch (key.kind) {
    case 'and':
    case 'or':
      return key.keys.reduce((sum, one) => sum + countKeys(one), 1)
    case 'not':
      return 1 + countKeys(key.key)
    default:
      return 1
  }
}

/** The texts that a key asks of bodies. */
export function wordsOf(key: SearchKey): string[] {
  switch (key.kind) {
    case 'and':
    case 'or':
      return key.keys.flatMap(wordsOf)
    case 'not':
      return wordsOf(key.key)
    case 'body':
    case 'text':
      return [key.value]
    default:
      return []
  }
}

/** Which of the words are in a message's body, of which one text at a time is read, until all are found. */
export async function findWords(
  words: readonly string[],
  structure: Part,
  read: (range: ByteRange) => Promise<Uint8Array>,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (const place of findTexts(structure, TEXT_BYTES_MAX)) {
    for (const text of place.read(await read(place))) {
      const folded = foldText(text)
      for (const word of words) if (folded.includes(word)) found.add(word)
    }
    if (words.every((word) => found.has(word))) break
  }
  return found
}
