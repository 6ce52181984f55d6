import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '#lib/node/clock.ts'
import { append } from '../append.ts'
import { findMailbox } from '../names.ts'
import { appendOf, openStore, openTestDatabase, TENANT } from '../testing.ts'
import { checkAll } from './all.ts'

const clock = { ...systemClock, sleep: async () => undefined }

test('all accounts are checked once, also those of which only something is left', async () => {
  await using database = await openTestDatabase()
  const store = await openStore(database, { clock })
  // In the order of `account/`, in which one may be the beginning of another.
  const accounts = ['a', 'a-b', 'a.b', 'a0', 'aa', 'b']
  for (const account of accounts) await append(appendOf({ account }), store)
  await store.collections.metadata.insertOne({ _id: 'a_/x', version: 1, entries: [] })
  const reports = await Array.fromAsync(checkAll(store, { repair: false, bytes: false }))
  const seen = reports.flatMap((report) => (report.kind === 'account' ? [report.account] : []))
  assert.deepEqual(seen.sort(), [...accounts, 'a_'].sort())
  const findings = reports.filter((report) => report.kind !== 'account')
  assert.deepEqual(
    findings.map(({ kind, account }) => [kind, account]),
    [['orphan', 'a_']],
  )
})

test('a walk over all mailboxes pushes none out that a process has open', async () => {
  await using database = await openTestDatabase()
  const store = await openStore(database, { clock, openMax: 2 })
  for (let i = 0; i < 10; i++) await append(appendOf({ account: `cold${i}` }), store)
  for (const account of ['warm1', 'warm2']) {
    await append(appendOf({ account }), store)
    const key = await findMailbox(account, { id: '', name: 'INBOX' }, TENANT, store)
    await store.committer.mailbox(key).read(true, () => undefined)
  }
  await store.committer.settled()
  const bytes = store.committer.viewBytes
  assert(bytes > 0)
  for await (const report of checkAll(store, { repair: false, bytes: true })) {
    assert.equal(report.kind, 'account')
  }
  await store.committer.settled()
  assert.deepEqual([store.committer.openMailboxes, store.committer.viewBytes], [2, bytes])
})
