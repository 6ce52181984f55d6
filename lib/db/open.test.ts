import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { stillClock as clock } from './contract/engine.ts'
import { findDatabaseName, withDatabaseName } from './mongo/url.ts'
import { openDatabase } from './open.ts'

const UNAVAILABLE = { name: 'Fault', code: 'unavailable' }

test('a file and its folder are made when missing, for their owner alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-db-'))
  try {
    const path = join(folder, 'data', 'mail.db')
    const database = await openDatabase(`sqlite:${path}`, { clock })
    await database.collection({ name: 'items', indexes: [] })
    await database.ping()
    assert.equal(statSync(join(folder, 'data')).mode & 0o777, 0o700)
    for (const file of [path, `${path}-wal`]) assert.equal(statSync(file).mode & 0o777, 0o600)
    await database[Symbol.asyncDispose]()
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('what is closed is unavailable', async () => {
  const database = await openDatabase('sqlite::memory:', { clock })
  const items = await database.collection({ name: 'items', indexes: [] })
  await database[Symbol.asyncDispose]()
  await assert.rejects(database.ping(), UNAVAILABLE)
  await assert.rejects(items.findOne({ _id: 'a' }), UNAVAILABLE)
  await assert.rejects(items.insertOne({ _id: 'a' }), UNAVAILABLE)
})

test('a file that can never be opened is told as what it is, and nobody waits for it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-db-'))
  try {
    const path = join(folder, 'mail.db')
    writeFileSync(path, 'this is no database, and will not become one by waiting for it'.repeat(99))
    for (const [url, message] of [
      ['sqlite:/dev/null/mail.db', /ENOTDIR|EEXIST/],
      [`sqlite:${folder}`, /EISDIR/],
      [`sqlite:${path}`, /not a database/],
    ] as const) {
      await assert.rejects(openDatabase(url, { clock }), (error: Error) => {
        assert.notEqual(error.name, 'Fault')
        assert.match(error.message, message)
        return true
      })
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a URL of no engine, or without the name of the database, is a mistake', async () => {
  for (const url of [
    '',
    '/mail.db',
    'postgres://host/mail',
    'mongodb://host',
    'mongodb://host/?a=b',
  ]) {
    await assert.rejects(openDatabase(url, { clock }), TypeError, url)
  }
})

test('the database’s name in a MongoDB URL', () => {
  const several = 'mongodb://a:1,b:2/mail?replicaSet=rs'
  assert.equal(findDatabaseName(several), 'mail')
  assert.equal(findDatabaseName('mongodb+srv://user:word@host'), undefined)
  assert.equal(withDatabaseName(several, 'other'), 'mongodb://a:1,b:2/other?replicaSet=rs')
  assert.equal(withDatabaseName('mongodb://a:1/?x=y', 'other'), 'mongodb://a:1/other?x=y')
  assert.equal(withDatabaseName('mongodb://a:1', 'other'), 'mongodb://a:1/other')
  assert.throws(() => withDatabaseName('sqlite:x', 'other'), TypeError)
})
