/**
 * A message's flags as words of 32 bits: bits 0-4 are the system flags, bit 5 + n is the mailbox's keyword n.
 */

import { Fault } from '#lib/base/fault.ts'
import { flagKey, normalizeFlag } from '#lib/mail/flags.ts'

export const SEEN = 1
export const DELETED = 8

const SYSTEM = ['\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft']
const SYSTEM_KEYS = SYSTEM.map(flagKey)
const KEYWORDS_MAX = 300

export type FlagWords = readonly number[]

/** Words needed for a mailbox with so many keywords. */
export function wordsFor(keywords: number): number {
  return Math.ceil((SYSTEM.length + keywords) / 32)
}

/** The bit of one flag; undefined for a keyword that the mailbox does not know. */
export function findBit(flag: string, keywords: readonly string[]): number | undefined {
  const key = flagKey(flag)
  const system = SYSTEM_KEYS.indexOf(key)
  if (system >= 0) return system
  const keyword = keywords.findIndex((known) => flagKey(known) === key)
  return keyword < 0 ? undefined : SYSTEM.length + keyword
}

/**
 * The words of flags, with the mailbox's keywords as they have to become. A keyword keeps the spelling that it
 * came with first; \Recent cannot be stored and is left out.
 *
 * RFC 9051 §2.3.2
 *
 * @throws {Fault} invalid, over-quota
 */
export function toWords(
  flags: readonly string[],
  keywords: readonly string[],
): { words: FlagWords; keywords: readonly string[] } {
  let known = keywords
  const words = [0]
  for (const flag of flags) {
    if (flagKey(flag) === '\\recent') continue
    let bit = findBit(flag, known)
    if (bit === undefined) {
      if (known.length >= KEYWORDS_MAX) throw new Fault('over-quota', 'Too many keywords')
      bit = SYSTEM.length + known.length
      known = [...known, normalizeFlag(flag)]
    }
    setBit(words, bit)
  }
  return { words, keywords: known }
}

/** The names of flags, system flags in the spelling of the RFC. */
export function toNames(words: FlagWords, keywords: readonly string[]): string[] {
  const names: string[] = []
  for (const [bit, name] of [...SYSTEM, ...keywords].entries()) {
    if (hasBit(words, bit)) names.push(name)
  }
  return names
}

export function hasBit(words: FlagWords, bit: number): boolean {
  return (((words[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1
}

export type FlagMode = 'add' | 'remove' | 'replace'

export function combine(mode: FlagMode, old: FlagWords, change: FlagWords): FlagWords {
  if (mode === 'replace') return trim([...change])
  const words: number[] = []
  for (let i = 0; i < Math.max(old.length, change.length); i++) {
    const [was, by] = [old[i] ?? 0, change[i] ?? 0]
    words.push((mode === 'add' ? was | by : was & ~by) >>> 0)
  }
  return trim(words)
}

/** Equal words, whether or not trailing zeros are written. */
export function sameWords(a: FlagWords, b: FlagWords): boolean {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    if ((a[i] ?? 0) !== (b[i] ?? 0)) return false
  }
  return true
}

function setBit(words: number[], bit: number): void {
  const index = bit >>> 5
  while (words.length <= index) words.push(0)
  words[index] = ((words[index] ?? 0) | (1 << (bit & 31))) >>> 0
}

function trim(words: number[]): FlagWords {
  while (words.length > 1 && words.at(-1) === 0) words.pop()
  return words.length === 0 ? [0] : words
}
