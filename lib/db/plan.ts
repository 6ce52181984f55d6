/**
 * Which declared index serves a query: decided once, the same on both engines, and refused when none
 * does. Simple on purpose: leading fields that are equal to something (or one of some), then at most
 * one range, then the order. What else the filter says is checked on the documents found, which is
 * allowed only when the index narrows them down to begin with.
 */
import { compareValues, sameValue } from './key-encoding.ts'
import { toCondition } from './match.ts'
import type { Condition, Filter, Index, Sort, Value } from './port.ts'
import { UnindexedQuery } from './port.ts'

/** The index that every collection has. */
export const ID_INDEX: Index = { name: '_id_', fields: { _id: 1 }, unique: true }

export type Bound = { readonly value: Value; readonly inclusive: boolean }

/** What the filter asks of one field of the index. */
export type FieldScan =
  | { readonly kind: 'points'; readonly values: readonly Value[] }
  | { readonly kind: 'range'; readonly low?: Bound; readonly high?: Bound }

export interface Plan {
  readonly index: Index
  /** For the leading fields of the index; only the last may be a range. */
  readonly scans: readonly FieldScan[]
  readonly backward: boolean
  /** Whether whatever the scan finds matches the filter, so that nothing is left to check. */
  readonly exact: boolean
}

interface Candidate extends Plan {
  readonly score: number
}

/** The best plan. @throws {UnindexedQuery} */
export function planQuery(indexes: readonly Index[], filter: Filter, sort: Sort = {}): Plan {
  const conditions = new Map<string, Condition>()
  for (const path of Object.keys(filter)) conditions.set(path, toCondition(path, filter[path]))
  let best: Candidate | undefined
  for (const index of [ID_INDEX, ...indexes]) {
    const candidate = tryIndex(index, conditions, sort)
    if (candidate && (best === undefined || candidate.score > best.score)) best = candidate
  }
  if (best === undefined) {
    const wanted = JSON.stringify({ filter: [...conditions.keys()], sort })
    throw new UnindexedQuery(`No declared index serves ${wanted}`)
  }
  return best
}

function tryIndex(
  index: Index,
  conditions: ReadonlyMap<string, Condition>,
  sort: Sort,
): Candidate | undefined {
  if (!implies(conditions, index.where)) return undefined
  const scans: FieldScan[] = []
  let exact = index.where === undefined
  for (const path of Object.keys(index.fields)) {
    const scan = scanOf(conditions.get(path))
    if (scan === undefined) break
    scans.push(scan)
    if (scan.kind === 'range') break
  }
  const wholeCollection = index === ID_INDEX && conditions.size === 0
  if (scans.length === 0 && index.where === undefined && !wholeCollection) return undefined
  const backward = orderOf(index, scans, sort)
  if (backward === undefined) return undefined
  const paths = Object.keys(index.fields).slice(0, scans.length)
  for (const [path, condition] of conditions) {
    if (!paths.includes(path) || !isCovered(condition)) exact = false
  }
  return { index, scans, backward, exact, score: scoreOf(index, scans) }
}

/** More equal fields win, then a range, then unique, then partial, then fewer fields, then `_id`. */
function scoreOf(index: Index, scans: readonly FieldScan[]): number {
  const points = scans.filter((scan) => scan.kind === 'points').length
  const range = scans.length > points ? 1 : 0
  const size = Object.keys(index.fields).length
  const complete = index.unique && points === size ? 1 : 0
  return points * 1000 + complete * 500 + range * 200 + (index.where ? 100 : 0) - size
}

function scanOf(condition: Condition | undefined): FieldScan | undefined {
  if (condition === undefined) return undefined
  const { $eq, $in, $gt, $gte, $lt, $lte } = condition
  const points = $eq === undefined ? $in : [$eq]
  if (points !== undefined) {
    // An index has an array's elements, not the array: it cannot be looked up by the whole.
    return points.some((value) => Array.isArray(value)) ? undefined : distinct(points)
  }
  const low = boundOf($gt, $gte, 1)
  const high = boundOf($lt, $lte, -1)
  if (low === undefined && high === undefined) return undefined
  return { kind: 'range', ...(low && { low }), ...(high && { high }) }
}

function distinct(values: readonly Value[]): FieldScan {
  if (values.length < 2) return { kind: 'points', values }
  const sorted = values.toSorted(compareValues)
  const points = sorted.filter((value, at) => at === 0 || !sameValue(value, sorted[at - 1]))
  return { kind: 'points', values: points }
}

/** The tighter of an exclusive and an inclusive bound. */
function boundOf(
  exclusive: Value | undefined,
  inclusive: Value | undefined,
  side: 1 | -1,
): Bound | undefined {
  if (exclusive === undefined) {
    return inclusive === undefined ? undefined : { value: inclusive, inclusive: true }
  }
  if (inclusive !== undefined && compareValues(inclusive, exclusive) * side > 0) {
    return { value: inclusive, inclusive: true }
  }
  return { value: exclusive, inclusive: false }
}

/** Whether the scan of the field says all that the condition says. null is checked again. */
function isCovered(condition: Condition): boolean {
  const { $eq, $in, ...rest } = condition
  if ($eq !== undefined || $in !== undefined) {
    if ($eq !== undefined && $in !== undefined) return false
    if (Object.keys(rest).length > 0) return false
    return ![$eq, ...($in ?? [])].includes(null)
  }
  if (rest.$ne !== undefined || rest.$exists !== undefined) return false
  const values = Object.values(rest)
  if (rest.$gt !== undefined && rest.$gte !== undefined) return false
  if (rest.$lt !== undefined && rest.$lte !== undefined) return false
  return values.every((value) => value !== null && !Number.isNaN(value))
}

/**
 * Whether walking the index gives the order asked for: forward (false), backward (true) or not at all
 * (undefined). Fields that are equal to one value may be left out of the sort, or be in it anywhere.
 */
function orderOf(index: Index, scans: readonly FieldScan[], sort: Sort): boolean | undefined {
  const paths = Object.keys(index.fields)
  const fixed = new Set(paths.filter((_, at) => isSinglePoint(scans[at])))
  const wanted = Object.entries(sort).filter(([path]) => !fixed.has(path))
  const offered = paths.filter((path) => !fixed.has(path))
  let backward: boolean | undefined
  for (const [at, [path, direction]] of wanted.entries()) {
    if (offered[at] !== path) return undefined
    const reversed = index.fields[path] !== direction
    if (backward !== undefined && backward !== reversed) return undefined
    backward = reversed
  }
  return backward ?? false
}

function isSinglePoint(scan: FieldScan | undefined): boolean {
  return scan?.kind === 'points' && scan.values.length === 1
}

/** Whether every document that meets the conditions is in the partial index. */
function implies(conditions: ReadonlyMap<string, Condition>, where: Filter | undefined): boolean {
  if (where === undefined) return true
  return Object.keys(where).every((path) => {
    const asked = conditions.get(path)
    return asked !== undefined && narrows(asked, toCondition(path, where[path]))
  })
}

/** Whether whatever meets `asked` meets `needed` too. Says no when in doubt. */
function narrows(asked: Condition, needed: Condition): boolean {
  return Object.entries(needed).every(([operator, operand]) => {
    const same = (asked as Readonly<Record<string, Value>>)[operator]
    if (same !== undefined && sameValue(same, operand)) return true
    const points = asked.$eq === undefined ? asked.$in : [asked.$eq]
    if (points !== undefined) return points.every((point) => meets(operator, point, operand))
    if (operator === '$exists') {
      return operand === true && Object.keys(asked).some((key) => /^\$[gl]te?$/.test(key))
    }
    return rangeNarrows(asked, operator, operand)
  })
}

function meets(operator: string, point: Value, operand: Value): boolean {
  const order = compareValues(point, operand)
  switch (operator) {
    case '$eq':
      return sameValue(point, operand)
    case '$in':
      return (operand as readonly Value[]).some((value) => sameValue(point, value))
    case '$exists':
      return operand === true && point !== null
    case '$gt':
      return typeof point === typeof operand && order > 0
    case '$gte':
      return typeof point === typeof operand && order >= 0
    case '$lt':
      return typeof point === typeof operand && order < 0
    case '$lte':
      return typeof point === typeof operand && order <= 0
    default:
      return false
  }
}

function rangeNarrows(asked: Condition, operator: string, operand: Value): boolean {
  const low = boundOf(asked.$gt, asked.$gte, 1)
  const high = boundOf(asked.$lt, asked.$lte, -1)
  const bound = operator === '$gt' || operator === '$gte' ? low : high
  if (bound === undefined || !/^\$[gl]te?$/.test(operator)) return false
  if (typeof bound.value !== typeof operand) return false
  const order = compareValues(bound.value, operand) * (bound === low ? 1 : -1)
  return order > 0 || (order === 0 && (operator.endsWith('e') || !bound.inclusive))
}
