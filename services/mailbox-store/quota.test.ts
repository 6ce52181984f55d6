import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { append } from './append.ts'
import { expunge } from './expunge.ts'
import { storeFlags } from './store-flags.ts'
import { ACCOUNT, appendOf, openStore, openTestDatabase } from './testing.ts'

test('a full account takes nothing more until something goes', async () => {
  await using database = await openTestDatabase()
  const store = await openStore(database)
  const content = Buffer.alloc(1000, 'x')
  const quotas = [{ scope: 'account' as const, name: ACCOUNT, bytes: 2500, messages: 0 }]
  const some = (changes = {}) => append(appendOf({ content, quotas, ...changes }), store)
  const full = (error: unknown) => error instanceof Fault && error.code === 'over-quota'
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
