import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mailboxIdOf } from './documents.ts'
import { createMailbox } from './mailboxes.ts'
import { getMetadata, setMetadata } from './metadata.ts'
import { findMailbox } from './names.ts'
import { ACCOUNT, openStore, openTestDatabase, TENANT } from './testing.ts'

async function openInbox() {
  const database = await openTestDatabase()
  const store = await openStore(database)
  const inbox = await findMailbox(ACCOUNT, { id: '', name: 'INBOX' }, TENANT, store)
  const place = { account: ACCOUNT, mailbox: mailboxIdOf(inbox) }
  return { store, place, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() }
}

const entry = (name: string, text?: string) => ({
  name,
  value: text === undefined ? undefined : Buffer.from(text),
})

test('annotations of a mailbox and of the account are kept apart, in one case. RFC 5464 §4.1', async () => {
  await using opened = await openInbox()
  const { store, place } = opened
  await setMetadata(place, [entry('/private/Comment', 'mine'), entry('/shared/x', '')], store)
  const account = { account: ACCOUNT, mailbox: '' }
  await setMetadata(account, [entry('/private/vendor/a', 'b')], store)
  const texts = (await getMetadata(place, store)).map(({ name, value }) => `${name}=${value}`)
  assert.deepEqual(texts, ['/private/comment=mine', '/shared/x='])
  assert.deepEqual(
    (await getMetadata(account, store)).map(({ name }) => name),
    ['/private/vendor/a'],
  )
  await setMetadata(place, [entry('/PRIVATE/comment'), entry('/shared/none')], store)
  assert.deepEqual(
    (await getMetadata(place, store)).map(({ name }) => name),
    ['/shared/x'],
  )
})

test('of several entries all are set, or none. RFC 5464 §4.3', async () => {
  await using opened = await openInbox()
  const { store, place } = opened
  const bad = ['/public/x', '/private', '/private/', '/private/a//b', '/shared/a*', '/shared/é']
  for (const name of bad) {
    const changes = [entry('/private/good', 'x'), entry(name, 'x')]
    await assert.rejects(setMetadata(place, changes, store), { code: 'invalid' }, name)
  }
  const large = { name: '/private/large', value: Buffer.alloc(64 * 1024 + 1) }
  await assert.rejects(setMetadata(place, [entry('/private/good', 'x'), large], store), {
    code: 'too-large',
  })
  const many = Array.from({ length: 101 }, (_, i) => entry(`/private/${i}`, 'x'))
  await assert.rejects(setMetadata(place, many, store), { code: 'over-quota' })
  assert.deepEqual(await getMetadata(place, store), [])
})

test('entries that several set at once are all there', async () => {
  await using opened = await openInbox()
  const { store, place } = opened
  const names = Array.from({ length: 20 }, (_, i) => `/private/${i + 10}`)
  await Promise.all(names.map((name) => setMetadata(place, [entry(name, 'x')], store)))
  assert.deepEqual(
    (await getMetadata(place, store)).map(({ name }) => name),
    names,
  )
})

test('the metadata of a mailbox that is not there, or of another account, is not found', async () => {
  await using opened = await openInbox()
  const { store, place } = opened
  for (const other of [
    { ...place, mailbox: 'none' },
    { ...place, account: 'mallory' },
  ]) {
    await assert.rejects(getMetadata(other, store), { code: 'not-found' })
    await assert.rejects(setMetadata(other, [entry('/private/x', 'x')], store), {
      code: 'not-found',
    })
  }
  await createMailbox(
    { account: 'mallory', tenant: TENANT, name: 'x', specialUse: '', domain: '' },
    store,
  )
  assert.deepEqual(await getMetadata({ account: 'mallory', mailbox: '' }, store), [])
})
