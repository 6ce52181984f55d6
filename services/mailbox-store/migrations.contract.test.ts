import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Collection } from '#lib/db/port.ts'
import { PROGRESS, type ProgressDocument } from '#lib/db/schema/documents.ts'
import { migrate, migrationId } from '#lib/db/schema/migrate.ts'
import { systemClock } from '#lib/node/clock.ts'
import { append } from './append.ts'
import type { Collections, MailboxDocument } from './documents.ts'
import { migrations } from './migrations.ts'
import { locateMailbox } from './names.ts'
import {
  appendOf,
  collectionsOf,
  Killed,
  Mortal,
  openContractDatabase,
  openStoreOn,
  TENANT,
} from './testing.ts'

const CALLS_MAX = 60
const HOUR_MS = 3_600_000
const INBOX = { id: '', name: 'INBOX' }

type Kept = Collections & { readonly progress: Collection<ProgressDocument> }

test('mailboxes get the domain of their account, wherever the migration is killed', async () => {
  await using database = await openContractDatabase(process.env.MONGODB_URL)
  const progress = await database.collection(PROGRESS)
  const kept: Kept = { ...(await collectionsOf(database)), progress }
  for (const when of ['before', 'after'] as const) {
    let died = true
    for (let atCall = 1; died; atCall++) {
      assert.ok(atCall < CALLS_MAX)
      for (const all of [progress, kept.mailboxes, kept.accounts]) await all.deleteMany({})
      const accounts = await seed(kept, `${when}-${atCall}`)
      const mortal = new Mortal(kept)
      mortal.dies = { atCall, when }
      await carryOut(mortal.collections as Kept, 0).catch((error) =>
        assert(error instanceof Killed),
      )
      died = mortal.dead
      // Whoever died holds the lease for a minute.
      await carryOut(kept, HOUR_MS)
      const domains = await Promise.all(accounts.map((account) => domainOf(kept, account)))
      assert.deepEqual(domains, ['a.test', 'b.test', '', undefined], `killed ${when} ${atCall}`)
      const done = await progress.findOne({ _id: migrationId('mailbox-domains') })
      assert.ok(done?.doneAt)
    }
  }
})

test('a domain that is told while the migration looks is the one that stays', async () => {
  await using database = await openContractDatabase(process.env.MONGODB_URL)
  const collections = await collectionsOf(database)
  const [account = ''] = await seed(collections, 'race')
  const [migration] = migrations(collections)
  const mailbox = await collections.mailboxes.findOne({ account, name: 'INBOX' })
  const step = await migration?.change(mailbox ?? assert.fail())
  assert.ok(step)
  await locateMailbox(
    { account, tenant: TENANT, domain: 'new.test' },
    INBOX,
    openStoreOn(collections),
  )
  const late = { _id: mailbox?._id ?? '', ...step.where }
  assert.equal((await collections.mailboxes.updateOne(late, step.update)).matched, 0)
  assert.equal(await domainOf(collections, account), 'new.test')
})

/** Accounts as they were left: one whose mailboxes know less than it, one that is as it should be, two never told. */
async function seed(collections: Collections, prefix: string): Promise<string[]> {
  const store = openStoreOn(collections)
  const accounts = ['1', '2', '3', '4'].map((name) => `${prefix}-${name}`)
  for (const account of accounts) {
    await append(appendOf({ account, tenant: TENANT, mailId: 'm1' }), store)
  }
  const [one = '', two = '', , four = ''] = accounts
  await collections.accounts.updateOne({ _id: one }, { $set: { domain: 'a.test' } })
  await locateMailbox({ account: two, tenant: TENANT, domain: 'b.test' }, INBOX, store)
  // As the first versions wrote them.
  await collections.mailboxes.updateMany({ account: four }, { $unset: { domain: true } })
  return accounts
}

async function carryOut(kept: Kept, laterMs: number): Promise<void> {
  const now = () => systemClock.now() + laterMs
  const clock = { ...systemClock, now, sleep: () => Promise.resolve() }
  for (const migration of migrations(kept)) {
    await migrate(migration, {
      ...{ clock, progress: kept.progress, owner: `p${laterMs}`, pageDocuments: 3 },
      signal: new AbortController().signal,
      told: () => undefined,
    })
  }
}

async function domainOf(
  { mailboxes }: Pick<Collections, 'mailboxes'>,
  account: string,
): Promise<string | undefined> {
  const found = (await mailboxes.findOne({ account, name: 'INBOX' })) as Partial<MailboxDocument>
  return found.domain
}
