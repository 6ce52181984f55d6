import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '#lib/db/port.ts'
import { append } from '../append.ts'
import { appendBatch } from '../append-batch.ts'
import { copy } from '../copy.ts'
import { mailboxIdOf, mailboxKey } from '../documents.ts'
import { expunge } from '../expunge.ts'
import { createMailbox, deleteMailbox, renameMailbox } from '../mailboxes.ts'
import { move } from '../move/move.ts'
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

const CALLS_MAX = 120
/** Header fields of these messages are too much for one mailbox document, so that they are staged. */
const LARGE = ['large1', 'large2', 'large3', 'large4', 'large5']

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
  'move within a mailbox': async (store, account) => {
    const request = await toArchive(store, account)
    return move({ ...request, target: { id: request.source, name: '' } }, store)
  },
  'move to another account': async (store, account) => move(await toOther(store, account), store),
  'copy to another account': async (store, account) => copy(await toOther(store, account), store),
  appendBatch: (store, account) => appendBatch(batch(account, ['b1', 'b2', 'b3']), store),
  'appendBatch of many': (store, account) => appendBatch(batch(account, LARGE), store),
  'copy of many': async (store, account) =>
    copy({ ...(await toArchive(store, account)), uids: '1:*' }, store),
  'move of many': async (store, account) =>
    move({ ...(await toArchive(store, account)), uids: '1:*' }, store),
}

for (const [name, work] of Object.entries(WORKS)) {
  test(`${name}: killed at any call to the database, it is done once or not at all`, async () => {
    await using database = await openContractDatabase(process.env.MONGODB_URL)
    const prefix = name.replaceAll(' ', '-')
    const reference = await seed(database, `${prefix}-reference`)
    const before = await inspectBoth(reference, `${prefix}-reference`)
    await work(reference, `${prefix}-reference`)
    const after = await inspectBoth(reference, `${prefix}-reference`)
    assert.notEqual(before, after)
    await atEachCall(async (dies) => {
      const account = `${prefix}-${dies.when}-${dies.atCall}`
      const { survivor, died, answered } = await killAt(database, account, work, dies)
      const found = await inspectBoth(survivor, account)
      assert(found === after || (found === before && !answered), `${account}: ${found}`)
      await work(survivor, account)
      assert.equal(await inspectBoth(survivor, account), after, `${account}: after repeating it`)
      return died
    })
  })
}

test('a move that was killed at any call is completed by who only reads: nothing is lost or twice', async () => {
  await using database = await openContractDatabase(process.env.MONGODB_URL)
  const work = WORKS.move as Work
  await atEachCall(async (dies) => {
    const account = `reader-${dies.when}-${dies.atCall}`
    const { survivor, died } = await killAt(database, account, work, dies)
    const { source, target } = await toArchive(survivor, account)
    const archive = mailboxIdOf(await findMailbox(account, target, TENANT, survivor))
    const count = (id: string) =>
      survivor.committer.mailbox(mailboxKey(account, id)).read(true, ({ view }) => view.length)
    // In this order: what is moved in between would otherwise be seen nowhere.
    const counts = [await count(source), await count(archive)]
    assert.match(counts.join(), /^(3,1|1,3)$/)
    return died
  })
})

test('renaming INBOX, killed at any call, is done as a whole or not at all', async () => {
  await using database = await openContractDatabase(process.env.MONGODB_URL)
  const work: Work = (store, account) =>
    renameMailbox({ account, name: 'INBOX', newName: 'Above/Old' }, store)
  const all = '1 first (Home \\Seen), 2 second (\\Deleted), 3 third ()'
  const again: Work = (store, account) =>
    work(store, account).catch((error) => assert.equal(error.code, 'exists', String(error)))
  await afterEachKill(
    database,
    'rename',
    work,
    (found) => {
      const lines = found.split('\n').filter((line) => !line.startsWith('Above:'))
      const done = [`Above/Old: ${all}`, 'Archive: 1 old ()', 'INBOX: ']
      const undone = ['Archive: 1 old ()', `INBOX: ${all}`]
      assert(
        [done, undone].some((lists) => lists.join('\n') === lines.join('\n')),
        found,
      )
    },
    again,
  )
})

test('renaming a mailbox with others below it, killed at any call, is done as a whole or not at all', async () => {
  await using database = await openContractDatabase(process.env.MONGODB_URL)
  const below: Work = async (store, account) => {
    for (const name of ['Archive/a', 'Archive/b/c']) {
      await createMailbox({ account, tenant: TENANT, name, specialUse: '' }, store)
    }
  }
  const work: Work = (store, account) =>
    renameMailbox({ account, name: 'Archive', newName: 'New/x' }, store)
  await atEachCall(async (dies) => {
    const account = `tree-${dies.when}-${dies.atCall}`
    const { survivor, died } = await killAt(database, account, work, dies, below)
    const names = (text: string) => text.split('\n').map((line) => line.split(':')[0])
    const found = names(await inspect(survivor, account)).filter((name) => name !== 'New')
    const of = (top: string) => [top, `${top}/a`, `${top}/b`, `${top}/b/c`]
    assert(
      [of('Archive'), of('New/x')].some(
        (all) => [...all, 'INBOX'].sort().join() === found.sort().join(),
      ),
      found.join(),
    )
    return died
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
  ...[dies, prepare]: [Mortal['dies'], Work?]
): Promise<{ survivor: Store; died: boolean; answered: boolean }> {
  const seeded = await seed(database, account)
  await prepare?.(seeded, account)
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
  if (account.includes('to-another-account')) {
    await append(message(`${account}-other`, 'theirs'), store)
  }
  if (/^(copy|move)-of-many/.test(account)) await appendBatch(batch(account, LARGE), store)
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

async function toOther(store: Store, account: string) {
  const target = { id: '', name: 'INBOX' }
  return { ...(await toArchive(store, account)), target, targetAccount: `${account}-other` }
}

/** The account, and that next to it when there is one. */
async function inspectBoth(store: Store, account: string): Promise<string> {
  const own = await inspect(store, account)
  if (!account.includes('to-another-account')) return own
  return `${own}\n${await inspect(store, `${account}-other`)}`
}

function batch(account: string, subjects: readonly string[]) {
  async function* messages() {
    for (const subject of subjects) {
      const to = subject.startsWith('large') ? `To: ${MANY_ADDRESSES}\r\n` : ''
      const content = Buffer.from(`Subject: ${subject}\r\n${to}\r\n${subject}`)
      yield { mailId: `b-${subject}`, content, flags: ['\\Seen', subject], internalDate: 1e12 }
    }
  }
  const place = { account, tenant: TENANT, domain: '', mailbox: { id: '', name: 'INBOX' } }
  return { ...place, quotas: [], messages: messages() }
}

const MANY_ADDRESSES = Array.from({ length: 6000 }, (_, i) => `u${i}@e.test`).join(', ')
