/** Contract: random filters, each by an index, find what a plain look at every document finds. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matches } from '../match.ts'
import type { Condition, Filter, Index, Scalar, Value } from '../port.ts'
import { all, collectionOf, type Engine, type Item } from './engine.ts'

const SEED = 7
const ITEMS = 150
const FILTERS = 250

const INDEXES: readonly Index[] = [
  { name: 'v', fields: { v: 1 } },
  { name: 'g_v', fields: { g: 1, v: -1 } },
  { name: 'g_w_v', fields: { g: -1, w: 1, v: 1 } },
]

const GROUPS: readonly Scalar[] = [1, 2n, 'x', null]

const POOL: readonly Scalar[] = [
  null,
  -1,
  0,
  1,
  1.5,
  2n,
  2n ** 53n + 1n,
  '',
  'a',
  'a\0',
  'ab',
  true,
  false,
  new Date(0),
  new Date(7),
  Buffer.from(''),
  Buffer.from('a'),
  Buffer.from('bc'),
]

export function randomContract(engine: () => Engine): void {
  test(`${FILTERS} random filters, seed ${SEED}`, async () => {
    const chance = generator(SEED)
    const items = Array.from({ length: ITEMS }, (_, at) => anyItem(chance, at))
    const collection = await collectionOf(engine(), INDEXES, items)
    for (let round = 0; round < FILTERS; round++) {
      const filter = anyFilter(chance)
      const wanted = items.filter((item) => matches(item, filter)).map(({ _id }) => _id)
      const found = (await all(collection.find(filter))).map(({ _id }) => _id).sort()
      const label = `round ${round}: ${spell(filter)}`
      assert.deepEqual(found, wanted, label)
      assert.equal(await collection.count(filter), wanted.length, label)
      if (round % 5 > 0) continue
      const narrow = await all(collection.find(filter, { fields: ['w'] }))
      const expected = wanted.map((_id) => ({ _id, w: items.find((item) => item._id === _id)?.w }))
      assert.deepEqual(
        narrow.sort((a, b) => (a._id < b._id ? -1 : 1)),
        expected,
        label,
      )
    }
  })
}

/** A whole number from 0 up to, but not including, `below`. */
export type Chance = (below: number) => number

function anyItem(chance: Chance, at: number): Item {
  const shape = chance(6)
  const v: Value | undefined =
    shape === 0
      ? undefined
      : shape === 1
        ? Array.from({ length: chance(4) }, () => one(chance, POOL))
        : one(chance, POOL)
  return { _id: String(at).padStart(3, '0'), g: one(chance, GROUPS), w: chance(5), v }
}

function anyFilter(chance: Chance): Filter {
  const v = anyCondition(chance)
  const low = chance(4)
  switch (chance(5)) {
    case 0:
      return { v }
    case 1:
      return { g: one(chance, GROUPS), v }
    case 2:
      return { g: { $in: [one(chance, GROUPS), one(chance, GROUPS)] }, v }
    case 3:
      return { g: one(chance, GROUPS), w: { $gte: low, $lt: low + 2 }, v }
    default:
      return { g: one(chance, GROUPS), w: chance(5), v }
  }
}

function anyCondition(chance: Chance): Scalar | Condition {
  const value = one(chance, POOL)
  switch (chance(7)) {
    case 0:
      return value
    case 1:
      return { $in: [value, one(chance, POOL), one(chance, POOL)] }
    case 2:
      return { $gt: value }
    case 3:
      return { $gte: value }
    case 4:
      return { $lt: value }
    case 5:
      return { $lte: value }
    default:
      return { $eq: value, $ne: one(chance, POOL) }
  }
}

function one<V>(chance: Chance, values: readonly V[]): V {
  return values[chance(values.length)] as V
}

/** A small generator (xorshift), so that a failure can be repeated by its seed. */
export function generator(seed: number): Chance {
  let state = seed
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

function spell(filter: Filter): string {
  return JSON.stringify(filter, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))
}
