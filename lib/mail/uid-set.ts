import { Fault } from '#lib/base/fault.ts'

/** One range of UIDs, both ends included, lowest first. */
export type Range = readonly [first: number, last: number]

/** UIDs in few words: ranges in ascending order that neither overlap nor touch. */
export type UidSet = readonly Range[]

const UID_MAX = 0xffff_ffff
const RANGES_MAX = 1_000_000

/** The set of UIDs that are given in any order, perhaps twice. */
export function toUidSet(uids: Iterable<number>): UidSet {
  return compact(Array.from(uids, (uid): Range => [uid, uid]))
}

/** Whether the set holds the UID; takes time in the logarithm of the ranges. */
export function hasUid(set: UidSet, uid: number): boolean {
  let low = 0
  let high = set.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const range = set[middle]
    if (range && range[1] < uid) low = middle + 1
    else high = middle
  }
  const range = set[low]
  return range !== undefined && range[0] <= uid
}

export function countUids(set: UidSet): number {
  let count = 0
  for (const [first, last] of set) count += last - first + 1
  return count
}

/** Every UID in ascending order. */
export function* eachUid(set: UidSet): Generator<number, void, undefined> {
  for (const [first, last] of set) for (let uid = first; uid <= last; uid++) yield uid
}

/** UIDs that are in either set. */
export function unionUids(a: UidSet, b: UidSet): UidSet {
  return compact([...a, ...b])
}

/** UIDs that are in both sets. */
export function intersectUids(a: UidSet, b: UidSet): UidSet {
  const both: Range[] = []
  let i = 0
  let j = 0
  for (;;) {
    const left = a[i]
    const right = b[j]
    if (!left || !right) return both
    const first = Math.max(left[0], right[0])
    const last = Math.min(left[1], right[1])
    if (first <= last) both.push([first, last])
    if (left[1] < right[1]) i++
    else j++
  }
}

/** The set as IMAP writes it, such as `1:3,7`; empty text for the empty set. RFC 9051 §9, rule uid-set */
export function formatUidSet(set: UidSet): string {
  return set.map(([first, last]) => (first === last ? `${first}` : `${first}:${last}`)).join(',')
}

/**
 * Reads what `formatUidSet` writes, and ranges in any order or backwards. There is no `*` in it: what it
 * stands for only a mailbox knows.
 *
 * @throws {Fault} invalid
 */
export function parseUidSet(text: string): UidSet {
  if (text === '') return []
  const parts = text.split(',', RANGES_MAX + 1)
  if (parts.length > RANGES_MAX) throw new Fault('invalid', 'Too many ranges')
  return compact(parts.map(parseRange))
}

function parseRange(text: string): Range {
  const [from = '', to = from, ...rest] = text.split(':')
  if (rest.length > 0) throw new Fault('invalid', 'Bad UID set')
  const first = parseUid(from)
  const last = parseUid(to)
  return first <= last ? [first, last] : [last, first]
}

function parseUid(text: string): number {
  const uid = /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : UID_MAX + 1
  if (uid > UID_MAX) throw new Fault('invalid', 'Bad UID')
  return uid
}

function compact(ranges: Range[]): UidSet {
  ranges.sort((a, b) => a[0] - b[0])
  const joined: [number, number][] = []
  let open: [number, number] | undefined
  for (const [first, last] of ranges) {
    if (open && first <= open[1] + 1) {
      open[1] = Math.max(open[1], last)
    } else {
      open = [first, last]
      joined.push(open)
    }
  }
  return joined
}
