import assert from 'node:assert/strict'
import { test } from 'node:test'
import { append } from '../append.ts'
import { mailboxIdOf } from '../documents.ts'
import { expunge } from '../expunge.ts'
import { createMailbox, deleteMailbox, renameMailbox } from '../mailboxes.ts'
import { move } from '../move/move.ts'
import { findMailbox } from '../names.ts'
import type { Store } from '../store.ts'
import { storeFlags } from '../store-flags.ts'
import {
  ACCOUNT as account,
  appendOf,
  collectionsOf,
  openContractDatabase,
  openStore,
  TENANT as tenant,
} from '../testing.ts'
import { checkAccount } from './account.ts'

const ROUNDS = process.env.MONGODB_URL === undefined ? 40 : 10

test('while two replicas change a mailbox without a pause, checks find nothing, and repair nothing', async () => {
  await using database = await openContractDatabase(process.env.MONGODB_URL)
  const { mailboxes } = await collectionsOf(database)
  const replicas = [await openStore(database), await openStore(database)]
  const [first] = replicas as [Store]
  await createMailbox({ account, tenant, name: 'Archive', specialUse: '' }, first)
  const inbox = await findMailbox(account, { id: '', name: 'INBOX' }, tenant, first)
  const archive = await findMailbox(account, { id: '', name: 'Archive' }, tenant, first)
  for (let i = 0; i < 20; i++) await append(appendOf({ mailId: `seed${i}` }), first)

  let working = true
  const work = Promise.all(
    replicas.flatMap((store, at) => [
      change(store, `a${at}`, inbox, archive),
      change(store, `b${at}`, archive, inbox),
      arrange(store, `c${at}`),
    ]),
  ).finally(() => {
    working = false
  })
  // One that remembers nothing, one whose views are kept, and one that would repair.
  const { modSeq } = (await mailboxes.findOne({ _id: inbox })) ?? assert.fail()
  let checks = 0
  const check = async (store: Store, repair: boolean) => {
    while (working) {
      const findings = await Array.fromAsync(checkAccount(account, store, { repair, bytes: true }))
      assert.deepEqual(findings, [])
      checks++
    }
  }
  await Promise.all([work, check(first, false), check(await openStore(database), true)])
  assert(checks > 1, `${checks} checks`)
  const after = (await mailboxes.findOne({ _id: inbox })) ?? assert.fail()
  assert(after.modSeq > modSeq + ROUNDS, 'it was changed meanwhile')
})

/** Messages come, get flags, go to the other mailbox, and go for good. */
async function change(store: Store, name: string, here: string, there: string): Promise<void> {
  const mailbox = mailboxIdOf(here)
  const ids = (round: number) => ({ account, mailbox, operationId: `${name}-${round}` })
  for (let round = 0; round < ROUNDS; round++) {
    const into = { mailbox: { id: mailbox, name: '' } }
    const append1 = append(appendOf({ ...into, mailId: `${name}-${round}` }), store)
    const append2 = append(appendOf({ ...into, flags: ['\\Deleted', `Key${round}`] }), store)
    const [{ uid }] = await Promise.all([append1, append2])
    const flags = { mode: 'add', flags: ['\\Seen', 'Work'], unchangedSince: undefined } as const
    await storeFlags({ ...ids(round), uids: `1:${uid}`, ...flags }, store)
    if (round % 3 === 0) await expunge({ ...ids(round), uids: '' }, store)
    const target = { id: mailboxIdOf(there), name: '' }
    const uids = `${Math.max(1, uid - 5)}:${uid}`
    const moved = { account, source: mailbox, uids, target, targetAccount: '', quotas: [] }
    if (round % 4 === 0) await move({ ...moved, operationId: `m${name}-${round}` }, store)
  }
}

/** Mailboxes come, are filled, get other names, and go. */
async function arrange(store: Store, name: string): Promise<void> {
  for (let round = 0; round < ROUNDS / 4; round++) {
    const made = `${name}-${round}`
    await createMailbox({ account, tenant, name: `${made}/below`, specialUse: '' }, store)
    const mailbox = { id: '', name: `${made}/below` }
    await append(appendOf({ mailbox, domain: 'example.test' }), store)
    await renameMailbox({ account, name: made, newName: `${made}-new` }, store)
    await deleteMailbox({ account, name: `${made}-new/below` }, store)
  }
}
