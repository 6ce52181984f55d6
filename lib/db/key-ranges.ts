/** A plan as stretches of encoded keys, in the order of the index. */
import { after, encodeValue, TAG, tagOf } from './key-encoding.ts'
import type { Bound, FieldScan, Plan } from './plan.ts'

/** Keys from `low` on, up to but without `high`. */
export interface KeyRange {
  readonly low: Buffer
  readonly high: Buffer
}

const RANGES_MAX = 10_000
const WHOLE: KeyRange = { low: Buffer.alloc(0), high: Buffer.of(0xff) }

/** The stretches to walk, in the direction of the plan. */
export function keyRanges({ index, scans, backward }: Plan): KeyRange[] {
  const directions = Object.values(index.fields)
  let ranges: KeyRange[] = [WHOLE]
  for (const [at, scan] of scans.entries()) {
    const parts = partRanges(scan, directions[at] ?? 1)
    if (ranges.length * parts.length > RANGES_MAX) throw new TypeError('Too many values in $in')
    ranges = ranges.flatMap((range) => parts.map((part) => prepend(range.low, part)))
  }
  return backward ? ranges.reverse() : ranges
}

function prepend(prefix: Buffer, part: KeyRange): KeyRange {
  if (prefix.length === 0) return part
  return { low: Buffer.concat([prefix, part.low]), high: Buffer.concat([prefix, part.high]) }
}

/** Points as `[encoded, encoded ff)`: the next field's prefix is `low`, whatever follows is inside. */
function partRanges(scan: FieldScan, direction: 1 | -1): KeyRange[] {
  if (scan.kind === 'range') return rangeOf(scan, direction)
  const points = scan.values.map((value) => {
    const low = encodeValue(value, direction)
    return { low, high: after(low) }
  })
  return direction === 1 ? points : points.reverse()
}

/** A range stays within the type of its bound, as MongoDB's comparisons do. */
function rangeOf(
  { low, high }: { readonly low?: Bound; readonly high?: Bound },
  direction: 1 | -1,
): KeyRange[] {
  const tag = tagOf((low ?? high)?.value)
  if (low !== undefined && high !== undefined && tagOf(high.value) !== tag) return []
  if (tag === TAG.null) {
    const bounds = [low, high].filter((bound) => bound !== undefined)
    if (bounds.some((bound) => !bound.inclusive)) return []
    return partRanges({ kind: 'points', values: [null] }, direction)
  }
  // NaN sorts before all numbers and is in no range.
  const lowest = tag === TAG.number ? { value: -Infinity, inclusive: true } : undefined
  const [first, last] = direction === 1 ? [low ?? lowest, high] : [high, low ?? lowest]
  const start = direction === 1 ? tag : 0xff - tag
  return [
    {
      low: first === undefined ? Buffer.of(start) : edge(first, direction, !first.inclusive),
      high: last === undefined ? Buffer.of(start + 1) : edge(last, direction, last.inclusive),
    },
  ]
}

function edge({ value }: Bound, direction: 1 | -1, behind: boolean): Buffer {
  const encoded = encodeValue(value, direction)
  return behind ? after(encoded) : encoded
}
