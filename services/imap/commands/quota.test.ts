import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Quota } from '#lib/mail/quota.ts'
import { ALICE, mailbox, openSession, pack, viewOf } from '../testing.ts'

const QUOTAS: readonly Quota[] = [
  { scope: 'account', name: ALICE.id, bytes: 5 * 1024 * 1024, messages: 100 },
  { scope: 'tenant', name: ALICE.tenant, bytes: 0, messages: 5000 },
]

function limited(quotas: readonly Quota[]) {
  const session = openSession()
  session.store.quotas = async (account) => {
    assert.equal(account.id, ALICE.id)
    return quotas
  }
  session.store.usage = async (account, scope) => {
    assert.equal(account.id, ALICE.id)
    assert.equal(scope, 'account')
    return { bytes: 2049, messages: 3 }
  }
  return session
}

test('GETQUOTAROOT tells what limits the account, and nothing of what others hold. RFC 9208 §4.1.2', async () => {
  await limited(QUOTAS).run(`
    C: a GETQUOTAROOT inbox
    S: * QUOTAROOT INBOX account
    S: * QUOTA account (STORAGE 3 5120 MESSAGE 3 100)
    S: a OK GETQUOTAROOT completed
    C: b GETQUOTAROOT Not/yet
    S: * QUOTAROOT Not/yet account
    S: * QUOTA account (STORAGE 3 5120 MESSAGE 3 100)
    S: b OK GETQUOTAROOT completed
  `)
})

test('GETQUOTA tells of one root, and knows no other. RFC 9208 §4.1.1', async () => {
  await limited(QUOTAS).run(`
    C: a GETQUOTA "account"
    S: * QUOTA account (STORAGE 3 5120 MESSAGE 3 100)
    S: a OK GETQUOTA completed
    C: b GETQUOTA tenant
    S: b NO [NONEXISTENT] There is no such quota root
    C: c SETQUOTA account (STORAGE 1)
    S: c BAD Unknown command
  `)
})

test('who has no limit has no quota root', async () => {
  await limited([]).run(`
    C: a GETQUOTAROOT INBOX
    S: * QUOTAROOT INBOX
    S: a OK GETQUOTAROOT completed
  `)
})

test('STATUS tells what an EXPUNGE would set free. RFC 9208 §4.1.4', async () => {
  const session = openSession()
  const inbox = mailbox('INBOX')
  const counts = { ...inbox.counts, deleted: 2 }
  const mailboxes = [{ ...inbox, counts }, mailbox('Sent')]
  session.store.list = async () => ({ mailboxes, subscribedNames: [] })
  const messages = pack([[4, 8], [5, 1], [6, 9]]) // biome-ignore format: pairs
  session.store.view = async () => ({ ...viewOf({}), messages })
  session.store.fetch = async function* ({ uids }) {
    assert.deepEqual(uids, [[4, 4], [6, 6]]) // biome-ignore format: pairs
    const message = { internalDate: 0, headerEnd: 0, envelope: null, structure: null }
    const more = { header: null, content: null }
    yield { uid: 4, sizeBytes: 1000, ...message, ...more }
    yield { uid: 6, sizeBytes: 234, ...message, ...more }
  }
  await session.run(`
    C: a STATUS INBOX (DELETED DELETED-STORAGE)
    S: * STATUS INBOX (DELETED 2 DELETED-STORAGE 1234)
    S: a OK STATUS completed
    C: b STATUS Sent (DELETED-STORAGE DELETED)
    S: * STATUS Sent (DELETED-STORAGE 0 DELETED 0)
    S: b OK STATUS completed
  `)
})
