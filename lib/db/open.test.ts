import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
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

test('what is closed, or cannot be opened, is unavailable', async () => {
  const database = await openDatabase('sqlite::memory:', { clock })
  const items = await database.collection({ name: 'items', indexes: [] })
  await database[Symbol.asyncDispose]()
  await assert.rejects(database.ping(), UNAVAILABLE)
  await assert.rejects(items.findOne({ _id: 'a' }), UNAVAILABLE)
  await assert.rejects(items.insertOne({ _id: 'a' }), UNAVAILABLE)
  await assert.rejects(openDatabase('sqlite:/dev/null/mail.db', { clock }), UNAVAILABLE)
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
