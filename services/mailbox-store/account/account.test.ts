import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { systemClock } from '#lib/node/clock.ts'
import { append } from '../append.ts'
import { mailboxKey, vanishedKey } from '../documents.ts'
import {
  createMailbox,
  deleteMailbox,
  listMailboxes,
  renameMailbox,
  setSubscribed,
} from '../mailboxes.ts'
import { findByName } from '../names.ts'
import type { Store } from '../store.ts'
import {
  ACCOUNT,
  appendOf,
  collectionsOf,
  inspect,
  Killed,
  openStore,
  openStoreOn,
  openTestDatabase,
  TENANT,
} from '../testing.ts'
import { clearDeleted } from './delete.ts'

const DAY_MS = 86_400_000
const account = ACCOUNT
const fault = (code: string) => (error: unknown) => error instanceof Fault && error.code === code

test('a mailbox is renamed with those below it, and with those above that are missing. RFC 9051 §6.3.6', async () => {
  await using database = await openTestDatabase()
  const store = await openStore(database)
  await create(store, 'a/b/c', 'ab', 'x')
  await append(appendOf({ mailbox: { id: '', name: 'a/b' } }), store)
  const { _id, uidValidity } = (await findByName(account, 'a/b', store)) ?? assert.fail()
  const renamed = await renameMailbox({ account, name: 'a/b', newName: 'n/m' }, store)
  assert.deepEqual([renamed._id, renamed.uidValidity, renamed.exists], [_id, uidValidity, 1])
  assert.deepEqual(await names(store), ['INBOX', 'a', 'ab', 'n', 'n/m', 'n/m/c', 'x'])
  const refused: [name: string, newName: string, code: string][] = [
    ['n/m', 'n/m/c/d', 'invalid'],
    ['n/m', 'x', 'exists'],
    ['n/m', 'n/m', 'exists'],
    ['n/m', 'INBOX', 'exists'],
    ['gone', 'new', 'not-found'],
    ['n', `${'long/'.repeat(30)}end`, 'invalid'],
  ]
  for (const [name, newName, code] of refused) {
    await assert.rejects(renameMailbox({ account, name, newName }, store), fault(code), newName)
  }
  await create(store, 'y/m')
  await deleteMailbox({ account, name: 'y' }, store)
  await assert.rejects(renameMailbox({ account, name: 'n', newName: 'y' }, store), fault('exists'))
  assert.deepEqual(await names(store), ['INBOX', 'a', 'ab', 'n', 'n/m', 'n/m/c', 'x', 'y/m'])
})

test('half a renaming is completed by the next who lists, makes or misses a mailbox', async () => {
  const nexts: Record<string, (store: Store) => Promise<unknown>> = {
    list: (store) => listMailboxes({ account, tenant: TENANT }, store),
    create: (store) => create(store, 'other'),
    append: (store) => append(appendOf({ mailbox: { id: '', name: 'new/a' } }), store),
    rename: (store) => renameMailbox({ account, name: 'new', newName: 'newer' }, store),
  }
  for (const [name, next] of Object.entries(nexts)) {
    await using database = await openTestDatabase()
    const store = await openStore(database)
    await append(appendOf(), store)
    await create(store, 'old/a', 'old/b')
    const stored = async () => {
      const sort = { account: 1, name: 1 } as const
      const found = await Array.fromAsync(store.collections.mailboxes.find({ account }, { sort }))
      return found.map((one) => one.name).filter((one) => one !== 'INBOX' && one !== 'other')
    }
    let updates = 0
    const { collections } = store
    const dying = {
      ...collections,
      mailboxes: new Proxy(collections.mailboxes, {
        get: (target, property) => {
          // Before the second mailbox gets its name.
          if (property === 'updateOne' && ++updates > 1) throw new Killed()
          const method: unknown = Reflect.get(target, property)
          return typeof method === 'function' ? method.bind(target) : method
        },
      }),
    }
    const half = renameMailbox({ account, name: 'old', newName: 'new' }, openStoreOn(dying))
    await assert.rejects(half, Killed)
    assert.deepEqual(await stored(), ['new', 'old/a', 'old/b'])
    await next(store)
    const to = name === 'rename' ? 'newer' : 'new'
    assert.deepEqual(await stored(), [to, `${to}/a`, `${to}/b`], name)
    const { renaming } = (await collections.accounts.findOne({ _id: account })) ?? {}
    assert.equal(renaming, undefined)
  }
})

test('two replicas that rename, make and delete at the same time end with one state, and lose nothing', async () => {
  await using database = await openTestDatabase()
  const stores = [await openStore(database), await openStore(database)] as const
  const [first, second] = stores
  for (let round = 0; round < 10; round++) {
    await create(first, 'a/x', 'b')
    await append(appendOf({ mailbox: { id: '', name: 'a/x' }, mailId: `m${round}` }), first)
    await Promise.allSettled([
      renameMailbox({ account, name: 'a', newName: 'c' }, first),
      renameMailbox({ account, name: 'a', newName: 'd' }, second),
      create(second, 'a/y', 'c/x'),
      renameMailbox({ account, name: 'b', newName: 'c/b' }, second),
      deleteMailbox({ account, name: 'b' }, first),
    ])
    const lists = await Promise.all(stores.map((store) => names(store)))
    assert.deepEqual(lists[0], lists[1])
    const text = await inspect(first, account)
    assert.equal([...text.matchAll(/hello/g)].length, 1, text)
    for (const name of (lists[0] ?? []).filter((one) => one !== 'INBOX')) {
      await deleteMailbox({ account, name }, first)
    }
  }
})

test('a name that is made again has another UIDVALIDITY, though the clock went back. RFC 9051 §2.3.1.1', async () => {
  await using database = await openTestDatabase()
  let now = systemClock.now()
  const clock = { ...systemClock, now: () => now }
  const store = await openStore(database, { clock })
  const given: number[] = []
  for (let i = 0; i < 4; i++) {
    given.push((await createMailbox(mailboxOf('again'), store)).uidValidity)
    await renameMailbox({ account, name: 'again', newName: `kept${i}` }, store)
    given.push((await createMailbox(mailboxOf('again'), store)).uidValidity)
    await deleteMailbox({ account, name: 'again' }, store)
    now -= 3 * DAY_MS
  }
  assert.deepEqual(
    given,
    given.toSorted((a, b) => a - b),
  )
  assert.equal(new Set(given).size, given.length)
})

test('subscriptions are to names: neither a new name nor none changes them. RFC 9051 §6.3.7', async () => {
  await using database = await openTestDatabase()
  const store = await openStore(database)
  await create(store, 'a', 'b')
  for (const name of ['a', 'b']) await setSubscribed({ account, name, subscribed: true }, store)
  await renameMailbox({ account, name: 'a', newName: 'c' }, store)
  await deleteMailbox({ account, name: 'b' }, store)
  const { subscribed } = await listMailboxes({ account, tenant: TENANT }, store)
  assert.deepEqual([...subscribed].sort(), ['INBOX', 'a', 'b'])
})

test('subscriptions have a limit, of their number and of all their names', async () => {
  await using database = await openTestDatabase()
  const store = await openStore(database)
  const { accounts } = store.collections
  await listMailboxes({ account, tenant: TENANT }, store)
  for (const [count, length, room] of [
    [9999, 10, true],
    [10_000, 10, false],
    [1000, 1000, true],
    [1100, 1000, false],
  ] as const) {
    const names = Array.from({ length: count }, (_, i) => `${i}`.padEnd(length, 'x'))
    await accounts.updateOne({ _id: account }, { $set: { subscribed: names } })
    const subscribed = setSubscribed({ account, name: 'one more', subscribed: true }, store)
    if (room) await subscribed
    else await assert.rejects(subscribed, fault('over-quota'))
  }
  const set = { account: 'a/b', name: 'x', subscribed: true }
  await assert.rejects(setSubscribed(set, store), fault('invalid'))
})

test('what is deleted counts nothing, and is forgotten after a day, with what latecomers wrote', async () => {
  await using database = await openTestDatabase()
  let now = systemClock.now()
  const store = await openStore(database, { clock: { ...systemClock, now: () => now } })
  const { _id } = await createMailbox({ ...mailboxOf('old'), specialUse: 'junk' }, store)
  const mailbox = { id: '', name: 'old' }
  await append(appendOf({ mailbox }), store)
  await store.committer.settled()
  const { collections } = store
  const late = await Array.fromAsync(collections.messages.find({ mailbox: _id }))
  await deleteMailbox({ account, name: 'old' }, store)
  await createMailbox({ ...mailboxOf('old'), specialUse: 'junk' }, store)
  assert.deepEqual(await names(store), ['INBOX', 'old'])
  const deleted = await collections.mailboxes.findOne({ _id })
  assert.deepEqual([deleted?.bytes, deleted?.exists], [0, 0])
  // Who is just reading it must not see half of it.
  assert.equal(await collections.messages.count({ mailbox: _id, modSeq: { $gt: 0 } }), 1)
  await clearDeleted(_id, store)
  assert(late[0])
  await collections.messages.insertOne(late[0])
  await assert.rejects(
    append(appendOf({ mailbox: { id: _id.split('/')[1] ?? '', name: '' } }), store),
  )
  await clearDeleted(_id, store)
  assert.notEqual(await collections.mailboxes.findOne({ _id }), undefined)
  now += DAY_MS
  await clearDeleted(_id, store)
  assert.equal(await collections.mailboxes.findOne({ _id }), undefined)
  assert.equal(await collections.messages.count({ mailbox: _id, modSeq: { $gt: 0 } }), 0)
})

test('however much a deleted mailbox held, it goes a little at a time', async (t) => {
  await using database = await openTestDatabase()
  const store = await openStore(database)
  const { collections } = store
  const { _id } = await createMailbox({ ...mailboxOf('old'), specialUse: '' }, store)
  const numbers = Array.from({ length: 1100 }, (_, i) => i + 1)
  const expiresAt = new Date(systemClock.now() + 3_600_000)
  await collections.receipts.bulkWrite(
    numbers.map((n) => ({
      kind: 'insert',
      document: { _id: `${_id}/m:${n}`, modSeq: n, uids: `${n}`, expiresAt },
    })),
  )
  await collections.vanished.bulkWrite(
    numbers.map((n) => ({
      kind: 'insert',
      document: { _id: vanishedKey(_id, n), modSeq: n, previous: n - 1, uids: '1', expiresAt },
    })),
  )
  const deletions = [collections.receipts, collections.vanished].map(
    (collection) => t.mock.method(collection, 'deleteMany').mock,
  )
  await deleteMailbox({ account: ACCOUNT, name: 'old' }, store)
  await clearDeleted(_id, store)
  for (const { calls } of deletions) {
    assert.deepEqual(await Promise.all(calls.map(({ result }) => result)), [1000, 100])
  }
})

test('the domain of an account is that of its mailboxes, as it was told last', async () => {
  await using database = await openTestDatabase()
  const [store, replica] = [await openStore(database), await openStore(database)]
  const domains = async () => {
    const found = await Array.fromAsync(store.collections.mailboxes.find({ account }))
    return found.map(({ domain }) => domain)
  }
  await append(appendOf(), store)
  await create(store, 'a')
  assert.deepEqual(await domains(), ['', ''])
  await append(appendOf({ domain: 'one.test' }), store)
  assert.deepEqual(await domains(), ['one.test', 'one.test'])
  await create(replica, 'b')
  await append(appendOf({ domain: 'two.test' }), replica)
  await append(appendOf(), store)
  assert.deepEqual(await domains(), ['two.test', 'two.test', 'two.test'])
  const inbox = await findByName(account, 'INBOX', store)
  const state = await store.committer
    .mailbox(mailboxKey(account, inbox?._id.split('/')[1] ?? ''))
    .read(false, ({ mailbox }) => mailbox)
  assert.equal(state.domain, 'two.test')
})

test('thousands may be deleted in a day without counting as mailboxes', async () => {
  await using database = await openTestDatabase()
  const store = openStoreOn(await collectionsOf(database))
  await create(store, 'a')
  const one = (await findByName(account, 'a', store)) ?? assert.fail()
  await store.collections.mailboxes.bulkWrite(
    Array.from({ length: 5000 }, (_, i) => ({
      kind: 'insert' as const,
      document: { ...one, _id: `${account}/d${i}`, name: `\u0000d${i}`, deletedAt: new Date() },
    })),
  )
  await create(store, 'b')
  assert.deepEqual(await names(store), ['INBOX', 'a', 'b'])
})

function mailboxOf(name: string) {
  return { account, tenant: TENANT, name, specialUse: '' }
}

async function create(store: Store, ...all: string[]): Promise<void> {
  for (const name of all) await createMailbox(mailboxOf(name), store)
}

async function names(store: Store): Promise<string[]> {
  const { mailboxes } = await listMailboxes({ account, tenant: TENANT }, store)
  return mailboxes.map(({ name }) => name)
}
