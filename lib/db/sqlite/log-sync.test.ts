import assert from 'node:assert/strict'
import fs, { mkdtempSync, rmSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '#lib/node/clock.ts'
import type { Item } from '../contract/engine.ts'
import { SqliteDatabase } from '../sqlite.ts'
import { SqliteConnection } from './connection.ts'
import { LogSync } from './log-sync.ts'

const UNAVAILABLE = { name: 'Fault', code: 'unavailable' }

/** A disk whose syncs end when the test says so. */
function slowDisk() {
  const syncs: PromiseWithResolvers<void>[] = []
  const sync = () => {
    const one = Promise.withResolvers<void>()
    syncs.push(one)
    return one.promise
  }
  return { syncs, sync }
}

test('a commit is durable once a sync that began after it has ended', async () => {
  const { syncs, sync } = slowDisk()
  const log = new LogSync(sync)
  const told: string[] = []
  const tell = (name: string) => void log.durable(log.note())?.then(() => told.push(name))
  tell('a')
  tell('b')
  tell('c')
  assert.equal(syncs.length, 1)
  syncs[0]?.resolve()
  await new Promise(setImmediate)
  assert.deepEqual(told, ['a'])
  assert.equal(syncs.length, 2, 'b and c share a sync')
  assert.notEqual(log.durable(2), undefined, 'b was made after that sync had begun')
  const all = log.durable(3)
  syncs[1]?.resolve()
  syncs[2]?.resolve()
  await new Promise(setImmediate)
  syncs[2]?.resolve()
  await all
  assert.deepEqual(told, ['a', 'b', 'c'])
  assert.equal(log.durable(3), undefined)
})

test('after a sync that failed, none is believed any more', async () => {
  const { syncs, sync } = slowDisk()
  const broken: string[] = []
  const log = new LogSync(sync, ({ name }) => void broken.push(name))
  const first = log.durable(log.note())
  const second = log.durable(log.note())
  syncs[0]?.reject(new Error('EIO'))
  await assert.rejects(async () => first, UNAVAILABLE)
  await assert.rejects(async () => second, UNAVAILABLE)
  await assert.rejects(async () => log.durable(1), UNAVAILABLE)
  assert.equal(syncs.length, 1, 'the disk is not asked again')
  assert.deepEqual(broken, ['Fault'], 'told once')
})

test('nothing is told before it is on the disk, but of what is lazy', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-db-'))
  t.after(() => rmSync(folder, { recursive: true }))
  await using database = await SqliteDatabase.open(join(folder, 'log.db'), systemClock)
  const strict = await database.collection<Item>({ name: 'strict', indexes: [] })
  const lazy = await database.collection<Item>({ name: 'lazy', indexes: [], lazy: true })
  await strict.findOne({ _id: 'none' })

  const { syncs, sync } = slowDisk()
  const { mock } = t.mock.method(SqliteConnection.prototype, 'syncLog', sync)
  const told: string[] = []
  try {
    await lazy.insertOne({ _id: 'a' })
    assert.equal((await lazy.findOne({ _id: 'a' }))?._id, 'a')
    assert.equal(syncs.length, 0, 'what is lazy asks for no sync')

    const note = (text: string) => void told.push(text)
    void strict.insertOne({ _id: 'b' }).then(() => note('written'))
    while (syncs.length === 0) await new Promise(setImmediate)
    void strict.findOne({ _id: 'b' }).then((found) => note(`read ${found?._id}`))
    void strict.count({}).then((count) => note(`counted ${count}`))
    await new Promise(setImmediate)
    assert.deepEqual(told, [])
  } finally {
    mock.restore()
    for (const { resolve } of syncs) resolve()
  }
  while (told.length < 3) await new Promise(setImmediate)
  assert.deepEqual(told.sort(), ['counted 1', 'read b', 'written'])
})

test('a database whose disk has failed says that it is not available, to all', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-db-'))
  t.after(() => rmSync(folder, { recursive: true }))
  await using database = await SqliteDatabase.open(join(folder, 'log.db'), systemClock)
  const items = await database.collection<Item>({ name: 'items', indexes: [] })
  await items.insertOne({ _id: 'a' })
  const { mock } = t.mock.method(SqliteConnection.prototype, 'syncLog', async () => {
    throw new Error('EIO')
  })
  await assert.rejects(items.insertOne({ _id: 'b' }), UNAVAILABLE)
  mock.restore()
  await assert.rejects(items.findOne({ _id: 'b' }), UNAVAILABLE)
  await assert.rejects(items.insertOne({ _id: 'c' }), UNAVAILABLE)
  await assert.rejects(database.ping(), UNAVAILABLE)
})

test('while it is being closed, what waits is brought to the disk, and nothing more is taken', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-db-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const database = await SqliteDatabase.open(join(folder, 'log.db'), systemClock)
  const items = await database.collection<Item>({ name: 'items', indexes: [] })
  const { syncs, sync } = slowDisk()
  const { mock } = t.mock.method(SqliteConnection.prototype, 'syncLog', sync)
  const before = items.insertOne({ _id: 'a' })
  while (syncs.length === 0) await new Promise(setImmediate)
  const closing = database[Symbol.asyncDispose]()
  const late = Promise.allSettled([items.insertOne({ _id: 'b' }), items.findOne({ _id: 'a' })])
  await new Promise(setImmediate)
  mock.restore()
  for (const { resolve } of syncs) resolve()
  await before
  await closing
  for (const outcome of await late) {
    assert.equal(outcome.status === 'rejected' && outcome.reason.code, 'unavailable')
  }
})

test('what another process has committed is on the disk before it is told', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-db-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'log.db')
  await using ours = await SqliteDatabase.open(path, systemClock)
  await using theirs = await SqliteDatabase.open(path, systemClock)
  const items = await ours.collection<Item>({ name: 'items', indexes: [] })
  await items.findOne({ _id: 'a' })
  const others = await theirs.collection<Item>({ name: 'items', indexes: [] })
  await others.insertOne({ _id: 'a' })
  let syncs = 0
  t.mock.method(SqliteConnection.prototype, 'syncLog', async () => {
    syncs++
  })
  assert.equal((await items.findOne({ _id: 'a' }))?._id, 'a')
  assert.equal(syncs, 1)
  await items.findOne({ _id: 'a' })
  assert.equal(syncs, 1, 'once is enough')
})

for (const [name, opened] of [
  ['the log is really synced', 'log.db'],
  ['of a link, the log of what it leads to is synced', 'link.db'],
] as const) {
  test(name, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'hikyaku-db-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'log.db')
    fs.writeFileSync(path, '')
    fs.symlinkSync(path, join(folder, 'link.db'))
    using connection = await SqliteConnection.open(join(folder, opened))
    assert.deepEqual(connection.row('PRAGMA synchronous'), [1], 'SQLite leaves the log to us')
    connection.exec('CREATE TABLE t (n)')
    assert.deepEqual(await syncedFiles(t, connection), [fs.statSync(`${path}-wal`).ino])
    await connection.syncLog()
  })
}

test('what a killed process has left in the log is moved to the file', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-db-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [path, left] = [join(folder, 'log.db'), join(folder, 'left.db')]
  using living = await SqliteConnection.open(path)
  living.exec('CREATE TABLE t (n)')
  living.exec('INSERT INTO t VALUES (7)')
  for (const end of ['', '-wal']) fs.copyFileSync(`${path}${end}`, `${left}${end}`)
  assert.ok(fs.statSync(`${left}-wal`).size > 0)
  using connection = await SqliteConnection.open(left)
  assert.equal(fs.statSync(`${left}-wal`).size, 0)
  assert.deepEqual(connection.row('SELECT n FROM t'), [7])
  // While another is at work on it, it stays as it is.
  living.exec('BEGIN IMMEDIATE')
  using second = await SqliteConnection.open(path)
  living.exec('ROLLBACK')
  assert.deepEqual(second.row('SELECT n FROM t'), [7])
})

test('memory has no log', async () => {
  using memory = await SqliteConnection.open(':memory:')
  await memory.syncLog()
})

/** Inodes of the files that it brings to the disk. */
async function syncedFiles(t: TestContext, connection: SqliteConnection): Promise<number[]> {
  const synced: number[] = []
  const { mock } = t.mock.method(fs, 'fdatasync', (file: number, done: (e: null) => void) => {
    synced.push(fs.fstatSync(file).ino)
    done(null)
  })
  syncBuiltinESMExports()
  await connection.syncLog()
  mock.restore()
  syncBuiltinESMExports()
  return synced
}
