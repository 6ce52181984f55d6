/** Contract: inserts, updates, upserts, deletes and bulks. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Collection, Update } from '../port.ts'
import { all, collectionOf, type Engine, type Item, idsOf, rejection } from './engine.ts'

const BEFORE: Item = {
  _id: 'x',
  n: 5,
  big: 5n,
  text: 'old',
  at: new Date(1000),
  sub: { a: 1, b: { c: 2 } },
  list: [1, 2, 2, 'two'],
  rows: [
    { k: 1, v: 'a' },
    { k: 2, v: 'b' },
  ],
  none: null,
}

/** Each update, and what it makes of BEFORE. */
const UPDATES: readonly (readonly [update: Update, changed: Record<string, unknown>])[] = [
  [
    { $set: { text: 'new', 'sub.b.c': 3, 'deep.er': true } },
    { text: 'new', sub: { a: 1, b: { c: 3 } }, deep: { er: true } },
  ],
  [{ $set: { text: null } }, { text: null }],
  [
    { $unset: { text: true, 'sub.b': true, absent: true, 'a.b': true } },
    { text: undefined, sub: { a: 1 } },
  ],
  [{ $inc: { n: 2, fresh: 1, 'sub.a': -3 } }, { n: 7, fresh: 1, sub: { a: -2, b: { c: 2 } } }],
  [{ $inc: { n: 2 ** 31 } }, { n: 5 + 2 ** 31 }],
  [{ $inc: { n: 0.5 } }, { n: 5.5 }],
  [{ $inc: { big: 2n ** 40n, more: 1n } }, { big: 5n + 2n ** 40n, more: 1n }],
  [{ $min: { n: 3, big: 9n, fresh: 1 } }, { n: 3, fresh: 1 }],
  [{ $max: { n: 3, big: 9n, at: new Date(2000) } }, { big: 9n, at: new Date(2000) }],
  [{ $push: { list: 'end' } }, { list: [1, 2, 2, 'two', 'end'] }],
  [{ $push: { list: [7, 8] } }, { list: [1, 2, 2, 'two', [7, 8]] }],
  [
    { $push: { list: { $each: [7, 8] }, fresh: 'only' } },
    { list: [1, 2, 2, 'two', 7, 8], fresh: ['only'] },
  ],
  [{ $addToSet: { list: 2, rows: { k: 1, v: 'a' } } }, {}],
  [{ $addToSet: { list: { $each: [1, 3, 3] } } }, { list: [1, 2, 2, 'two', 3] }],
  [{ $pull: { list: 2 } }, { list: [1, 'two'] }],
  [{ $pull: { list: { $in: [1, 'two'] } } }, { list: [2, 2] }],
  [{ $pull: { list: { $gte: 2 }, absent: 1 } }, { list: [1, 'two'] }],
  [{ $pull: { rows: { k: 1 } } }, { rows: [{ k: 2, v: 'b' }] }],
  [
    { $set: { a: 1 }, $unset: { n: true }, $inc: { big: 1n }, $setOnInsert: { never: 1 } },
    { a: 1, n: undefined, big: 6n },
  ],
]

/** Bugs of the caller. Nothing may change. */
const REFUSED: readonly Update[] = [
  {},
  { $set: {} },
  { $set: { _id: 'y' } },
  { $set: { n: 1 }, $inc: { n: 1 } },
  { $set: { sub: {}, 'sub.a': 1 } },
  { $set: { 'n.deep': 1 } },
  { $inc: { text: 1 } },
  { $inc: { none: 1 } },
  { $push: { text: 1 } },
  { $addToSet: { n: 1 } },
  { $pull: { n: 1 } },
  { $rename: { n: 'm' } } as Update,
  { $set: { n: undefined as never } },
]

export function writesContract(engine: () => Engine): void {
  updates(engine)
  findsAndReplaces(engine)
  bulks(engine)
}

function updates(engine: () => Engine): void {
  test('every update of the subset', async () => {
    const collection = await collectionOf(engine(), [])
    for (const [at, [update, changed]] of UPDATES.entries()) {
      const _id = `x${at}`
      await collection.insertOne({ ...BEFORE, _id })
      const result = await collection.updateOne({ _id }, update)
      assert.deepEqual(result, { matched: 1, upserted: false })
      const wanted = Object.entries({ ...BEFORE, _id, ...changed }).filter(
        ([, v]) => v !== undefined,
      )
      assert.deepEqual(await collection.findOne({ _id }), Object.fromEntries(wanted), String(at))
    }
  })

  test('an update that cannot be is refused and changes nothing', async () => {
    const collection = await collectionOf(engine(), [], [BEFORE])
    for (const update of REFUSED) {
      await assert.rejects(collection.updateOne({ _id: 'x' }, update), JSON.stringify(update))
      assert.deepEqual(await collection.findOne({ _id: 'x' }), BEFORE)
    }
  })

  test('an upsert inserts what the filter and the update say, once', async () => {
    const collection = await collectionOf(engine(), [])
    const upsert = () =>
      collection.updateOne(
        { _id: 'x', 'sub.kind': 'k' },
        { $inc: { n: 1 }, $setOnInsert: { made: true } },
        { upsert: true },
      )
    assert.deepEqual(await upsert(), { matched: 0, upserted: true })
    assert.deepEqual(await upsert(), { matched: 1, upserted: false })
    const wanted = { _id: 'x', sub: { kind: 'k' }, n: 2, made: true }
    assert.deepEqual(await collection.findOne({ _id: 'x' }), wanted)
    const missed = await collection.updateOne({ _id: 'y' }, { $set: { n: 1 } })
    assert.deepEqual(missed, { matched: 0, upserted: false })
    const set = { $set: { n: 1 } }
    await assert.rejects(
      collection.updateOne({ _id: { $gt: 'z' } }, set, { upsert: true }),
      TypeError,
    )
  })
}

function findsAndReplaces(engine: () => Engine): void {
  test('findOneAndUpdate gives the document before or after, and undefined for none', async () => {
    const indexes = [{ name: 'g_n', fields: { g: 1, n: 1 } }] as const
    const items = [3, 1, 2].map((n) => ({ _id: `i${n}`, g: 'g', n }))
    const collection = await collectionOf(engine(), indexes, items)
    const take = (returns: 'before' | 'after') =>
      collection.findOneAndUpdate(
        { g: 'g' },
        { $set: { g: 'taken' } },
        { sort: { n: -1 }, returns },
      )
    assert.deepEqual(await take('before'), { _id: 'i3', g: 'g', n: 3 })
    assert.deepEqual(await take('after'), { _id: 'i2', g: 'taken', n: 2 })
    const swap = (n: number) =>
      collection.findOneAndUpdate(
        { _id: 'i1', n },
        { $inc: { n: 1 }, $set: { bytes: Buffer.of(7) } },
      )
    const swapped = await swap(1)
    assert.deepEqual(swapped, { _id: 'i1', g: 'g', n: 2, bytes: Buffer.of(7) })
    assert.equal(await swap(1), undefined)
    const options = { upsert: true, returns: 'before' } as const
    const before = await collection.findOneAndUpdate({ _id: 'new' }, { $set: { a: 1 } }, options)
    assert.equal(before, undefined)
    assert.deepEqual(await collection.findOne({ _id: 'new' }), { _id: 'new', a: 1 })
  })

  test('replaceOne replaces all but the _id, and upserts', async () => {
    const collection = await collectionOf(engine(), [], [BEFORE])
    const replaced = await collection.replaceOne({ _id: 'x', n: 5 }, { _id: 'x', only: 1 })
    assert.deepEqual(replaced, { matched: 1, upserted: false })
    assert.deepEqual(await collection.findOne({ _id: 'x' }), { _id: 'x', only: 1 })
    const missed = await collection.replaceOne({ _id: 'y' }, { _id: 'y', a: 1 })
    assert.deepEqual(missed, { matched: 0, upserted: false })
    const upserted = await collection.replaceOne({ _id: 'y' }, { _id: 'y', a: 1 }, { upsert: true })
    assert.deepEqual(upserted, { matched: 0, upserted: true })
    assert.deepEqual(await collection.findOne({ _id: 'y' }), { _id: 'y', a: 1 })
  })

  test('updateMany and deleteMany reach all that match, even when the change moves them', async () => {
    const indexes = [{ name: 'n', fields: { n: 1 } }] as const
    const items = Array.from({ length: 300 }, (_, n) => ({ _id: `i${n}`, n }))
    const collection = await collectionOf(engine(), indexes, items)
    const result = await collection.updateMany({ n: { $gte: 100 } }, { $inc: { n: 1000 } })
    assert.deepEqual(result, { matched: 200, upserted: false })
    assert.equal(await collection.count({ n: { $gte: 1100, $lt: 1300 } }), 200)
    assert.equal(await collection.deleteMany({ n: { $gte: 1250 } }), 50)
    assert.equal(await collection.deleteMany({ n: { $gte: 1250 } }), 0)
    assert.equal(await collection.count({}), 250)
    assert.equal(await collection.deleteOne({ n: 1 }), true)
    assert.equal(await collection.deleteOne({ n: 1 }), false)
    assert.equal(await collection.deleteMany({}), 249)
  })
}

function bulks(engine: () => Engine): void {
  test('a bulk of 64 writes of every kind', async () => {
    const collection = await collectionOf(engine(), [], [{ _id: 'old', n: 0 }])
    await collection.bulkWrite([
      { kind: 'update', filter: { _id: 'old' }, update: { $inc: { n: 1 } } },
      { kind: 'replace', filter: { _id: 'r' }, document: { _id: 'r', n: 1 }, upsert: true },
      { kind: 'insert', document: { _id: 'gone' } },
      { kind: 'delete', filter: { _id: 'gone' } },
      ...Array.from({ length: 60 }, (_, at) => ({
        kind: 'update' as const,
        filter: { _id: `u${at % 30}` },
        update: { $inc: { n: 1 } },
        upsert: true,
      })),
    ])
    assert.deepEqual(await collection.findOne({ _id: 'old' }), { _id: 'old', n: 1 })
    assert.deepEqual(await collection.findOne({ _id: 'u29' }), { _id: 'u29', n: 2 })
    assert.equal(await collection.count({}), 32)
    await collection.bulkWrite([])
  })

  test('a bulk stops at its first failure; what came before stays', async () => {
    const collection = await collectionOf(engine(), [], [{ _id: 'taken' }])
    const ids = ['a', 'b', 'taken', 'c']
    const inserts = ids.map((_id) => ({ kind: 'insert' as const, document: { _id } }))
    await rejection('DuplicateKey', collection.bulkWrite(inserts))
    assert.equal(await idsOf(collection.find({}, { sort: { _id: 1 } })), 'a b taken')
  })

  test('writes at the same time: each is answered for itself, and is read at once', async () => {
    const collection = await collectionOf(engine(), [])
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, at) => insertAndRead(collection, `i${at % 50}`)),
    )
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 50)
    assert.equal((await all(collection.find({}))).length, 50)
  })

  test('compare and set: of many who try at once, one wins each round', async () => {
    const collection = await collectionOf(engine(), [], [{ _id: 'counter', n: 0 }])
    await Promise.all(Array.from({ length: 8 }, () => increment(collection, 10)))
    assert.equal((await collection.findOne({ _id: 'counter' }))?.n, 80)
  })
}

async function insertAndRead(collection: Collection<Item>, _id: string): Promise<void> {
  await collection.insertOne({ _id })
  assert.deepEqual(await collection.findOne({ _id }), { _id })
}

/** Adds 1 so many times, by compare and set. */
export async function increment(collection: Collection<Item>, times: number): Promise<void> {
  for (let done = 0; done < times; ) {
    const n = (await collection.findOne({ _id: 'counter' }))?.n as number
    const swapped = await collection.findOneAndUpdate({ _id: 'counter', n }, { $set: { n: n + 1 } })
    if (swapped !== undefined) done++
  }
}
