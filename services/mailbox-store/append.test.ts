import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { systemClock } from '#lib/node/clock.ts'
import { append } from './append.ts'
import { appendBatch } from './append-batch.ts'
import { PIECE_BYTES_MAX } from './bytes/cutter.ts'
import { copy } from './copy.ts'
import { expunge } from './expunge.ts'
import { read } from './fetch.ts'
import { move } from './move/move.ts'
import type { Store } from './store.ts'
import { storeFlags } from './store-flags.ts'
import { ACCOUNT, appendOf, inspect, openStore, openTestDatabase } from './testing.ts'

test('twenty appends at once get twenty UIDs, and each its own message', async () => {
  await using database = await openTestDatabase()
  const store = await openStore(database)
  const contents = Array.from({ length: 20 }, (_, i) =>
    Buffer.from(`Subject: ${i}\r\n\r\n${i}\r\n`),
  )
  const done = await Promise.all(contents.map((content) => append(appendOf({ content }), store)))
  assert.deepEqual(
    done.map(({ uid }) => uid),
    contents.map((_, i) => i + 1),
  )
  for (const [i, { mailbox, uid }] of done.entries()) {
    assert.deepEqual(await bytesOf(store, mailbox, uid), contents[i])
  }
})

test('an append that comes again with its mail id stays one message', async () => {
  await using database = await openTestDatabase()
  const [store, replica] = [await openStore(database), await openStore(database)]
  const one = await append(appendOf({ mailId: 'm1' }), store)
  for (const again of [store, replica]) {
    const two = await append(appendOf({ mailId: 'm1' }), again)
    assert.deepEqual([two.uid, two.repeated], [one.uid, true])
  }
  const twice = await Promise.all([
    append(appendOf({ mailId: 'm2' }), store),
    append(appendOf({ mailId: 'm2' }), store),
    append(appendOf({ mailId: 'm2' }), replica),
  ])
  assert.deepEqual(
    twice.map(({ uid }) => uid),
    [2, 2, 2],
  )
  const state = await store.committer.mailbox(`${ACCOUNT}/${one.mailbox}`).read(true, (s) => s)
  assert.deepEqual([state.mailbox.exists, state.view.length], [2, 2])
})

test('two replicas that append to one mailbox lose nothing and give no UID twice', async () => {
  await using database = await openTestDatabase()
  const replicas = [await openStore(database), await openStore(database)]
  const jobs = Array.from({ length: 100 }, (_, i) =>
    append(appendOf({ mailId: `m${i}` }), replicas[i % 2] as Store),
  )
  const uids = (await Promise.all(jobs)).map(({ uid }) => uid)
  assert.deepEqual(
    uids.toSorted((a, b) => a - b),
    jobs.map((_, i) => i + 1),
  )
})

test('who slept since its bytes were stored does not commit what may have been collected', async () => {
  await using database = await openTestDatabase()
  let now = Date.UTC(2026, 0, 1, 12)
  const store = await openStore(database, { clock: { ...systemClock, now: () => now } })
  const { blobs } = store
  const sleepy = (hours: number) => ({
    ...store,
    blobs: Object.assign(Object.create(blobs), {
      async take(...given: Parameters<typeof blobs.take>) {
        const taken = await blobs.take(...given)
        now += hours * 3_600_000
        return taken
      },
    }),
  })
  const send = (
    mailId: string,
    hours: number,
    content = Buffer.from(`Subject: ${mailId}\r\n\r\n`),
  ) => append(appendOf({ content, mailId }), sleepy(hours))
  assert.equal((await send('m1', 23)).uid, 1)
  await assert.rejects(send('m2', 30), { code: 'unavailable' })
  await assert.rejects(send('m3', 30, randomBytes(200_000)), { code: 'unavailable' })
  assert.equal((await send('m1', 30)).repeated, true)
})

test('the bytes come back as they were, at every frame and piece border', async () => {
  await using database = await openTestDatabase()
  const store = await openStore(database)
  const odd = Buffer.from('A: b\n\r\n\0\xff no end', 'latin1')
  const sizes = [
    0,
    1,
    PIECE_BYTES_MAX - 1,
    PIECE_BYTES_MAX,
    PIECE_BYTES_MAX + 1,
    PIECE_BYTES_MAX * 8 + 5,
  ]
  for (const content of [odd, ...sizes.map((size) => randomBytes(size))]) {
    const { mailbox, uid } = await append(appendOf({ content }), store)
    assert.deepEqual(await bytesOf(store, mailbox, uid), content)
    for (const offset of [0, 3, PIECE_BYTES_MAX - 2, PIECE_BYTES_MAX, 7 * PIECE_BYTES_MAX + 1]) {
      const some = await bytesOf(store, mailbox, uid, { offset, length: 100_000 })
      assert.deepEqual(some, content.subarray(offset, offset + 100_000), `${content.length}`)
    }
  }
})

async function bytesOf(
  store: Store,
  mailbox: string,
  uid: number,
  { offset = 0, length = 0 } = {},
): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  const place = { account: ACCOUNT, mailbox, uid, offset, length }
  for await (const chunk of read(place, store)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

test('mail of one tenant never gets into a mailbox of another', async () => {
  await using database = await openTestDatabase()
  const store = await openStore(database)
  const { mailbox } = await append(appendOf({ mailId: 'm1' }), store)
  const forbidden = (error: unknown) => error instanceof Fault && error.code === 'forbidden'
  const [byName, byId] = [appendOf().mailbox, { id: mailbox, name: '' }]
  for (const ref of [byName, byId]) {
    for (const mailId of ['', 'm1', 'm2']) {
      const foreign = appendOf({ tenant: 'evil', mailbox: ref, mailId })
      await assert.rejects(append(foreign, store), forbidden)
      async function* messages() {
        yield foreign
      }
      await assert.rejects(appendBatch({ ...foreign, messages: messages() }, store), forbidden)
    }
  }
  // Who waits in the same commit is not refused with it.
  const [refused, taken] = await Promise.allSettled([
    append(appendOf({ tenant: 'evil' }), store),
    append(appendOf(), store),
  ])
  assert.deepEqual([refused.status, taken.status], ['rejected', 'fulfilled'])
  assert.equal((await inspect(store, ACCOUNT)).split(', ').length, 2)
})

test('an id by which something may be repeated has at most 200 characters', async () => {
  await using database = await openTestDatabase()
  const store = await openStore(database)
  const { mailbox } = await append(appendOf({ mailId: 'm'.repeat(200) }), store)
  const long = 'o'.repeat(201)
  const place = { account: ACCOUNT, mailbox, uids: '1', operationId: long, quotas: [] }
  const ends = { ...place, source: mailbox, target: appendOf().mailbox, targetAccount: '' }
  const flags = { ...place, mode: 'add', flags: ['\\Deleted'], unchangedSince: undefined } as const
  async function* messages() {
    yield appendOf()
    yield appendOf({ mailId: long })
  }
  const works: (() => Promise<unknown>)[] = [
    () => append(appendOf({ mailId: long }), store),
    () => appendBatch({ ...appendOf(), messages: messages() }, store),
    () => storeFlags(flags, store),
    () => copy(ends, store),
    () => move(ends, store),
    () => expunge(place, store),
  ]
  for (const work of works) {
    await assert.rejects(work(), (error) => error instanceof Fault && error.code === 'invalid')
  }
  assert.equal(await inspect(store, ACCOUNT), 'INBOX: 1 hello ()')
})
