/** Contract: filters, order, cursors, and the refusal of what no index serves. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Filter, FindOptions, Index } from '../port.ts'
import { all, collectionOf, type Engine, type Item, idsOf, rejection } from './engine.ts'

const ITEMS: readonly Item[] = [
  { _id: 'a', all: 1, n: 1, s: 'x', sub: { deep: 1 }, tags: ['red', 'blue'] },
  { _id: 'b', all: 1, n: 2, s: 'y', sub: { deep: 2 }, tags: ['blue'] },
  { _id: 'c', all: 1, n: 3n, s: null, sub: { deep: null }, tags: [] },
  { _id: 'd', all: 1, n: 4.5, sub: {} },
  { _id: 'e', all: 1, n: 'text', s: 'x', tags: 'blue' },
  { _id: 'f', all: 1, n: new Date(5), s: 'z', rows: [{ k: 1 }, { k: 2 }] },
  { _id: 'g', all: 1, s: 'zz', rows: [{ k: 2 }, { other: 1 }], tags: [null] },
]

const CASES: readonly (readonly [filter: Filter, ids: string])[] = [
  [{ n: 1 }, 'a'],
  [{ n: 1n }, 'a'],
  [{ n: 3 }, 'c'],
  [{ n: { $eq: 'text' } }, 'e'],
  [{ n: { $in: [1, 2, 'text', 99] } }, 'a b e'],
  [{ n: { $in: [] } }, ''],
  [{ n: { $gt: 1 } }, 'b c d'],
  [{ n: { $gte: 1, $lt: 3 } }, 'a b'],
  [{ n: { $lte: 3 } }, 'a b c'],
  [{ n: { $gt: 3, $lt: 2 } }, ''],
  [{ n: { $gte: new Date(0) } }, 'f'],
  [{ n: { $lt: 'z' } }, 'e'],
  [{ n: null }, 'g'],
  [{ n: { $gte: null } }, 'g'],
  [{ n: { $lte: null } }, 'g'],
  [{ n: { $gt: null } }, ''],
  [{ n: { $gt: Number.NaN } }, ''],
  [{ s: null }, 'c d'],
  [{ s: { $in: [null, 'y'] } }, 'b c d'],
  [{ s: { $gte: 'y' } }, 'b f g'],
  [{ s: { $gt: 'x', $lte: 'z' } }, 'b f'],
  [{ 'sub.deep': 2 }, 'b'],
  [{ 'sub.deep': null }, 'c d e f g'],
  [{ 'sub.deep': { $gte: 1 } }, 'a b'],
  [{ sub: { $eq: { deep: 2 } } }, 'b'],
  [{ tags: 'blue' }, 'a b e'],
  [{ tags: { $in: ['red', 'blue'] } }, 'a b e'],
  [{ tags: { $gte: 'a' } }, 'a b e'],
  [{ tags: null }, 'd f g'],
  [{ 'rows.k': 2 }, 'f g'],
  [{ 'rows.k': { $in: [1, 2] } }, 'f g'],
]

/** Conditions that narrow nothing down by themselves: they need another that does. */
const RESIDUAL: readonly (readonly [filter: Filter, ids: string])[] = [
  [{ n: { $ne: 1 } }, 'b c d e f g'],
  [{ s: { $ne: null } }, 'a b e f g'],
  [{ tags: { $ne: 'blue' } }, 'c d f g'],
  [{ s: { $exists: true } }, 'a b c e f g'],
  [{ s: { $exists: false } }, 'd'],
  [{ 'sub.deep': { $exists: true } }, 'a b c'],
  [{ n: { $gt: 1, $ne: 3 } }, 'b d'],
  [{ tags: { $eq: ['blue'] } }, 'b'],
]

const INDEXES: readonly Index[] = [
  { name: 'all', fields: { all: 1 } },
  { name: 'n', fields: { n: 1 } },
  { name: 's_n', fields: { s: -1, n: 1 } },
  { name: 'deep', fields: { 'sub.deep': 1 } },
  { name: 'sub', fields: { sub: 1 } },
  { name: 'tags', fields: { tags: 1 } },
  { name: 'rows', fields: { 'rows.k': 1 } },
]

export function queriesContract(engine: () => Engine): void {
  conditions(engine)
  cursors(engine)
  refusals(engine)
}

function conditions(engine: () => Engine): void {
  test('every condition of the subset, by its own index and without', async () => {
    const collection = await collectionOf(engine(), INDEXES, ITEMS)
    for (const [filter, ids] of CASES) {
      const label = Object.entries(filter)
        .flat()
        .map((part) => String(part))
        .join(' ')
      const found = (await idsOf(collection.find(filter))).split(' ').sort().join(' ')
      assert.equal(found, ids, `by index: ${label}`)
      assert.equal(await collection.count(filter), ids.split(' ').filter(Boolean).length, label)
    }
    for (const [filter, ids] of [...CASES, ...RESIDUAL]) {
      const narrowed = { ...filter, _id: { $gte: '' } }
      const found = (await idsOf(collection.find(narrowed))).split(' ').sort().join(' ')
      assert.equal(found, ids, `by _id: ${Object.keys(filter)}`)
      assert.equal(await collection.count(narrowed), ids.split(' ').filter(Boolean).length)
    }
  })

  test('sort, limit, skip and fields', async () => {
    const indexes: Index[] = [{ name: 'g_n', fields: { g: 1, n: -1, m: 1 } }]
    const items = Array.from({ length: 60 }, (_, at) => ({
      _id: String(at).padStart(2, '0'),
      g: at % 2,
      n: Math.floor(at / 6),
      m: at,
    }))
    const collection = await collectionOf(engine(), indexes, items)
    const cases: [FindOptions, string][] = [
      [{ sort: { n: -1, m: 1 }, limit: 4 }, '54 56 58 48'],
      [{ sort: { n: 1, m: -1 }, limit: 4 }, '04 02 00 10'],
      [{ sort: { g: 1, n: -1, m: 1 }, limit: 2, skip: 3 }, '48 50'],
      [{ sort: { n: -1 }, limit: 0 }, ''],
    ]
    for (const [options, ids] of cases) {
      assert.equal(await idsOf(collection.find({ g: 0 }, options)), ids, JSON.stringify(options))
    }
    const range = collection.find({ g: 1, n: { $gte: 8 } }, { sort: { n: 1, m: -1 } })
    assert.equal(await idsOf(range), '53 51 49 59 57 55')
    const [only] = await all(collection.find({ _id: '07' }, { fields: ['g', 'none'] }))
    assert.deepEqual(only, { _id: '07', g: 1 })
    const first = await collection.findOne({ g: 1 }, { sort: { n: -1, m: 1 }, skip: 1 })
    assert.equal(first?._id, '57')
  })
}

function cursors(engine: () => Engine): void {
  test('a few fields of documents long and short, wherever in them they are', async () => {
    const shapes: readonly ((at: number) => Partial<Item>)[] = [
      (at) => ({ n: at, s: 'x'.repeat(at) }),
      (at) => ({ s: 'x'.repeat(3 * at), n: at }),
      (at) => ({ n: at, tags: ['a'.repeat(at), 'b'], s: 'y'.repeat(2000) }),
    ]
    for (const mixed of [1, 2, 3, 60]) {
      const items = Array.from({ length: 700 }, (_, at) => {
        const _id = `飛/${String(at).padStart(4, '0')}`
        const rest = shapes[at % mixed === 0 ? 1 : 2 * (at % 2)]?.(at)
        // The database puts the `_id` where it likes.
        return (at % 500 === 499 ? { ...rest, _id } : { _id, ...rest }) as Item
      })
      const collection = await collectionOf(engine(), [], items)
      const filter = { _id: { $gte: '飛/0002', $lt: '飛/0690' } }
      const options = { sort: { _id: 1 }, fields: ['n', 'tags'], skip: 5, limit: 600 } as const
      const expected = items.slice(7, 607).map(({ _id, n, tags }) => ({
        ...{ _id, n },
        ...(tags !== undefined && { tags }),
      }))
      assert.deepEqual(await all(collection.find(filter, options)), expected, `${mixed}`)
    }
  })

  test('an array gives its document once, and sorts by its least or its greatest', async () => {
    const indexes: Index[] = [{ name: 'all_v', fields: { all: 1, v: 1 } }]
    const collection = await collectionOf(engine(), indexes, [
      { _id: 'a', all: 1, v: [5, 1, 5] },
      { _id: 'b', all: 1, v: [2, 3] },
      { _id: 'c', all: 1, v: 4 },
    ])
    assert.equal(await idsOf(collection.find({ all: 1 }, { sort: { v: 1 } })), 'a b c')
    assert.equal(await idsOf(collection.find({ all: 1 }, { sort: { v: -1 } })), 'a c b')
    assert.equal(await collection.count({ all: 1 }), 3)
    const found = await idsOf(collection.find({ all: 1, v: { $in: [1, 5, 3] } }))
    assert.equal(found.split(' ').sort().join(' '), 'a b')
  })
}

function refusals(engine: () => Engine): void {
  test('what no declared index serves is refused, whatever is done with it', async () => {
    const indexes: Index[] = [
      { name: 'a_b', fields: { a: 1, b: 1 } },
      { name: 'p', fields: { p: 1 }, where: { state: 'open' } },
    ]
    const collection = await collectionOf(engine(), indexes)
    const refused: [Filter, FindOptions?][] = [
      [{ b: 1 }],
      [{ a: { $ne: 1 } }],
      [{ a: { $exists: true } }],
      [{ p: 1 }],
      [{ p: 1, state: 'done' }],
      [{}, { sort: { a: 1 } }],
      [{ a: 1 }, { sort: { c: 1 } }],
      [{ a: { $in: [1, 2] } }, { sort: { b: 1 } }],
      [{ a: { $gt: 1 } }, { sort: { b: 1 } }],
      [{ a: 1 }, { sort: { b: 1, c: 1 } }],
    ]
    for (const [filter, options] of refused) {
      await rejection('UnindexedQuery', all(collection.find(filter, options)))
      await rejection('UnindexedQuery', collection.findOne(filter, options))
      if (options !== undefined) continue
      await rejection('UnindexedQuery', collection.count(filter))
      await rejection('UnindexedQuery', collection.updateOne(filter, { $set: { x: 1 } }))
      await rejection('UnindexedQuery', collection.updateMany(filter, { $set: { x: 1 } }))
      await rejection('UnindexedQuery', collection.findOneAndUpdate(filter, { $set: { x: 1 } }))
      await rejection('UnindexedQuery', collection.replaceOne(filter, { _id: 'x' }))
      await rejection('UnindexedQuery', collection.deleteOne(filter))
      await rejection('UnindexedQuery', collection.deleteMany(filter))
      await rejection('UnindexedQuery', collection.bulkWrite([{ kind: 'delete', filter }]))
    }
    await rejection('TypeError', collection.findOne({ a: undefined as never }))
    await rejection('TypeError', collection.findOne({ _id: undefined as never }))
    await rejection('TypeError', collection.findOne({ a: { $near: 1 } as never }))
  })

  test('what an index serves is not refused', async () => {
    const indexes: Index[] = [
      { name: 'a_b', fields: { a: 1, b: 1 } },
      { name: 'p', fields: { p: 1 }, where: { state: 'open' } },
    ]
    const collection = await collectionOf(engine(), indexes, [
      { _id: '1', a: 1, b: 2, p: 3, state: 'open' },
      { _id: '2', a: 1, b: 1, p: 1, state: 'open' },
      { _id: '3', a: 2, b: 1, p: 2, state: 'done' },
    ])
    const served: [Filter, FindOptions | undefined, string][] = [
      [{}, undefined, '1 2 3'],
      [{}, { sort: { _id: -1 } }, '3 2 1'],
      [{ a: 1 }, { sort: { b: 1 } }, '2 1'],
      [{ a: { $in: [1, 2] } }, { sort: { a: -1, b: -1 } }, '3 1 2'],
      [{ a: { $gte: 1 }, b: 1 }, { sort: { a: 1, b: 1 } }, '2 3'],
      [{ state: 'open' }, { sort: { p: 1 } }, '2 1'],
      [{ state: 'open', p: { $lte: 2 } }, undefined, '2'],
      [{ _id: { $in: ['3', '1', '3'] } }, { sort: { _id: 1 } }, '1 3'],
    ]
    for (const [filter, options, ids] of served) {
      assert.equal(await idsOf(collection.find(filter, options)), ids, JSON.stringify(filter))
    }
  })

  test('a cursor may be left early, and documents may go while it is open', async () => {
    const items = Array.from({ length: 700 }, (_, at) => ({ _id: String(at).padStart(4, '0') }))
    const collection = await collectionOf(engine(), [], items)
    let seen = 0
    for await (const { _id } of collection.find({}, { sort: { _id: 1 } })) {
      assert.equal(_id, items[seen]?._id)
      if (++seen === 3) break
    }
    let read = 0
    for await (const { _id } of collection.find({})) {
      read++
      await collection.deleteOne({ _id })
    }
    assert.equal(read, 700)
    assert.equal(await collection.count({}), 0)
  })
}
