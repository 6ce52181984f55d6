import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareValues, encodeKey, encodeValue, sameValue } from './key-encoding.ts'
import type { Value } from './port.ts'

const SEED = 20261122
const PAIRS = 30_000

test('keys order as a plain comparison of the values does', () => {
  const random = seeded(SEED)
  for (let round = 0; round < PAIRS; round++) {
    const a = anyValue(random, 2)
    const b = random() < 0.2 ? a : anyValue(random, 2)
    const wanted = reference(a, b)
    const label = `seed ${SEED} round ${round}`
    assert.equal(sign(Buffer.compare(encodeValue(a), encodeValue(b))), wanted, label)
    assert.equal(sign(compareValues(a, b)), wanted, label)
    assert.equal(sameValue(a, b), wanted === 0, label)
    const descending = Buffer.compare(encodeValue(a, -1), encodeValue(b, -1))
    assert.equal(sign(descending), 0 - wanted, label)
  }
})

test('compound keys order by the first part that differs, each in its direction', () => {
  const random = seeded(SEED + 1)
  for (let round = 0; round < PAIRS; round++) {
    const directions = [1, 1, 1].map(() => (random() < 0.5 ? 1 : -1)) as (1 | -1)[]
    const a = directions.map(() => anyValue(random, 1))
    const b = a.map((value) => (random() < 0.6 ? value : anyValue(random, 1)))
    const wanted = a.reduce<number>(
      (order, value, at) => order || reference(value, b[at] ?? null) * (directions[at] ?? 1),
      0,
    )
    const actual = Buffer.compare(encodeKey(a, directions), encodeKey(b, directions))
    assert.equal(sign(actual), sign(wanted), `seed ${SEED + 1} round ${round}`)
  }
})

test('no part begins with 00 or ff, in either direction', () => {
  const random = seeded(SEED + 2)
  for (let round = 0; round < 1000; round++) {
    for (const direction of [1, -1] as const) {
      const [first] = encodeValue(anyValue(random, 1), direction)
      assert.ok(first !== undefined && first > 0 && first < 0xff)
    }
  }
})

test('a value larger than the scratch space is encoded whole', () => {
  const long = 'x\0'.repeat(50_000)
  assert.equal(encodeValue(long).length, 1 + 150_000 + 2)
  assert.ok(compareValues(`${long}a`, `${long}b`) < 0)
})

/** MongoDB's comparison, written the long way. */
function reference(a: Value, b: Value): number {
  const [typeA, typeB] = [typeOrder(a), typeOrder(b)]
  if (typeA !== typeB) return sign(typeA - typeB)
  if (a === null || b === null) return 0
  if (typeof a === 'string') return sign(Buffer.compare(Buffer.from(a), Buffer.from(b as string)))
  if (typeof a === 'boolean') return sign(Number(a) - Number(b))
  if (a instanceof Date) return sign(a.getTime() - (b as Date).getTime())
  if (a instanceof Uint8Array) {
    const other = b as Uint8Array
    return sign(a.length - other.length || Buffer.compare(a, other))
  }
  if (typeof a === 'object') return compareFields(a, b as object)
  return compareNumbers(a, b as number | bigint)
}

function compareNumbers(a: number | bigint, b: number | bigint): number {
  if (Number.isNaN(a) || Number.isNaN(b))
    return sign(Number(Number.isNaN(b)) - Number(Number.isNaN(a)))
  return a < b ? -1 : a > b ? 1 : 0
}

function compareFields(a: object, b: object): number {
  const [left, right] = [Object.entries(a), Object.entries(b)] as [string, Value][][]
  for (const [at, [name, value]] of (left ?? []).entries()) {
    const other = right?.[at]
    if (other === undefined) return 1
    const types = sign(typeOrder(value) - typeOrder(other[1]))
    const names = Array.isArray(a)
      ? 0
      : sign(Buffer.compare(Buffer.from(name), Buffer.from(other[0])))
    const order = types || names || reference(value, other[1])
    if (order !== 0) return order
  }
  return sign((left ?? []).length - (right ?? []).length)
}

function typeOrder(value: Value): number {
  if (value === null) return 0
  if (typeof value === 'number' || typeof value === 'bigint') return 1
  if (typeof value === 'string') return 2
  if (value instanceof Uint8Array) return 5
  if (value instanceof Date) return 7
  if (typeof value === 'boolean') return 6
  return Array.isArray(value) ? 4 : 3
}

function anyValue(random: () => number, depth: number): Value {
  const pick = Math.floor(random() * (depth > 0 ? 9 : 7))
  const size = Math.floor(random() * 4)
  switch (pick) {
    case 0:
      return null
    case 1:
      return random() < 0.5
    case 2:
      return one(random, [
        0,
        -0,
        1,
        -1,
        1.5,
        2 ** 53,
        -(2 ** 63),
        1e300,
        Number.NaN,
        Infinity,
        5e-324,
        -7,
      ])
    case 3:
      return one(random, [
        0n,
        1n,
        -1n,
        2n ** 53n + 1n,
        2n ** 63n - 1n,
        -(2n ** 63n),
        2n ** 62n + 3n,
        -7n,
      ])
    case 4:
      return Array.from({ length: size }, () =>
        one(random, ['a', 'b', '\0', '\u0001', 'é', '🦊', '\uffff']),
      ).join('')
    case 5:
      return new Uint8Array(size).map(() => one(random, [0, 1, 255]))
    case 6:
      return new Date(Math.floor((random() - 0.5) * 10))
    case 7:
      return Array.from({ length: size }, () => anyValue(random, depth - 1))
    default: {
      const names = Array.from({ length: size }, () => one(random, ['a', 'ab', 'b', '\u0001']))
      return Object.fromEntries(names.map((name) => [name, anyValue(random, depth - 1)]))
    }
  }
}

function one<V>(random: () => number, values: readonly V[]): V {
  return values[Math.floor(random() * values.length)] as V
}

/** A small generator (mulberry32), so that a failure can be repeated by its seed. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function sign(order: number): number {
  return Math.sign(order) + 0
}
