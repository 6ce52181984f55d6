import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Item } from '../contract/engine.ts'
import { SqliteCatalog } from './catalog.ts'
import { SqliteCollection } from './collection.ts'
import { SqliteConnection } from './connection.ts'
import { WriteQueue } from './write-queue.ts'

const SPEC = {
  name: 'items',
  indexes: [
    { name: 'tags', fields: { tags: 1 } },
    { name: 'login', fields: { login: 1 }, unique: true },
  ],
} as const

const UNAVAILABLE = { name: 'Fault', code: 'unavailable' }
const IO_ERROR = { errcode: 10 }

test('the writes of one turn share one transaction; one refused does not harm the others', async () => {
  await using world = await open(':memory:')
  const commits = countOf(world.connection, 'COMMIT')
  const writes = ['a', 'b', 'a', 'c'].map((_id) => world.items.insertOne({ _id, login: _id }))
  const outcomes = await Promise.allSettled(writes)
  const states = outcomes.map(({ status }) => status === 'fulfilled')
  assert.deepEqual(states, [true, true, false, true])
  assert.equal(commits(), 1)
})

test('nothing is told before the commit, and all hear when it fails', async () => {
  await using world = await open(':memory:')
  const heal = failing(world.connection, (sql) => sql === 'COMMIT')
  const writes = ['a', 'b'].map((_id) => world.items.insertOne({ _id, login: _id }))
  for (const write of writes) await assert.rejects(write, UNAVAILABLE)
  heal()
  assert.equal(await world.items.count({}), 0)
  await world.items.insertOne({ _id: 'a', login: 'a' })
})

test('a failure of the engine at any statement leaves every document and key as it was', async () => {
  await using world = await open(':memory:')
  await world.items.insertOne({ _id: 'a', login: 'a', tags: [1, 2] })
  const change = () =>
    Promise.all([
      world.items.updateOne({ _id: 'a' }, { $set: { login: 'z', tags: [2, 3] } }),
      world.items.insertOne({ _id: 'b', login: 'b', tags: [1] }),
      world.items.updateMany({ tags: 2 }, { $inc: { n: 1 } }),
      world.items.deleteOne({ _id: 'b' }),
    ])
  for (let nth = 1; ; nth++) {
    let calls = 0
    const heal = failing(world.connection, () => ++calls === nth)
    const outcome = await change().catch((error: unknown) => error)
    heal()
    if (Array.isArray(outcome)) {
      assert.ok(nth > 10, `only ${nth} statements`)
      break
    }
    assert.equal((outcome as Error).name, 'Fault')
    assert.deepEqual(await world.items.findOne({ _id: 'a' }), {
      _id: 'a',
      login: 'a',
      tags: [1, 2],
    })
    const counts = await Promise.all([1, 2, 3].map((tag) => world.items.count({ tags: tag })))
    assert.deepEqual(counts, [1, 1, 0])
    assert.equal(await world.items.count({ login: 'a' }), 1)
  }
  const after = { _id: 'a', login: 'z', tags: [2, 3], n: 1 }
  assert.deepEqual(await world.items.findOne({ tags: 3 }), after)
})

test('a full disk: a Fault that says so, and what was there can be read', async () => {
  await using world = await open(':memory:')
  await world.items.insertOne({ _id: 'a', login: 'a' })
  world.connection.exec('PRAGMA max_page_count = 1')
  const bytes = new Uint8Array(100_000)
  await assert.rejects(world.items.insertOne({ _id: 'b', login: 'b', bytes }), UNAVAILABLE)
  assert.deepEqual(await world.items.findOne({ _id: 'a' }), { _id: 'a', login: 'a' })
})

test('a lock of another process is waited for, and held too long is a Fault', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-db-'))
  try {
    const path = join(folder, 'locked.db')
    await using world = await open(path, 100)
    using other = await SqliteConnection.open(path)
    other.exec('BEGIN IMMEDIATE')
    await assert.rejects(world.items.insertOne({ _id: 'a', login: 'a' }), UNAVAILABLE)
    const waiting = world.items.insertOne({ _id: 'b', login: 'b' })
    await new Promise(setImmediate)
    other.exec('ROLLBACK')
    await waiting
    assert.equal(await world.items.count({}), 1)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('behind a lock nobody waits twice, and no more than so many at all', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-db-'))
  try {
    const path = join(folder, 'locked.db')
    await using world = await open(path, 400)
    using other = await SqliteConnection.open(path)
    other.exec('BEGIN IMMEDIATE')
    const from = performance.now()
    const writes = Array.from({ length: 12_000 }, (_, at) =>
      world.items.insertOne({ _id: `${at}`, login: `${at}` }),
    )
    const outcomes = await Promise.allSettled(writes)
    const took = performance.now() - from
    const codes = outcomes.map((one) => one.status === 'rejected' && one.reason.code)
    assert.equal(codes.filter((code) => code === 'busy').length, 2000)
    assert.equal(codes.filter((code) => code === 'unavailable').length, 10_000)
    assert.ok(took < 3000, `${took} ms: one after the other would be 4,000`)
    other.exec('ROLLBACK')
    await world.items.insertOne({ _id: 'a', login: 'a' })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

async function open(path: string, busyLimitMs?: number) {
  const connection = await SqliteConnection.open(path, busyLimitMs)
  const catalog = new SqliteCatalog(connection)
  const writes = new WriteQueue(connection, () => catalog.refresh())
  const table = await writes.write(() => catalog.create(SPEC))
  const items = new SqliteCollection<Item>({ connection, writes }, table, SPEC)
  const close = async () => {
    await writes[Symbol.asyncDispose]()
    connection[Symbol.dispose]()
  }
  return { connection, items, [Symbol.asyncDispose]: close }
}

/** Makes the statements that `when` picks fail as a disk does, until it is called. */
function failing(connection: SqliteConnection, when: (sql: string) => boolean): () => void {
  const original = connection.statement
  connection.statement = (sql) => {
    if (sql !== 'BEGIN IMMEDIATE' && when(sql)) throw Object.assign(new Error('disk'), IO_ERROR)
    return original.call(connection, sql)
  }
  return () => {
    connection.statement = original
  }
}

function countOf(connection: SqliteConnection, wanted: string): () => number {
  let count = 0
  failing(connection, (sql) => {
    if (sql === wanted) count++
    return false
  })
  return () => count
}
