import assert from 'node:assert/strict'
import { test } from 'node:test'
import { append } from '../append.ts'
import { mailboxIdOf, mailboxKey } from '../documents.ts'
import { createMailbox } from '../mailboxes.ts'
import { move } from '../move/move.ts'
import { findMailbox } from '../names.ts'
import type { Store } from '../store.ts'
import {
  ACCOUNT,
  appendOf,
  collectionsOf,
  inspect,
  openStore,
  openStoreOn,
  openTestDatabase,
  TENANT,
} from '../testing.ts'

test('a repetition is answered with a MODSEQ at which the message is there', async () => {
  await using database = await openTestDatabase()
  const first = await openStore(database)
  await append(appendOf({ mailId: 'm1' }), first)
  await first.committer.settled()
  const collections = await collectionsOf(database)
  let done: { modSeq: number } | undefined
  // Between reading the mailbox and looking whether it was done, someone else does it.
  const receipts = new Proxy(collections.receipts, {
    get: (target, name) => {
      if (name !== 'find') return Reflect.get(target, name).bind(target)
      return async function* find(filter: { _id: string }) {
        done ??= await append(appendOf({ mailId: 'm2' }), first)
        await first.committer.settled()
        yield* target.find(filter)
      }
    },
  })
  const second = openStoreOn({ ...collections, receipts })
  const answer = await append(appendOf({ mailId: 'm2' }), second)
  assert.deepEqual([answer.repeated, answer.modSeq], [true, done?.modSeq])
})

test('who knew of a move long ago does not begin it again when its receipt has expired', async () => {
  await using database = await openTestDatabase()
  const first = await openStore(database)
  await append(appendOf({ content: Buffer.from('Subject: m1\r\n\r\n') }), first)
  const made = { account: ACCOUNT, tenant: TENANT, name: 'Archive', specialUse: '' }
  const { _id } = await createMailbox(made, first)
  const inbox = await findMailbox(ACCOUNT, { id: '', name: 'INBOX' }, TENANT, first)
  let fails = true
  const at = (step: string) => {
    if (step === 'depart' && fails) throw new Error('the database does not answer')
  }
  const second = openStoreOn(await collectionsOf(database), { at })
  const request = {
    account: ACCOUNT,
    source: mailboxIdOf(inbox),
    uids: '1',
    target: { id: mailboxIdOf(_id), name: '' },
    targetAccount: '',
    operationId: 'o1',
    quotas: [],
  }
  await assert.rejects(move(request, second))
  fails = false
  const after = 'Archive: 1 m1 ()\nINBOX: '
  assert.equal(await inspect(first, ACCOUNT), after)
  await first.committer.settled()
  const key = mailboxKey(ACCOUNT, mailboxIdOf(_id))
  await first.collections.receipts.deleteMany({ _id: { $gte: `${key}/`, $lt: `${key}0` } })
  const before = await modSeqOf(first, key)
  await second.committer.mailbox(inbox).read(false, () => undefined)
  assert.equal(await inspect(second, ACCOUNT), after)
  assert.equal(await modSeqOf(first, key), before)
})

function modSeqOf(store: Store, key: string): Promise<number> {
  return store.committer.mailbox(key).read(false, ({ mailbox }) => mailbox.modSeq)
}
