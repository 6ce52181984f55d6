import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { findPlatform, NoPlatform } from './platform.ts'

function openFolder(description?: unknown) {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-cli-'))
  mkdirSync(join(folder, 'run'))
  const text = typeof description === 'string' ? description : JSON.stringify(description)
  if (description !== undefined) writeFileSync(join(folder, 'run', 'solo.json'), text)
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
}

const SOLO = {
  pid: process.pid,
  clusterSecret: 'secret',
  directory: ['unix:/run/directory.sock', '127.0.0.1:7101'],
  mailboxStore: ['unix:/run/mailbox-store.sock'],
  listens: { smtp: '127.0.0.1:2525' },
}

test('a platform is found in its folder', () => {
  using solo = openFolder(SOLO)
  const wanted = {
    secret: 'secret',
    servers: [{ path: '/run/directory.sock' }, { host: '127.0.0.1', port: 7101 }],
    stores: [{ path: '/run/mailbox-store.sock' }],
    deliveries: [],
    listens: { smtp: '127.0.0.1:2525' },
    description: join(solo.folder, 'run', 'solo.json'),
  }
  assert.deepEqual(findPlatform({}, solo.folder), wanted)
  assert.deepEqual(findPlatform({ HIKYAKU_DATA: solo.folder }, undefined), wanted)
  assert.deepEqual(findPlatform({ DATA: solo.folder }, undefined), wanted)
})

test('or by the environment, which wins', () => {
  using solo = openFolder(SOLO)
  writeFileSync(join(solo.folder, 'secret'), 'from a file\n')
  const env = { DIRECTORY_SERVERS: 'a.test:1, b.test:2', HIKYAKU_DATA: solo.folder }
  const found = findPlatform({ ...env, CLUSTER_SECRET: 'x' }, undefined)
  assert.equal(found.secret, 'x')
  assert.equal(found.servers.length, 2)
  assert.deepEqual(found.stores, [])
  const all = { ...env, CLUSTER_SECRET: 'x', MAILBOX_STORE_SERVERS: 'c.test:3' }
  assert.deepEqual(findPlatform(all, undefined).stores, [{ host: 'c.test', port: 3 }])
  const byFile = { ...env, CLUSTER_SECRET_FILE: join(solo.folder, 'secret') }
  assert.equal(findPlatform(byFile, undefined).secret, 'from a file')
})

test('when there is none, it says what to do', () => {
  using empty = openFolder()
  using ended = openFolder({ ...SOLO, pid: 2 ** 22 + 1 })
  using broken = openFolder('{')
  const cases: [() => unknown, RegExp][] = [
    [() => findPlatform({}, empty.folder), /^No platform runs in .*npm start$/],
    [() => findPlatform({}, ended.folder), /is not running: start it with npm start$/],
    [() => findPlatform({}, broken.folder), /solo.json cannot be read/],
    [() => findPlatform({ DIRECTORY_SERVERS: 'a:1' }, undefined), /CLUSTER_SECRET/],
    [() => findPlatform({ DIRECTORY_SERVERS: 'a', CLUSTER_SECRET: 'x' }, undefined), /DIRECTORY_S/],
    [
      () => findPlatform({ DIRECTORY_SERVERS: 'a:1', CLUSTER_SECRET_FILE: '/none' }, undefined),
      /CLUSTER_SECRET_FILE cannot be read/,
    ],
  ]
  for (const [find, said] of cases) {
    assert.throws(find, (error) => error instanceof NoPlatform && said.test(error.message))
  }
})
