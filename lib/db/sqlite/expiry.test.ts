import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Item, idsOf, stillClock } from '../contract/engine.ts'
import { SqliteDatabase } from '../sqlite.ts'

const INDEXES = [{ name: 'at', fields: { at: 1 }, expireAfterSeconds: 60 }] as const

test('documents go away when their time is up, and only those', async () => {
  let now = 0
  await using database = await SqliteDatabase.open(':memory:', { ...stillClock, now: () => now })
  const items = await database.collection<Item>({ name: 'items', indexes: INDEXES })
  await items.bulkWrite([
    { kind: 'insert', document: { _id: 'first', at: new Date(0) } },
    { kind: 'insert', document: { _id: 'later', at: new Date(1) } },
    { kind: 'insert', document: { _id: 'several', at: [new Date(90_000), new Date(0)] } },
    { kind: 'insert', document: { _id: 'never' } },
    { kind: 'insert', document: { _id: 'null', at: null } },
    { kind: 'insert', document: { _id: 'number', at: 0 } },
  ])
  now = 59_999
  await database.removeExpired()
  assert.equal(await items.count({}), 6)
  now = 60_000
  await database.removeExpired()
  const sort = { _id: 1 } as const
  assert.equal(await idsOf(items.find({}, { sort })), 'later never null number')
  now = 60_001
  await database.removeExpired()
  assert.equal(await idsOf(items.find({}, { sort })), 'never null number')
})

test('more than one commit takes is removed all the same', async () => {
  let now = 0
  await using database = await SqliteDatabase.open(':memory:', { ...stillClock, now: () => now })
  const items = await database.collection<Item>({ name: 'items', indexes: INDEXES })
  const documents = Array.from({ length: 1200 }, (_, at) => ({ _id: `i${at}`, at: new Date(at) }))
  await items.bulkWrite(documents.map((document) => ({ kind: 'insert', document })))
  now = 60_000 + 1199
  await database.removeExpired()
  assert.equal(await items.count({}), 0)
})
