import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SqliteDatabase } from '#lib/db/sqlite.ts'
import { systemClock } from '#lib/node/clock.ts'
import { append } from './append.ts'
import { type ChangesAnswer, changesSince, viewMailbox } from './changes.ts'
import { expunge } from './expunge.ts'
import type { Store } from './store.ts'
import { storeFlags } from './store-flags.ts'
import {
  ACCOUNT,
  appendOf,
  collectionsOf,
  openStore,
  openStoreOn,
  openTestDatabase,
  TENANT,
} from './testing.ts'

const DAY_MS = 86_400_000
/** As `testing.ts` sets it. */
const KEEP_VANISHED_MS = 30 * DAY_MS

const INBOX = { id: '', name: 'INBOX' }

/** An answer in few words: `3 4 -1:2 @9`, or `over @9`. */
function spell({ mailbox, changed, vanished, startOver }: ChangesAnswer): string {
  const uids = new Uint32Array(changed.uids.buffer).join(' ')
  const words = [uids, vanished && `-${vanished}`, startOver && 'over', `@${mailbox.modSeq}`]
  return words.filter(Boolean).join(' ')
}

async function remove(uids: string, mailbox: string, store: Store): Promise<void> {
  const place = { account: ACCOUNT, mailbox, uids, operationId: '', unchangedSince: undefined }
  await storeFlags({ ...place, mode: 'add', flags: ['\\Deleted'] }, store)
  await expunge(place, store)
}

test('changes are those after a MODSEQ, and not those before. RFC 7162 §3.2.5', async () => {
  await using database = await openTestDatabase()
  const store = await openStore(database)
  const { mailbox } = await append(appendOf(), store)
  for (let i = 0; i < 3; i++) await append(appendOf(), store)
  const { mailbox: before } = await viewMailbox(
    { account: ACCOUNT, tenant: TENANT, mailbox: INBOX },
    store,
  )
  const start = before.modSeq
  await remove('2', mailbox, store)
  const place = { account: ACCOUNT, mailbox, operationId: '', unchangedSince: undefined }
  await storeFlags({ ...place, uids: '3', mode: 'add', flags: ['\\Seen'] }, store)
  await append(appendOf(), store)

  const { uidValidity } = before
  const cases: [since: number, uidValidity: number, answer: string][] = [
    [start, uidValidity, `3 5 -2 @${start + 4}`],
    [start, 0, `3 5 -2 @${start + 4}`],
    [start + 1, uidValidity, `3 5 -2 @${start + 4}`],
    [start + 2, uidValidity, `3 5 @${start + 4}`], // gone by then
    [start + 3, uidValidity, `5 @${start + 4}`],
    [start + 4, uidValidity, `@${start + 4}`],
    [start + 5, uidValidity, `over @${start + 4}`], // a MODSEQ that there never was
    [start, uidValidity + 1, `over @${start + 4}`],
    [0, uidValidity, `1 3 4 5 -2 @${start + 4}`],
  ]
  for (const [since, validity, answer] of cases) {
    const asked = { account: ACCOUNT, mailbox, since, uidValidity: validity }
    assert.equal(spell(await changesSince(asked, store)), answer, `since ${since}`)
  }
})

test('opening a mailbox, or asking what is new, takes one round trip when its view is kept', async () => {
  await using database = await openTestDatabase()
  const asked: string[] = []
  const entries = Object.entries(await collectionsOf(database)).map(([name, collection]) => [
    name,
    new Proxy(collection, {
      get(target, method) {
        const value: unknown = Reflect.get(target, method)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          asked.push(`${name}.${String(method)}`)
          return value.apply(target, args)
        }
      },
    }),
  ])
  const store = openStoreOn(Object.fromEntries(entries))
  const { mailbox } = await append(appendOf(), store)
  await store.committer.settled()
  const open = async (name: string) => {
    asked.length = 0
    const one = { id: name === '' ? mailbox : '', name }
    await viewMailbox({ account: ACCOUNT, tenant: TENANT, mailbox: one }, store)
    return asked.sort().join(' ')
  }
  // Two at the same time, then the messages: a small mailbox is not looked up among the snapshots.
  assert.equal(await open(''), 'accounts.findOne mailboxes.findOne messages.find')
  assert.equal(await open(''), 'accounts.findOne mailboxes.findOne')
  assert.equal(await open('INBOX'), 'accounts.findOne mailboxes.findOne')
  asked.length = 0
  await changesSince({ account: ACCOUNT, mailbox, since: 1, uidValidity: 0 }, store)
  assert.deepEqual(asked, ['mailboxes.findOne'])
})

test('expunges are remembered for as long as is set; who was away for longer starts over', async () => {
  let now = systemClock.now()
  const clock = { ...systemClock, now: () => now }
  await using database = await SqliteDatabase.open(':memory:', clock)
  const store = await openStore(database, { clock })
  const { mailbox } = await append(appendOf(), store)
  for (let i = 0; i < 3; i++) await append(appendOf(), store)
  const start = 5
  await remove('1', mailbox, store)
  now += KEEP_VANISHED_MS / 2
  await remove('2', mailbox, store)
  const asked = async (since: number) => {
    await store.committer.settled()
    await database.removeExpired()
    return spell(await changesSince({ account: ACCOUNT, mailbox, since, uidValidity: 0 }, store))
  }
  assert.equal(await asked(start), `-1:2 @${start + 4}`)
  now += KEEP_VANISHED_MS / 2 - 1
  assert.equal(await asked(start), `-1:2 @${start + 4}`)
  now += 1
  assert.equal(await asked(start), `over @${start + 4}`)
  assert.equal(await asked(start + 2), `-2 @${start + 4}`)
  now += KEEP_VANISHED_MS
  assert.equal(await asked(start + 2), `over @${start + 4}`)
  assert.equal(await asked(start + 4), `@${start + 4}`)
})
