import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '#lib/node/clock.ts'
import { append } from './append.ts'
import { search } from './search.ts'
import type { SearchKey } from './search-key.ts'
import { ACCOUNT, appendOf, openStore, openTestDatabase } from './testing.ts'

const MB = 1024 * 1024

test('a text far down in a large message is found, and what is no text is not read', async () => {
  await using database = await openTestDatabase()
  const store = await openStore(database)
  const part = (type: string, body: string) => `--b\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`
  const content = Buffer.from(
    [
      'Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n',
      part('text/plain', 'the beginning'),
      part('application/pdf', 'needle '.repeat(6 * MB)),
      part('message/rfc822', 'Subject: within\r\n\r\nforwarded'),
      part('text/plain; charset=utf-8', 'the Straße in the end'),
      '--b--\r\n',
    ].join(''),
  )
  const { mailbox } = await append(appendOf({ content }), store)
  const read = store.blobs.read.bind(store.blobs)
  let bytes = 0
  store.blobs.read = async function* (...range) {
    for await (const chunk of read(...range)) {
      bytes += chunk.length
      yield chunk
    }
  }
  const find = async (key: SearchKey) => {
    const { signal } = new AbortController()
    const { uids } = await search({ account: ACCOUNT, mailbox, key: () => key, signal }, store)
    return uids.length === 1
  }
  const cases: [value: string, found: boolean][] = [
    ['beginning', true],
    ['strasse', true],
    ['within', true],
    ['forwarded', true],
    ['needle', false],
  ]
  for (const [value, found] of cases) {
    assert.equal(await find({ kind: 'body', value }), found, value)
    assert.equal(await find({ kind: 'not', key: { kind: 'text', value } }), !found, value)
  }
  const both = (kind: 'and' | 'or', ...values: string[]) =>
    find({ kind, keys: values.map((value) => ({ kind: 'body', value })) })
  assert.equal(await both('and', 'beginning', 'strasse'), true)
  assert.equal(await both('and', 'beginning', 'needle'), false)
  assert.equal(await both('or', 'needle', 'strasse'), true)
  assert(bytes < 100_000, `${bytes} bytes were read`)
})

test('a search of many messages by many keys lets others work, and finds what was there', async () => {
  await using database = await openTestDatabase()
  let pauses = 0
  const sleep = async (_ms: number, signal?: AbortSignal) => {
    signal?.throwIfAborted()
    if (pauses++ === 0) await append(appendOf(), store)
  }
  const store = await openStore(database, { clock: { ...systemClock, sleep } })
  const { mailbox } = await append(appendOf(), store)
  for (let i = 0; i < 9; i++) await append(appendOf({ flags: i % 2 ? ['\\Seen'] : [] }), store)
  const unseen: SearchKey = { kind: 'not', key: { kind: 'flag', bit: 0 } }
  const key: SearchKey = { kind: 'and', keys: Array(20_000).fill(unseen) }
  const find = (signal: AbortSignal) =>
    search({ account: ACCOUNT, mailbox, key: () => key, signal }, store)
  const { uids, modSeq } = await find(new AbortController().signal)
  assert.deepEqual([uids, modSeq], [[1, 2, 4, 6, 8, 10], 11])
  assert.equal(pauses, 3)
  await assert.rejects(find(AbortSignal.abort(new Error('gone'))), /gone/)
})
