import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mailboxIdOf } from './documents.ts'
import { createMailbox, listMailboxes } from './mailboxes.ts'
import { setSpecialUse } from './special-use.ts'
import { ACCOUNT, openStore, openTestDatabase, TENANT } from './testing.ts'

test('of each special use an account has one mailbox. RFC 6154 §2', async () => {
  await using database = await openTestDatabase()
  const store = await openStore(database)
  const made = { account: ACCOUNT, tenant: TENANT, domain: '' }
  const sent = await createMailbox({ ...made, name: 'Sent', specialUse: 'sent' }, store)
  const other = await createMailbox({ ...made, name: '送信済み', specialUse: '' }, store)
  const again = createMailbox({ ...made, name: 'Sent 2', specialUse: 'sent' }, store)
  await assert.rejects(again, { code: 'exists' })
  const place = { account: ACCOUNT, mailbox: mailboxIdOf(other._id) }
  await assert.rejects(setSpecialUse({ ...place, specialUse: 'sent' }, store), { code: 'exists' })
  await assert.rejects(setSpecialUse({ ...place, specialUse: '\\Sent' }, store), {
    code: 'invalid',
  })
  const before = { account: ACCOUNT, mailbox: mailboxIdOf(sent._id) }
  assert.equal((await setSpecialUse({ ...before, specialUse: '' }, store)).specialUse, undefined)
  assert.equal((await setSpecialUse({ ...place, specialUse: 'sent' }, store)).specialUse, 'sent')
  const { mailboxes } = await listMailboxes({ account: ACCOUNT, tenant: TENANT }, store)
  const uses = mailboxes.map(({ name, specialUse = '' }) => `${name}:${specialUse}`)
  assert.deepEqual(uses.sort(), ['INBOX:', 'Sent:', '送信済み:sent'])
  const elsewhere = { ...place, account: 'mallory' }
  await assert.rejects(setSpecialUse({ ...elsewhere, specialUse: 'junk' }, store), {
    code: 'not-found',
  })
})
