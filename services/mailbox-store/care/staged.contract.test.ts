import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zstdCompressSync } from 'node:zlib'
import { copy } from '../copy.ts'
import { messageKey, stagedKey } from '../documents.ts'
import { Killed } from '../testing.ts'
import { addMailbox, contentOf, DAY_MS, put, remove, World } from './testing.ts'

const SERVER = process.env.MONGODB_URL
/** More than a mailbox document takes. */
const MANY = 250

test('bytes that an operation counts on that is not committed yet stay', async () => {
  await using world = await World.open(SERVER)
  const blob = await leaveBlob(world)
  world.pass(3)
  await stage(world, blob, DAY_MS / 2)
  await world.collect()
  assert.deepEqual(await world.counts(), { blobs: 1, pieces: 0, staged: 1 })
})

test('what was never committed goes when it is a day old, and its bytes with it', async () => {
  await using world = await World.open(SERVER)
  const blob = await leaveBlob(world)
  world.pass(3)
  await stage(world, blob, DAY_MS + 1)
  await world.collect()
  assert.deepEqual(await world.counts(), { blobs: 0, pieces: 0, staged: 0 })
})

test('a large operation that was committed and not applied is completed, and keeps its bytes', async () => {
  await using world = await World.open(SERVER)
  const store = world.newStore()
  const target = await addMailbox(store, 'a', 'Target')
  const puts = Array.from({ length: MANY }, (_, i) => put(store, 'a', contentOf(`message ${i}`)))
  const [{ mailbox } = { mailbox: '' }] = await Promise.all(puts)
  await store.committer.settled()
  let committed = false
  const at = (step: string) => {
    committed ||= step === 'committed'
    if (committed && step === 'apply-staged') throw new Killed()
  }
  const victim = world.newStore(world.collections, { at })
  const to = { id: target, name: '' }
  const request = { account: 'a', source: mailbox, uids: '1:*', target: to, targetAccount: 'a' }
  await copy({ ...request, operationId: '', quotas: [] }, victim).catch(() => undefined)
  await victim.committer.settled()
  assert((await world.counts()).staged > 0, 'it is large')
  await remove(world.newStore(), 'a', '1:*', mailbox)
  world.pass(3)
  await world.collect()
  assert.deepEqual(await world.counts(), { blobs: MANY, pieces: 0, staged: 0 })
  const _id = { $gte: messageKey(`a/${target}`, 0), $lt: `a/${target}0` }
  assert.equal(await world.collections.messages.count({ _id }), MANY)
})

/** A blob that nothing refers to. */
async function leaveBlob(world: World): Promise<string> {
  const store = world.newStore()
  const { mailbox } = await put(store, 'a', contentOf('it'))
  await remove(store, 'a', '1', mailbox)
  const found = await world.collections.blobs.findOne({})
  return found?._id ?? ''
}

async function stage(world: World, blob: string, ageMs: number): Promise<void> {
  const message = { blob, flags: [], size: 1, internalDate: 0, mailId: '', details: '{}' }
  await world.collections.staged.insertOne({
    _id: stagedKey('a/b', 'operation', 0),
    messages: zstdCompressSync(Buffer.from(JSON.stringify([message]))),
    createdAt: new Date(world.now - ageMs),
  })
}
