import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { systemClock } from '#lib/node/clock.ts'
import { append } from './append.ts'
import { expunge } from './expunge.ts'
import { storeFlags } from './store-flags.ts'
import {
  ACCOUNT,
  appendOf,
  collectionsOf,
  Mortal,
  openStore,
  openStoreOn,
  openTestDatabase,
  TENANT,
} from './testing.ts'

const full = (error: unknown) => error instanceof Fault && error.code === 'over-quota'

test('a full account takes nothing more until something goes', async () => {
  await using database = await openTestDatabase()
  const store = await openStore(database)
  const content = Buffer.alloc(1000, 'x')
  const quotas = [{ scope: 'account' as const, name: ACCOUNT, bytes: 2500, messages: 0 }]
  const some = (changes = {}) => append(appendOf({ content, quotas, ...changes }), store)
  const { mailbox } = await some()
  await some()
  await assert.rejects(some(), full)
  await some({ quotas: [] })
  await assert.rejects(some(), full)
  const place = { account: ACCOUNT, mailbox, operationId: '' }
  const flags = {
    uids: '1:2',
    mode: 'add',
    flags: ['\\Deleted'],
    unchangedSince: undefined,
  } as const
  await storeFlags({ ...place, ...flags }, store)
  await expunge({ ...place, uids: '' }, store)
  assert.equal((await some()).uid, 4)
  await assert.rejects(some(), full)
})

test('a message larger than what is allowed is refused before anything is stored', async () => {
  await using database = await openTestDatabase()
  const store = { ...(await openStore(database)), messageBytesMax: 10 }
  await assert.rejects(
    append(appendOf({ content: Buffer.alloc(11) }), store),
    (error) => error instanceof Fault && error.code === 'too-large',
  )
  assert.equal(
    (await Array.fromAsync(store.collections.blobs.find({ _id: { $gte: '' } }))).length,
    0,
  )
})

test('two replicas, one of them killed at any call: the limit is found exactly where it is', async () => {
  for (let atCall = 1; ; atCall++) {
    await using database = await openTestDatabase()
    const mortal = new Mortal(await collectionsOf(database))
    const dying = openStoreOn(mortal.collections)
    // What it has counted is a second old whenever it is asked.
    let ahead = 0
    const monotonic = () => systemClock.monotonic() + ahead
    const other = await openStore(database, { clock: { ...systemClock, monotonic } })
    const quotas = [{ scope: 'tenant' as const, name: TENANT, bytes: 10_000, messages: 0 }]
    const content = Buffer.alloc(1000, 'x')
    const some = (store: typeof other, account: string) =>
      append(appendOf({ account, content, quotas }), store)
    // Both know that there is room, and one of them takes it without the other's knowledge.
    for (let i = 0; i < 3; i++) await some(dying, 'bob')
    for (let i = 0; i < 4; i++) await some(other, 'alice')
    mortal.calls = 0
    mortal.dies = { atCall, when: atCall % 2 === 0 ? 'before' : 'after' }
    const taken = await some(dying, 'bob').then(
      () => 1,
      () => 0,
    )
    await dying.quotas.settled()
    const used = async () => {
      ahead += 1000
      return (await other.quotas.usage('tenant', TENANT)).bytes
    }
    // What was not acknowledged may have happened all the same.
    const before = await used()
    assert(before === 7000 + 1000 * taken || before === 8000, `${before} after call ${atCall}`)
    for (let room = 10_000 - before; room > 0; room -= 1000) {
      ahead += 1000
      await some(other, 'carol')
    }
    await assert.rejects(some(other, 'carol'), full)
    assert.equal(await used(), 10_000)
    await other.quotas.settled()
    await other.committer.settled()
    if (!mortal.dead) return
  }
})
