/** Contract: unique, partial, compound and multikey indexes, and declaring them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DuplicateKey, type Index } from '../port.ts'
import { collectionOf, type Engine, freshName, type Item, idsOf, rejection } from './engine.ts'

const INDEXES: readonly Index[] = [
  { name: 'login', fields: { tenant: 1, login: 1 }, unique: true },
  { name: 'address', fields: { addresses: 1 }, unique: true, where: { live: true } },
]

async function violated(promise: Promise<unknown>): Promise<string> {
  const error = await rejection('DuplicateKey', promise)
  assert.ok(error instanceof DuplicateKey)
  return error.index
}

export function indexesContract(engine: () => Engine): void {
  uniqueness(engine)
  kinds(engine)
  declarations(engine)
}

function uniqueness(engine: () => Engine): void {
  test('a violation names its index, whichever write it was, and changes nothing', async () => {
    const items = [
      { _id: 'a', tenant: 't', login: 'a', addresses: ['a@x', 'b@x'], live: true },
      { _id: 'b', tenant: 't', login: 'b', addresses: ['c@x'], live: true },
    ]
    const collection = await collectionOf(engine(), INDEXES, items)
    assert.equal(await violated(collection.insertOne({ _id: 'a', n: 1 })), '_id_')
    const login = { _id: 'c', tenant: 't', login: 'a' }
    assert.equal(await violated(collection.insertOne(login)), 'login')
    const b = { _id: 'b' }
    assert.equal(await violated(collection.updateOne(b, { $set: { login: 'a' } })), 'login')
    const push = { $push: { addresses: 'b@x' } }
    assert.equal(await violated(collection.updateOne(b, push)), 'address')
    assert.equal(await violated(collection.findOneAndUpdate(b, push)), 'address')
    const replaced = collection.replaceOne(b, { _id: 'b', tenant: 't', login: 'a' })
    assert.equal(await violated(replaced), 'login')
    const upsert = { $set: { tenant: 't', login: 'b' } }
    const upserted = collection.updateOne({ _id: 'd' }, upsert, { upsert: true })
    assert.equal(await violated(upserted), 'login')
    const bulk = collection.bulkWrite([{ kind: 'update', filter: b, update: push }])
    assert.equal(await violated(bulk), 'address')
    for (const item of items) assert.deepEqual(await collection.findOne({ _id: item._id }), item)
    assert.equal(await collection.count({}), 2)
  })

  test('a unique key is free again once its document has let go of it', async () => {
    const collection = await collectionOf(engine(), INDEXES, [
      { _id: 'a', tenant: 't', login: 'x', addresses: ['a@x'], live: true },
    ])
    await collection.updateOne({ _id: 'a' }, { $set: { login: 'y', live: false } })
    await collection.insertOne({
      _id: 'b',
      tenant: 't',
      login: 'x',
      addresses: ['a@x'],
      live: true,
    })
    assert.equal(
      await violated(collection.updateOne({ _id: 'a' }, { $set: { live: true } })),
      'address',
    )
    await collection.deleteOne({ _id: 'b' })
    await collection.updateOne({ _id: 'a' }, { $set: { live: true, login: 'x' } })
    await collection.updateOne({ _id: 'a' }, { $set: { n: 1 } })
  })

  test('missing and null are one value to a unique index; others tell types apart', async () => {
    const unique: Index[] = [{ name: 'v', fields: { v: 1 }, unique: true }]
    const collection = await collectionOf(engine(), unique, [{ _id: 'a' }])
    assert.equal(await violated(collection.insertOne({ _id: 'b', v: null })), 'v')
    const values = [1, '1', true, new Date(1), new Uint8Array([1]), 2n ** 53n, 2n ** 53n + 1n]
    for (const [at, v] of values.entries()) await collection.insertOne({ _id: `v${at}`, v })
    assert.equal(await violated(collection.insertOne({ _id: 'c', v: 1n })), 'v')
    assert.equal(await idsOf(collection.find({ v: 2n ** 53n + 1n })), 'v6')
  })
}

function kinds(engine: () => Engine): void {
  test('a partial index has what matches it, and serves what implies it', async () => {
    const where = { state: 'waiting', next: { $gt: new Date(0) } }
    const partial: Index[] = [{ name: 'due', fields: { next: 1 }, where }]
    const item = (_id: string, state: string, ms: number): Item => ({
      _id,
      state,
      next: new Date(ms),
    })
    const collection = await collectionOf(engine(), partial, [
      item('a', 'waiting', 30),
      item('b', 'waiting', 10),
      item('c', 'done', 20),
      item('d', 'waiting', 0),
    ])
    const due = { state: 'waiting', next: { $gt: new Date(0), $lte: new Date(30) } }
    assert.equal(await idsOf(collection.find(due, { sort: { next: 1 } })), 'b a')
    assert.equal(await collection.count(due), 2)
    await collection.updateOne({ _id: 'c' }, { $set: { state: 'waiting' } })
    await collection.updateOne({ _id: 'b' }, { $set: { state: 'done' } })
    assert.equal(await idsOf(collection.find(due, { sort: { next: -1 } })), 'a c')
    const all = { state: 'waiting', next: { $gte: new Date(0) } }
    await rejection('UnindexedQuery', collection.count(all))
  })

  test('the index is kept through changes of arrays', async () => {
    const indexes: Index[] = [{ name: 'tags', fields: { owner: 1, tags: 1 } }]
    const collection = await collectionOf(engine(), indexes, [
      { _id: 'a', owner: 1, tags: [1, 2, 2] },
    ])
    const has = async (tag: number) => (await collection.count({ owner: 1, tags: tag })) === 1
    assert.deepEqual([await has(1), await has(2), await has(3)], [true, true, false])
    await collection.updateOne({ _id: 'a' }, { $pull: { tags: 2 } })
    await collection.updateOne({ _id: 'a' }, { $addToSet: { tags: 3 } })
    assert.deepEqual([await has(1), await has(2), await has(3)], [true, false, true])
    await collection.updateOne({ _id: 'a' }, { $set: { tags: 2 } })
    assert.deepEqual([await has(1), await has(2), await has(3)], [false, true, false])
    await collection.deleteOne({ _id: 'a' })
    assert.equal(await has(2), false)
  })
}

function declarations(engine: () => Engine): void {
  test('declaring again, and by many at once, is harmless; a later index has what was there', async () => {
    const name = freshName()
    const { database } = engine()
    const spec = { name, indexes: INDEXES }
    const [collection] = await Promise.all([1, 2, 3, 4].map(() => database.collection<Item>(spec)))
    await collection?.insertOne({ _id: 'a', tenant: 't', login: 'a', n: 7, live: true })
    const more: Index[] = [...INDEXES, { name: 'n', fields: { n: 1 } }]
    const grown = await database.collection<Item>({ name, indexes: more })
    assert.equal(await idsOf(grown.find({ n: 7 })), 'a')
    await collection?.insertOne({ _id: 'b', tenant: 't', login: 'b', n: 7 })
    assert.equal(await idsOf(grown.find({ n: 7 })), 'a b')
    const other: Index[] = [{ name: 'n', fields: { n: 1 }, unique: true }]
    await rejection('TypeError', database.collection({ name, indexes: other }))
  })

  test('a unique index that the documents already violate is refused and not made', async () => {
    const name = freshName()
    const { database } = engine()
    const collection = await database.collection<Item>({ name, indexes: [] })
    await collection.bulkWrite(
      ['a', 'b'].map((_id) => ({ kind: 'insert', document: { _id, v: 1 } })),
    )
    const indexes: Index[] = [{ name: 'v', fields: { v: 1 }, unique: true }]
    assert.equal(await violated(database.collection({ name, indexes })), 'v')
    await collection.insertOne({ _id: 'c', v: 1 })
  })
}
