/** Whether a document matches a filter, as MongoDB would say. */
import { compareValues, sameValue, TAG, tagOf } from './key-encoding.ts'
import { type Fields, isFields, leavesAt } from './path.ts'
import type { Condition, Filter, Scalar, Value } from './port.ts'

const OPERATORS: ReadonlySet<string> = new Set([
  '$eq',
  '$ne',
  '$in',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$exists',
])

/**
 * What a filter says about one field, always as a Condition. Refuses what is none: an `undefined` that
 * slipped in would otherwise match everything.
 */
export function toCondition(path: string, wanted: Scalar | Condition | undefined): Condition {
  if (wanted === undefined) throw new TypeError(`No condition for ${path}`)
  if (!isFields(wanted as Value)) return { $eq: wanted as Scalar }
  const operators = Object.keys(wanted as Condition)
  if (operators.length === 0) throw new TypeError(`No condition for ${path}`)
  for (const operator of operators) {
    if (!OPERATORS.has(operator)) throw new TypeError(`Not a condition: ${operator} for ${path}`)
    const operand = (wanted as Fields)[operator]
    if (operand === undefined) throw new TypeError(`No value for ${operator} of ${path}`)
    if (operator === '$in' && !Array.isArray(operand)) throw new TypeError('$in takes a list')
  }
  return wanted as Condition
}

/** Whether every condition of the filter holds for the document. */
export function matches(document: Fields, filter: Filter): boolean {
  for (const path of Object.keys(filter)) {
    if (!holds(document, path, toCondition(path, filter[path]))) return false
  }
  return true
}

/** Whether the condition holds for a value that stands alone, such as an element of an array. */
export function matchesValue(value: Value, condition: Condition): boolean {
  return holds({ value }, 'value', condition)
}

function holds(document: Fields, path: string, condition: Condition): boolean {
  const leaves = leavesAt(document, path).values
  const candidates: (Value | undefined)[] = []
  for (const leaf of leaves) {
    candidates.push(leaf)
    if (Array.isArray(leaf)) candidates.push(...(leaf as Value[]))
  }
  for (const [operator, operand] of Object.entries(condition) as [keyof Condition, Value][]) {
    if (!operatorHolds(operator, operand, candidates)) return false
  }
  return true
}

function operatorHolds(
  operator: keyof Condition,
  operand: Value,
  candidates: readonly (Value | undefined)[],
): boolean {
  switch (operator) {
    case '$eq':
      return candidates.some((candidate) => sameValue(candidate, operand))
    case '$ne':
      return !candidates.some((candidate) => sameValue(candidate, operand))
    case '$in':
      return (operand as readonly Value[]).some((one) =>
        candidates.some((candidate) => sameValue(candidate, one)),
      )
    case '$exists':
      return candidates.some((candidate) => candidate !== undefined) === operand
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return candidates.some((candidate) => inRange(operator, candidate, operand))
  }
}

/** A range holds only among values of the bound's own type. */
function inRange(
  operator: '$gt' | '$gte' | '$lt' | '$lte',
  value: Value | undefined,
  bound: Value,
): boolean {
  const tag = tagOf(value)
  if (tag !== tagOf(bound)) return false
  const order = compareValues(value, bound)
  if (order === 0) return operator === '$gte' || operator === '$lte'
  if (tag === TAG.number && (Number.isNaN(Number(value)) || Number.isNaN(Number(bound)))) {
    return false
  }
  return operator === '$gt' || operator === '$gte' ? order > 0 : order < 0
}
