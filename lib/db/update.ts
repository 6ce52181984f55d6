/**
 * Applies an Update to a document as MongoDB would. Where MongoDB answers with an error (a step into
 * something that is no sub-document, `$inc` of a string), a TypeError is thrown: the caller has a bug.
 */
import { compareValues, sameValue } from './key-encoding.ts'
import { matches, matchesValue, toCondition } from './match.ts'
import { type Fields, isFields, steps } from './path.ts'
import type { Condition, Filter, Update, Value } from './port.ts'

type Operator = keyof Update
type Change = (old: Value | undefined) => Value | undefined
type MutableFields = Record<string, Value | undefined>

const OPERATORS: readonly Operator[] = [
  '$set',
  '$unset',
  '$inc',
  '$min',
  '$max',
  '$push',
  '$addToSet',
  '$pull',
  '$setOnInsert',
]

/**
 * Refuses an update that MongoDB would refuse whatever the document: unknown operators, nothing to do,
 * two changes that touch the same path, another `_id`.
 */
export function checkUpdate(update: Update): void {
  const paths: string[] = []
  for (const [operator, changes] of Object.entries(update)) {
    if (!OPERATORS.includes(operator as Operator)) throw new TypeError(`Not an update: ${operator}`)
    for (const [path, operand] of Object.entries((changes ?? {}) as Fields)) {
      if (operand === undefined) throw new TypeError(`No value for ${operator} of ${path}`)
      if (path === '_id' && operator !== '$setOnInsert') throw new TypeError('_id never changes')
      paths.push(path)
    }
  }
  if (paths.length === 0) throw new TypeError('An update that changes nothing')
  for (const path of paths) steps(path)
  for (const [at, path] of paths.entries()) {
    const clash = paths.some(
      (other, i) => i !== at && (other === path || other.startsWith(`${path}.`)),
    )
    if (clash) throw new TypeError(`Two changes of ${path}`)
  }
}

/** Refuses an upsert that would insert without an `_id`: MongoDB would make one up. */
export function checkUpsert(filter: Filter, update: Update): void {
  requireId({ _id: update.$setOnInsert?._id ?? documentFromFilter(filter)._id })
}

/** @throws {TypeError} when the `_id` is not a string */
export function requireId(document: Fields): string {
  if (typeof document._id !== 'string') throw new TypeError('_id must be a string')
  return document._id
}

/** The document after the update; the one given stays as it was. */
export function applyUpdate(document: Fields, update: Update, inserting = false): Fields {
  const result: MutableFields = { ...document }
  const owned = new Set<object>([result])
  for (const operator of OPERATORS) {
    const changes = update[operator] as Fields | undefined
    if (changes === undefined || (operator === '$setOnInsert' && !inserting)) continue
    for (const path of Object.keys(changes)) {
      const operand = changes[path]
      if (operand === undefined) continue
      change(result, path, changeOf(operator, operand), owned)
    }
  }
  return result
}

/** What an upsert starts from: the fields that the filter says are equal to something. */
export function documentFromFilter(filter: Filter): Fields {
  const result: MutableFields = {}
  const owned = new Set<object>([result])
  for (const path of Object.keys(filter)) {
    const { $eq } = toCondition(path, filter[path])
    if ($eq !== undefined) change(result, path, () => $eq, owned)
  }
  return result
}

function changeOf(operator: Operator, operand: Value): Change {
  switch (operator) {
    case '$set':
    case '$setOnInsert':
      return () => operand
    case '$unset':
      return () => undefined
    case '$inc':
      return (old) => increase(old, operand)
    case '$min':
      return (old) => (old === undefined || compareValues(operand, old) < 0 ? operand : old)
    case '$max':
      return (old) => (old === undefined || compareValues(operand, old) > 0 ? operand : old)
    case '$push':
      return (old) => [...arrayOf(old), ...each(operand)]
    case '$addToSet':
      return (old) => addMissing(arrayOf(old), each(operand))
    case '$pull':
      return (old) => (old === undefined ? undefined : arrayOf(old).filter(isKept(operand)))
  }
}

/** Sums of numbers are numbers, sums of 64-bit integers are such; mixing them is refused. */
function increase(old: Value | undefined, by: Value): Value {
  if (old === undefined) return by
  if (typeof old === 'number' && typeof by === 'number') return old + by
  if (typeof old !== 'bigint' || typeof by !== 'bigint') {
    throw new TypeError(`$inc by a ${typeof by} of a ${old === null ? 'null' : typeof old}`)
  }
  const sum = old + by
  if (BigInt.asIntN(64, sum) !== sum) throw new TypeError('$inc beyond 64 bits')
  return sum
}

function arrayOf(value: Value | undefined): readonly Value[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw new TypeError('An array operator on what is no array')
  return value as readonly Value[]
}

function each(operand: Value): readonly Value[] {
  return isFields(operand) && Array.isArray(operand.$each)
    ? (operand.$each as readonly Value[])
    : [operand]
}

function addMissing(old: readonly Value[], added: readonly Value[]): readonly Value[] {
  const result = [...old]
  for (const value of added) {
    if (!result.some((one) => sameValue(one, value))) result.push(value)
  }
  return result
}

/** `$pull` takes a value, a condition on elements, or fields that sub-documents must have. */
function isKept(operand: Value): (element: Value) => boolean {
  if (!isFields(operand)) return (element) => !sameValue(element, operand)
  if (Object.keys(operand).some((key) => key.startsWith('$'))) {
    const condition = toCondition('element', operand as Condition)
    return (element) => !matchesValue(element, condition)
  }
  const filter: Record<string, Condition> = {}
  for (const [path, value] of Object.entries(operand)) {
    if (value !== undefined) filter[path] = { $eq: value }
  }
  return (element) => !(isFields(element) && matches(element, filter))
}

/**
 * Changes one path, making the sub-documents on the way. What is on the way is copied once, and
 * remembered in `owned`, so that the caller's document is never written to.
 */
function change(root: MutableFields, path: string, to: Change, owned: Set<object>): void {
  const way = steps(path)
  const last = way[way.length - 1] ?? ''
  let at = root
  for (const step of way.slice(0, -1)) {
    let next = at[step]
    if (next === undefined) {
      if (to(undefined) === undefined) return
      next = {}
      owned.add(next)
    } else if (!isFields(next)) {
      throw new TypeError(`${path}: ${step} is not a sub-document`)
    } else if (!owned.has(next)) {
      next = { ...next }
      owned.add(next)
    }
    at[step] = next
    at = next as MutableFields
  }
  const value = to(at[last])
  if (value === undefined) delete at[last]
  else at[last] = value
}
