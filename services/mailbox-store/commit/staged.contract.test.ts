import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appendBatch, type BatchMessage } from '../append-batch.ts'
import { copy } from '../copy.ts'
import { mailboxIdOf, mailboxKey } from '../documents.ts'
import { createMailbox } from '../mailboxes.ts'
import { move } from '../move/move.ts'
import { findMailbox } from '../names.ts'
import type { Store } from '../store.ts'
import { storeFlags } from '../store-flags.ts'
import {
  ACCOUNT as account,
  openContractDatabase,
  openStore,
  TENANT as tenant,
} from '../testing.ts'
import { toNames } from './flag-words.ts'

/** Of a server that others use as well, less is asked. */
const MANY = process.env.MONGODB_URL === undefined ? 3000 : 1200

test('thousands of messages are copied and moved in one commit, with their flags', async () => {
  await using database = await openContractDatabase(process.env.MONGODB_URL)
  const seen: string[] = []
  const announce = ({ name, exists }: { name: string; exists: number }) =>
    void seen.push(`${name} ${exists}`)
  const store = await openStore(database, { announce })
  const inbox = mailboxIdOf(await findMailbox(account, { id: '', name: 'INBOX' }, tenant, store))
  const where = { account, tenant, domain: '', mailbox: { id: inbox, name: '' }, quotas: [] }
  await appendBatch({ ...where, messages: messages(MANY) }, store)
  await flag(store, inbox, '1:*', 'Everywhere')
  const made = { account, tenant, name: 'Archive', specialUse: '' }
  const archive = mailboxIdOf((await createMailbox(made, store))._id)
  // The target has other bits for keywords.
  await appendBatch({ ...where, mailbox: { id: archive, name: '' }, messages: messages(1) }, store)
  await flag(store, archive, '1', 'Zebra', 'Apple')
  seen.length = 0

  const request = { account, source: inbox, targetAccount: '', quotas: [] }
  const target = { id: archive, name: '' }
  const copied = await copy({ ...request, uids: '1:*', target, operationId: 'o1' }, store)
  assert.deepEqual([copied.sourceUids, copied.targetUids], [`1:${MANY}`, `2:${MANY + 1}`])
  assert.deepEqual(seen.splice(0), [`Archive ${MANY + 1}`])
  const again = await copy({ ...request, uids: '1:*', target, operationId: 'o1' }, store)
  assert.deepEqual([again.targetUids, seen.length], [`2:${MANY + 1}`, 0])

  const moved = await move({ ...request, uids: '2:*', target, operationId: 'o2' }, store)
  assert.deepEqual([moved.sourceUids, moved.targetUids], [`2:${MANY}`, `${MANY + 2}:${2 * MANY}`])
  assert.deepEqual(seen, [`INBOX ${MANY}`, `Archive ${2 * MANY}`, 'INBOX 1'])
  const within = await move(
    { ...request, source: archive, uids: '2:*', target, operationId: '' },
    store,
  )
  assert.equal(within.targetUids, `${2 * MANY + 1}:${4 * MANY - 1}`)
  await store.committer.settled()
  for (const one of [store, await openStore(database)]) {
    assert.deepEqual(await flagsAt(one, archive, 4 * MANY - 1), ['Everywhere', `even`])
    assert.deepEqual(await flagsAt(one, archive, 4 * MANY - 2), ['Everywhere', `odd`])
    assert.deepEqual(await flagsAt(one, archive, 1), ['Apple', 'Zebra', 'odd'])
  }
  assert.equal(
    (await Array.fromAsync(store.collections.staged.find({ _id: { $gte: '' } }))).length,
    0,
  )
  const left = await store.collections.messages.count({
    mailbox: mailboxKey(account, archive),
    modSeq: { $gt: 0 },
    expiresAt: { $exists: false },
  })
  assert.equal(left, 2 * MANY)
})

async function flag(store: Store, mailbox: string, uids: string, ...flags: string[]) {
  const place = { account, mailbox, uids, operationId: '', unchangedSince: undefined }
  await storeFlags({ ...place, mode: 'add', flags }, store)
}

function flagsAt(store: Store, mailbox: string, uid: number): Promise<string[]> {
  return store.committer.mailbox(mailboxKey(account, mailbox)).read(true, (now) => {
    const words = now.view.flagsAt(now.view.indexOf(uid))
    return toNames(words, now.mailbox.keywords).sort()
  })
}

async function* messages(count: number): AsyncGenerator<BatchMessage> {
  for (let i = 0; i < count; i++) {
    yield {
      mailId: '',
      content: Buffer.from(`Subject: m${i % 10}\r\n\r\n`),
      flags: [i % 2 === 0 ? 'odd' : 'even'],
      internalDate: i,
    }
  }
}
