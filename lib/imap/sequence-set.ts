import { Fault } from '#lib/base/fault.ts'

/** One range of a sequence set, lowest first. `*` is read as Infinity: the last message there is. */
export type Range = readonly [first: number, last: number]

/** Which messages a command is about: sequence numbers, or UIDs when it came as a UID command. */
export interface MessageSet {
  readonly byUid: boolean
  readonly ranges: readonly Range[]
}

const NUMBER_MAX = 0xffff_ffff
/** A line of 64 kB holds some 10,000 of them; clients send every single UID of a folder like that. */
const RANGES_MAX = 20_000

/**
 * Reads a sequence set such as `1,3:5,9:*`.
 *
 * A range may be written backwards: `4:2` is `2:4`.
 *
 * RFC 9051 §9, rule sequence-set
 *
 * @throws {Fault} invalid
 */
export function parseSequenceSet(text: string): Range[] {
  const parts = text.split(',')
  if (parts.length > RANGES_MAX) throw new Fault('invalid', 'Too many ranges')
  return parts.map(parseRange)
}

function parseRange(text: string): Range {
  const [from = '', to = from, ...rest] = text.split(':')
  if (rest.length > 0) throw new Fault('invalid', 'Bad sequence set')
  const first = parseNumber(from)
  const last = parseNumber(to)
  return first <= last ? [first, last] : [last, first]
}

function parseNumber(text: string): number {
  if (text === '*') return Number.POSITIVE_INFINITY
  const number = /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : NUMBER_MAX + 1
  if (number > NUMBER_MAX) throw new Fault('invalid', 'Bad sequence number')
  return number
}

/** Sorts ranges and joins those that touch, so that no message is visited twice however often it is named. */
export function mergeRanges(ranges: readonly Range[]): Range[] {
  const merged: [number, number][] = []
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const previous = merged.at(-1)
    if (previous !== undefined && first <= previous[1] + 1) {
      previous[1] = Math.max(previous[1], last)
    } else {
      merged.push([first, last])
    }
  }
  return merged
}
