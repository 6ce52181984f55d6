import assert from 'node:assert/strict'
import { test } from 'node:test'
import { append } from '../append.ts'
import { changesSince } from '../changes.ts'
import { mailboxKey } from '../documents.ts'
import { expunge } from '../expunge.ts'
import { createMailbox } from '../mailboxes.ts'
import { move } from '../move/move.ts'
import { storeFlags } from '../store-flags.ts'
import { ACCOUNT, appendOf, inspect, openStore, openTestDatabase, TENANT } from '../testing.ts'
import { apply } from './apply.ts'
import { decodeOperation, type Operation } from './operation.ts'

const DAY_MS = 86_400_000

test('an operation that is applied late, or again, changes nothing: the dead stay dead', async () => {
  await using database = await openTestDatabase()
  const store = await openStore(database)
  const done: Operation[] = []
  const { mailbox } = await append(appendOf({ flags: ['\\Seen'], mailId: 'm1' }), store)
  const key = mailboxKey(ACCOUNT, mailbox)
  const keep = async () => {
    const { pending } = (await store.collections.mailboxes.findOne({ _id: key })) ?? {}
    assert(pending)
    done.push(decodeOperation(pending))
  }
  await keep()
  for (let i = 0; i < 5; i++) await append(appendOf(), store).then(keep)
  const place = { account: ACCOUNT, mailbox, operationId: '', unchangedSince: undefined }
  const deleted = { ...place, mode: 'add', flags: ['\\Deleted'] } as const
  await storeFlags({ ...deleted, uids: '1:2,4' }, store).then(keep)
  await expunge({ ...place, uids: '1:2' }, store).then(keep)
  await storeFlags({ ...deleted, mode: 'remove', uids: '4' }, store).then(keep)
  await createMailbox({ account: ACCOUNT, tenant: TENANT, name: 'Archive', specialUse: '' }, store)
  const target = { id: '', name: 'Archive' }
  const moving = { ...place, source: mailbox, uids: '3', target, targetAccount: '', quotas: [] }
  await move(moving, store).then(keep)

  const before = await inspect(store, ACCOUNT)
  const { collections } = store
  const retention = { receiptsMs: DAY_MS, vanishedMs: DAY_MS, tombstonesMs: DAY_MS }
  for (const operation of [...done, ...done.toReversed()]) {
    await apply(key, operation, { collections, retention, at: () => undefined })
  }
  assert.equal(await inspect(await openStore(database), ACCOUNT), before)
  const since = { account: ACCOUNT, mailbox, since: 7, uidValidity: 0 }
  assert.equal((await changesSince(since, store)).vanished, '1:3')
})

test('a gap in what was expunged makes clients start over, and views read anew', async () => {
  await using database = await openTestDatabase()
  const [store, replica] = [await openStore(database), await openStore(database)]
  const { mailbox } = await append(appendOf(), store)
  for (let i = 0; i < 3; i++) await append(appendOf(), store)
  const key = mailboxKey(ACCOUNT, mailbox)
  await replica.committer.mailbox(key).read(true, () => undefined)
  const place = { account: ACCOUNT, mailbox, operationId: '', unchangedSince: undefined }
  for (const uids of ['1', '2', '3']) {
    await storeFlags({ ...place, uids, mode: 'add', flags: ['\\Deleted'] }, store)
    await expunge({ ...place, uids }, store)
  }
  const changes = (since: number) =>
    changesSince({ account: ACCOUNT, mailbox, since, uidValidity: 0 }, store)
  assert.equal((await changes(5)).vanished, '1:3')
  const [first] = await Array.fromAsync(store.collections.vanished.find({ _id: { $gte: key } }))
  await store.collections.vanished.deleteOne({ _id: first?._id ?? '' })
  assert.equal((await changes(5)).startOver, true)
  assert.equal((await changes(7)).vanished, '2:3')
  const left = await replica.committer.mailbox(key).read(true, ({ view }) => view.uidAt(0))
  assert.equal(left, 4)
})

test('a quiet mailbox gets rid of the operation that is applied, and dropped views come back', async () => {
  await using database = await openTestDatabase()
  const store = await openStore(database, { viewBytesMax: 0 })
  const { mailbox } = await append(appendOf(), store)
  const key = mailboxKey(ACCOUNT, mailbox)
  const pending = async () => (await store.collections.mailboxes.findOne({ _id: key }))?.pending
  await inspect(store, ACCOUNT)
  assert(store.committer.viewBytes > 0)
  await store.committer.tidy()
  assert.equal(store.committer.viewBytes, 0)
  assert(await pending(), 'it may be busy')
  await append(appendOf(), store)
  await store.committer.settled()
  await store.committer.tidy()
  assert(await pending(), 'it was busy')
  await store.committer.tidy()
  assert.equal(await pending(), undefined)
  assert.equal(await inspect(store, ACCOUNT), 'INBOX: 1 hello (), 2 hello ()')
  await append(appendOf(), store)
  assert.equal(await inspect(store, ACCOUNT), 'INBOX: 1 hello (), 2 hello (), 3 hello ()')
})

test('the views that were used last stay within the memory that there is for them', async () => {
  await using database = await openTestDatabase()
  const store = await openStore(database, { viewBytesMax: 5000 })
  for (const account of ['a', 'b', 'c']) {
    await append(appendOf({ account }), store)
    await inspect(store, account)
  }
  assert(store.committer.viewBytes > 0 && store.committer.viewBytes <= 5000)
})

test('each commit is announced once, with its MODSEQ', async () => {
  await using database = await openTestDatabase()
  const announced: number[] = []
  const store = await openStore(database, { announce: ({ modSeq }) => void announced.push(modSeq) })
  await append(appendOf({ mailId: 'm1' }), store)
  await Promise.all([append(appendOf(), store), append(appendOf(), store)])
  await append(appendOf({ mailId: 'm1' }), store)
  assert.deepEqual(announced, [2, 3])
})

test('what is long in a message stands last, so that views are read from the beginnings', async () => {
  await using database = await openTestDatabase()
  const store = await openStore(database)
  await append(appendOf(), store)
  for await (const message of store.collections.messages.find({})) {
    assert.equal(Object.keys(message).at(-1), 'details')
  }
})
