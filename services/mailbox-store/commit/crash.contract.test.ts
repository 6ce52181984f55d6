import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '#lib/db/port.ts'
import { append } from '../append.ts'
import { copy, move } from '../copy.ts'
import { mailboxIdOf } from '../documents.ts'
import { expunge } from '../expunge.ts'
import { createMailbox, deleteMailbox, renameMailbox } from '../mailboxes.ts'
import { findMailbox } from '../names.ts'
import type { Store } from '../store.ts'
import { storeFlags } from '../store-flags.ts'
import {
  appendOf,
  collectionsOf,
  inspect,
  Killed,
  Mortal,
  openContractDatabase,
  openStore,
  openStoreOn,
  TENANT,
} from '../testing.ts'

/** What a process is doing when it dies; a repetition carries the same ids. */
type Work = (store: Store, account: string) => Promise<unknown>

const CALLS_MAX = 60

const WORKS: Record<string, Work> = {
  append: (store, account) => append(message(account, 'new', { mailId: 'm9' }), store),
  storeFlags: async (store, account) => {
    const mailbox = await inboxId(store, account)
    const flags = ['\\Flagged', 'Work']
    const what = { uids: '1:3', mode: 'add', flags, unchangedSince: undefined } as const
    return storeFlags({ account, mailbox, ...what, operationId: 'o1' }, store)
  },
  expunge: async (store, account) => {
    const mailbox = await inboxId(store, account)
    return expunge({ account, mailbox, uids: '', operationId: 'o1' }, store)
  },
  copy: async (store, account) => copy(await toArchive(store, account), store),
  move: async (store, account) => move(await toArchive(store, account), store),
}

for (const [name, work] of Object.entries(WORKS)) {
  test(`${name}: killed at any call to the database, it is done once or not at all`, async () => {
    await using database = await openContractDatabase(process.env.MONGODB_URL)
    const reference = await seed(database, `${name}-reference`)
    const before = await inspect(reference, `${name}-reference`)
    await work(reference, `${name}-reference`)
    const after = await inspect(reference, `${name}-reference`)
    assert.notEqual(before, after)
    await atEachCall(async (dies) => {
      const account = `${name}-${dies.when}-${dies.atCall}`
      const { survivor, died, answered } = await killAt(database, account, work, dies)
      const found = await inspect(survivor, account)
      assert(found === after || (found === before && !answered), `${account}: ${found}`)
      await work(survivor, account)
      assert.equal(await inspect(survivor, account), after, `${account}: after repeating it`)
      return died
    })
  })
}

test('renaming INBOX, killed at any call, loses and doubles nothing', async () => {
  await using database = await openContractDatabase(process.env.MONGODB_URL)
  const work: Work = (store, account) =>
    renameMailbox({ account, name: 'INBOX', newName: 'Old' }, store)
  await afterEachKill(database, 'rename', work, (found) => {
    const subjects = [...found.matchAll(/(first|second|third)/g)].map(([word]) => word)
    assert.deepEqual(subjects.sort(), ['first', 'second', 'third'], found)
  })
})

test('creating and deleting a mailbox, killed at any call, can be asked for again', async () => {
  await using database = await openContractDatabase(process.env.MONGODB_URL)
  const create: Work = async (store, account) => {
    await createMailbox({ account, tenant: TENANT, name: 'x/y', specialUse: '' }, store).catch(
      (error) => assert.equal(error.code, 'exists', String(error)),
    )
  }
  await afterEachKill(database, 'create', create, () => undefined, create)
  const remove: Work = async (store, account) => {
    await deleteMailbox({ account, name: 'Archive' }, store).catch((error) => {
      if (error instanceof Killed) throw error
      assert.equal(error.code, 'not-found', String(error))
    })
  }
  await afterEachKill(database, 'delete', remove, () => undefined, remove)
})

async function afterEachKill(
  database: Database,
  name: string,
  work: Work,
  ...[check, again]: [(found: string) => void, Work?]
): Promise<void> {
  await atEachCall(async (dies) => {
    const account = `${name}-${dies.when}-${dies.atCall}`
    const { survivor, died } = await killAt(database, account, work, dies)
    check(await inspect(survivor, account))
    await again?.(survivor, account)
    check(await inspect(survivor, account))
    return died
  })
}

type Death = NonNullable<Mortal['dies']>

/** Goes on until nobody dies any more, since the work makes no more calls. */
async function atEachCall(kill: (dies: Death) => Promise<boolean>): Promise<void> {
  await Promise.all(
    (['before', 'after'] as const).map(async (when) => {
      for (let atCall = 1; await kill({ atCall, when }); atCall++) {
        assert(atCall < CALLS_MAX, 'it ends')
      }
    }),
  )
}

async function killAt(
  database: Database,
  account: string,
  work: Work,
  dies: Mortal['dies'],
): Promise<{ survivor: Store; died: boolean; answered: boolean }> {
  await seed(database, account)
  const mortal = new Mortal(await collectionsOf(database))
  const victim = openStoreOn(mortal.collections)
  mortal.dies = dies
  let answered = true
  try {
    await work(victim, account)
  } catch (error) {
    if (!mortal.dead) throw error
    answered = false
  }
  // The answer goes out before the operation is applied: what comes then may still kill it.
  if (!mortal.dead) await victim.committer.settled()
  return { survivor: await openStore(database), died: mortal.dead, answered }
}

async function seed(database: Database, account: string): Promise<Store> {
  const store = await openStore(database)
  await append(message(account, 'first', { flags: ['\\Seen', 'Home'] }), store)
  await append(message(account, 'second', { flags: ['\\Deleted'] }), store)
  await append(message(account, 'third'), store)
  await createMailbox({ account, tenant: TENANT, name: 'Archive', specialUse: 'archive' }, store)
  await append(message(account, 'old', { mailbox: { id: '', name: 'Archive' } }), store)
  await store.committer.settled()
  return store
}

function message(account: string, subject: string, more: Parameters<typeof appendOf>[0] = {}) {
  return appendOf({
    account,
    content: Buffer.from(`Subject: ${subject}\r\n\r\n${subject}`),
    ...more,
  })
}

async function inboxId(store: Store, account: string): Promise<string> {
  return mailboxIdOf(await findMailbox(account, { id: '', name: 'INBOX' }, TENANT, store))
}

async function toArchive(store: Store, account: string) {
  const source = await inboxId(store, account)
  const target = { id: '', name: 'Archive' }
  return { account, source, uids: '1:2', target, targetAccount: '', operationId: 'o1', quotas: [] }
}
