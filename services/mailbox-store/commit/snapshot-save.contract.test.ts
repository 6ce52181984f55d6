/** Writing snapshots down: late, at the same time as others, killed, or of a mailbox that is going. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { append } from '../append.ts'
import { type Collections, mailboxIdOf, mailboxKey, snapshotPartsOf } from '../documents.ts'
import { clearDeleted, createMailbox, deleteMailbox } from '../mailboxes.ts'
import { storeFlags } from '../store-flags.ts'
import {
  appendOf,
  collectionsOf,
  Killed,
  Mortal,
  openContractDatabase,
  TENANT,
} from '../testing.ts'
import { Snapshots } from './snapshot.ts'
import { filled, processOn, seenBy } from './testing.ts'
import { View } from './view.ts'

test('an old snapshot never replaces a newer one, and leaves nothing behind', async () => {
  await using database = await openContractDatabase(process.env.MONGODB_URL)
  const collections = await collectionsOf(database)
  const store = processOn(collections)
  const account = 'late'
  const { mailbox } = await append(appendOf({ account }), store)
  const key = mailboxKey(account, mailbox)
  const snapshots = new Snapshots(collections)
  const saved = () =>
    store.committer.mailbox(key).read(true, (now) => {
      const view = new View()
      view.restore(now.view.dump(0, now.view.length))
      return () => snapshots.save(now.mailbox, { view, modSeq: now.mailbox.modSeq })
    })
  const early = await saved()
  await append(appendOf({ account }), store)
  const late = await saved()
  await Promise.all([late(), late()])
  await early()
  assert.equal((await collections.snapshots.findOne({ _id: key }))?.length, 2)
  assert.equal(await collections.snapshotParts.count({ _id: snapshotPartsOf(key, 0).all }), 1)
})

test('who writes one down is killed at any call: the view is right, and the next leaves nothing behind', async () => {
  await using database = await openContractDatabase(process.env.MONGODB_URL)
  const collections = await collectionsOf(database)
  const store = processOn(collections)
  const account = 'killed'
  let mailbox = ''
  for (let i = 0; i < 5; i++) ({ mailbox } = await append(appendOf({ account }), store))
  const key = mailboxKey(account, mailbox)
  const save = (of: Collections) =>
    store.committer.mailbox(key).read(true, ({ mailbox, view }) => ({
      saved: new Snapshots(of, { partMessages: 2 }).save(mailbox, { view, modSeq: mailbox.modSeq }),
    }))
  let killed = 0
  for (let atCall = 1, done = false; !done; atCall++) {
    for (const when of ['before', 'after'] as const) {
      const place = { account, mailbox, operationId: '', unchangedSince: undefined }
      const mode = when === 'before' ? 'add' : 'remove'
      await storeFlags({ ...place, uids: '2', mode, flags: ['\\Seen'] }, store)
      const mortal = new Mortal(collections)
      mortal.dies = { atCall, when }
      const { saved } = await save(mortal.collections)
      await saved.then(
        () => {
          done = true
        },
        (error) => {
          assert(error instanceof Killed)
          killed++
        },
      )
      const seen = await seenBy(processOn(collections), key)
      assert.deepEqual(
        Buffer.from(seen),
        Buffer.from(await filled(store, key)),
        `${atCall} ${when}`,
      )
    }
  }
  assert(killed > 8, `${killed}`)
  await (await save(collections)).saved
  assert.equal(await collections.snapshotParts.count({ _id: snapshotPartsOf(key, 0).all }), 3)
})

test('a deleted mailbox leaves no snapshot, not even one that was just being written', async () => {
  await using database = await openContractDatabase(process.env.MONGODB_URL)
  const collections = await collectionsOf(database)
  const store = processOn(collections)
  const account = 'deleted'
  const made = { account, tenant: TENANT, domain: '', name: 'Lists', specialUse: '' }
  const { _id: key } = await createMailbox(made, store)
  await append(appendOf({ account, mailbox: { id: mailboxIdOf(key), name: '' } }), store)
  const snapshots = new Snapshots(collections)
  const save = async () => {
    const view = new View()
    view.put({ uid: 1, modSeq: 1, flags: [0], size: 1, internalDate: 0 })
    const mailbox = await collections.mailboxes.findOne({ _id: key })
    return mailbox && (() => snapshots.save(mailbox, { view, modSeq: mailbox.modSeq }))
  }
  const [before, during] = [await save(), await save()]
  await before?.()
  await deleteMailbox({ account, name: 'Lists' }, store)
  await clearDeleted(key, store)
  assert.equal(await collections.snapshots.findOne({ _id: key }), undefined)
  await during?.()
  assert.equal(await collections.snapshots.findOne({ _id: key }), undefined)
  assert.equal(await collections.snapshotParts.count({ _id: snapshotPartsOf(key, 0).all }), 0)
})
