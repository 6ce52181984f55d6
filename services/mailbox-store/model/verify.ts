/** What must hold when all is quiet: a new process finds what the model has, down to the bytes, and nothing is left over. */

import assert from 'node:assert/strict'
import { viewMailbox } from '../changes.ts'
import { checkAccount } from '../check/account.ts'
import { messageKey } from '../documents.ts'
import { read } from '../fetch.ts'
import { completeAccount, listMailboxes } from '../mailboxes.ts'
import type { Store } from '../store.ts'
import { openStoreOn } from '../testing.ts'
import type { Box } from './box.ts'
import type { World } from './client.ts'
import { checkWhole, rowsOf } from './rows.ts'

export async function verify(world: World, now: () => number): Promise<void> {
  const { trace, accounts, tenant } = world
  const clock = { now, monotonic: now, sleep: async () => undefined }
  const store = openStoreOn(trace.collections, { clock })
  for (const account of accounts) {
    // As the sweep does it for what was left half done.
    await completeAccount(account, store)
    const { mailboxes } = await listMailboxes({ account, tenant } as never, store)
    const living = trace.living(account)
    const names = living.map(({ name }) => name)
    assert.deepEqual(new Set(mailboxes.map(({ name }) => name)), new Set(names))
    assert.equal(names.length, new Set(names).size, 'names are unique')
    for (const box of living) await verifyBox(box, store, tenant)
  }
  await store.committer.settled()
  assert.equal(trace.movesUnderWay, 0, 'all moves are over')
  for (const account of accounts) {
    const _id = { $gte: `${account}/`, $lt: `${account}0` }
    for await (const receipt of store.collections.receipts.find({ _id })) {
      const box = trace.boxes.get(receipt._id.split('/', 2).join('/'))
      assert(receipt.expiresAt || !box?.lives, `${receipt._id} is kept for ever`)
    }
    const options = { repair: false, bytes: true }
    for await (const finding of checkAccount(account, store, options)) {
      // Whoever applies an operation late may do so after the mailbox is deleted: a sweep takes care of it.
      const gone = trace.boxes.get(`${account}/${finding.mailbox}`)?.lives === false
      if (gone && finding.kind.startsWith('orphan')) continue
      assert.fail(JSON.stringify(finding))
    }
  }
  if (trace.broken) throw trace.broken
}

async function verifyBox(box: Box, store: Store, tenant: string): Promise<void> {
  const ref = { id: box.id, name: '' }
  const { mailbox, messages } = await viewMailbox(
    { account: box.account, tenant, mailbox: ref } as never,
    store,
  )
  const what = `${box.name} in the end`
  assert.equal(mailbox.modSeq, box.state.modSeq, what)
  checkWhole(rowsOf(messages, mailbox.keywords), box.state, what)
  await verifyDocuments(box, store, what)
  for (const { uid, mail } of box.state.messages.values()) {
    const place = { account: box.account, mailbox: box.id, uid, offset: 0, length: 0 }
    const content = Buffer.concat(await Array.fromAsync(read(place, store)))
    assert.equal(Buffer.compare(content, mail.content), 0, `${what}: bytes of UID ${uid}`)
  }
}

/** The documents say the same as the view, which may have been kept. */
async function verifyDocuments(box: Box, { collections }: Store, what: string): Promise<void> {
  const _id = { $gte: messageKey(box.key, 0), $lte: messageKey(box.key, 0xffff_ffff) }
  const found = await Array.fromAsync(collections.messages.find({ _id }, { sort: { _id: 1 } }))
  const living = found.filter(({ expiresAt }) => expiresAt === undefined)
  const rows = living.map(({ uid, modSeq, mailId }) => ({ uid, modSeq, mailId }))
  const should = [...box.state.messages.values()].map(({ uid, modSeq, mail }) => ({
    uid,
    modSeq,
    mailId: mail.mailId,
  }))
  assert.deepEqual(rows, should, `${what}: documents`)
}
