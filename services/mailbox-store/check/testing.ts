/** Every kind of damage, to be planted straight into the documents. */

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { zstdCompressSync } from 'node:zlib'
import { append } from '../append.ts'
import { Snapshots } from '../commit/snapshot.ts'
import { messageKey, receiptKey, vanishedKey } from '../documents.ts'
import { expunge } from '../expunge.ts'
import { createMailbox } from '../mailboxes.ts'
import { findMailbox } from '../names.ts'
import type { Store } from '../store.ts'
import { appendOf, TENANT } from '../testing.ts'
import type { Kind } from './kinds.ts'

const DAY_MS = 86_400_000

interface Scene {
  readonly store: Store
  readonly account: string
  readonly inbox: string
}

export interface Plant {
  readonly kind: Kind
  readonly how: string
  plant(scene: Scene): Promise<unknown>
  /** What shows besides. */
  readonly also?: readonly Kind[]
  readonly uids?: string
}

export const PLANTS: readonly Plant[] = [
  {
    kind: 'counts',
    how: 'one message more',
    plant: ({ store, inbox }) => setMailbox(store, inbox, { exists: 9 }),
  },
  {
    kind: 'counts',
    how: 'bytes, unseen and deleted',
    plant: ({ store, inbox }) => setMailbox(store, inbox, { bytes: -5, unseen: 0, deleted: 3 }),
  },
  {
    kind: 'uid-next',
    how: 'set back',
    plant: ({ store, inbox }) => setMailbox(store, inbox, { uidNext: 3 }),
  },
  {
    kind: 'uid-next',
    how: 'set back to below a UID that was expunged',
    plant: async ({ store, inbox, account }) => {
      await append(appendOf({ account, flags: ['\\Deleted'] }), store)
      await expungeAll(store, account, inbox)
      await setMailbox(store, inbox, { uidNext: 8 })
    },
  },
  {
    kind: 'uid-order',
    how: 'a message that names another UID',
    plant: ({ store, inbox }) => setMessage(store, inbox, 2, { uid: 77 }),
    uids: '2',
  },
  {
    kind: 'mod-seq',
    how: 'set back',
    plant: ({ store, inbox }) => setMailbox(store, inbox, { modSeq: 2 }),
    also: ['vanished-chain'],
  },
  {
    kind: 'mod-seq',
    how: 'a message that is ahead',
    plant: ({ store, inbox }) => setMessage(store, inbox, 2, { modSeq: 1000 }),
  },
  {
    kind: 'keywords',
    how: 'names lost',
    plant: ({ store, inbox }) => setMailbox(store, inbox, { keywords: [] }),
    uids: '1:5',
  },
  {
    kind: 'missing-message',
    how: 'a document lost',
    plant: ({ store, inbox }) =>
      store.collections.messages.deleteOne({ _id: messageKey(inbox, 2) }),
    also: ['counts'],
    uids: '2',
  },
  {
    kind: 'message-fields',
    how: 'no size',
    plant: ({ store, inbox }) => {
      const update = { $unset: { size: true } } as const
      return store.collections.messages.updateOne({ _id: messageKey(inbox, 2) }, update)
    },
    uids: '2',
  },
  {
    kind: 'missing-blob',
    how: 'the head lost',
    plant: async ({ store, inbox }) => {
      const message = await store.collections.messages.findOne({ _id: messageKey(inbox, 2) })
      await store.collections.blobs.deleteOne({ _id: message?.blob ?? '' })
    },
    uids: '2',
  },
  {
    kind: 'missing-blob',
    how: 'a piece lost',
    plant: async ({ store, account }) => {
      const content = Buffer.concat([Buffer.from('Subject: x\r\n\r\n'), randomBytes(600_000)])
      await append(appendOf({ account, content }), store)
      const piece = await store.collections.pieces.findOne({ _id: { $gt: '' } })
      assert(piece)
      await store.collections.pieces.deleteOne({ _id: piece._id })
    },
    uids: '8',
  },
  {
    kind: 'damaged-blob',
    how: 'other bytes of the same size',
    plant: ({ store, inbox }) =>
      setBlob(store, inbox, 2, (size) => zstdCompressSync(Buffer.alloc(size))),
    uids: '2',
  },
  {
    kind: 'damaged-blob',
    how: 'a frame that cannot be inflated',
    plant: ({ store, inbox }) => setBlob(store, inbox, 2, (size) => Buffer.alloc(size)),
    uids: '2',
  },
  {
    kind: 'size',
    how: 'of a message',
    plant: ({ store, inbox }) => setMessage(store, inbox, 2, { size: 7 }),
    also: ['counts'],
    uids: '2',
  },
  {
    kind: 'details',
    how: 'offsets beyond the end',
    plant: async ({ store, inbox }) => {
      const message = await store.collections.messages.findOne({ _id: messageKey(inbox, 2) })
      const details = { ...JSON.parse(message?.details ?? ''), headerEnd: 100_000 }
      await setMessage(store, inbox, 2, { details: JSON.stringify(details) })
    },
    uids: '2',
  },
  {
    kind: 'details',
    how: 'no text at all',
    plant: ({ store, inbox }) => setMessage(store, inbox, 2, { details: '' }),
    uids: '2',
  },
  {
    kind: 'receipt',
    how: 'of a UID that was never given',
    plant: ({ store, inbox }) => addReceipt(store, inbox, 'never', '99'),
    uids: '99',
  },
  {
    kind: 'receipt',
    how: 'of another delivery’s message',
    plant: ({ store, inbox }) => addReceipt(store, inbox, 'other', '2'),
    uids: '2',
  },
  {
    kind: 'vanished-chain',
    how: 'a hole',
    plant: async ({ store, inbox, account }) => {
      for (let i = 0; i < 2; i++) {
        await append(appendOf({ account, flags: ['\\Deleted'] }), store)
        await expungeAll(store, account, inbox)
      }
      const links = await linksOf(store, inbox)
      assert.equal(links.length, 3)
      await store.collections.vanished.deleteOne({ _id: links[1]?._id ?? '' })
    },
  },
  {
    kind: 'vanished-chain',
    how: 'its end lost',
    plant: async ({ store, inbox, account }) => {
      await append(appendOf({ account, flags: ['\\Deleted'] }), store)
      await expungeAll(store, account, inbox)
      // Otherwise whoever comes next would carry out the expunge once more.
      await append(appendOf({ account }), store)
      const last = (await linksOf(store, inbox)).at(-1)
      await store.collections.vanished.deleteOne({ _id: last?._id ?? '' })
    },
  },
  {
    kind: 'vanished-chain',
    how: 'the mailbox does not know its end',
    plant: ({ store, inbox }) => setMailbox(store, inbox, { lastVanished: 0 }),
  },
  {
    kind: 'vanished-chain',
    how: 'a link that cannot be read',
    plant: async ({ store, inbox }) => {
      const [link] = await linksOf(store, inbox)
      await store.collections.vanished.updateOne({ _id: link?._id ?? '' }, { $set: { uids: 'x' } })
    },
  },
  {
    kind: 'vanished-living',
    how: 'a message told as expunged',
    plant: async ({ store, inbox }) => {
      const [link] = await linksOf(store, inbox)
      const set = { $set: { uids: `2,${link?.uids}` } }
      await store.collections.vanished.updateOne({ _id: link?._id ?? '' }, set)
    },
    uids: '2',
  },
  {
    kind: 'view',
    how: 'flags changed behind its back',
    plant: async ({ store, inbox }) => {
      await store.committer.mailbox(inbox).read(true, () => undefined)
      await setMessage(store, inbox, 2, { flags: [32 + 4] })
    },
  },
  {
    kind: 'snapshot',
    how: 'other flags than there were',
    plant: async ({ store, inbox }) => {
      await saveSnapshot(store, inbox)
      await setMessage(store, inbox, 2, { flags: [32 + 4] })
    },
  },
  {
    kind: 'snapshot',
    how: 'a part lost',
    plant: async ({ store, inbox }) => {
      await saveSnapshot(store, inbox)
      await store.collections.snapshotParts.deleteMany({ _id: { $gt: `${inbox}/` } })
    },
  },
  {
    kind: 'pending',
    how: 'no operation at all',
    plant: ({ store, inbox }) => setMailbox(store, inbox, { pending: Buffer.from('?') }),
  },
  {
    kind: 'unfinished',
    how: 'a deletion that nobody completed',
    plant: async ({ store, account }) => {
      const owner = { account, tenant: TENANT, specialUse: '' }
      const { _id } = await createMailbox({ ...owner, name: 'old' }, store)
      const since = new Date(Date.now() - 2 * DAY_MS)
      await setMailbox(store, _id, { name: '\u0000old', deletedAt: since, unfinishedSince: since })
    },
  },
  {
    kind: 'mailbox-fields',
    how: 'no UIDVALIDITY',
    plant: ({ store, inbox }) => setMailbox(store, inbox, { uidValidity: 0 }),
  },
  {
    kind: 'name',
    how: 'not in NFC',
    plant: ({ store, account }) => makeNamed(store, account, 'cafe\u0301'),
  },
  {
    kind: 'name',
    how: 'no name at all',
    plant: ({ store, account }) => makeNamed(store, account, 'a//b\n'),
  },
  {
    kind: 'uid-validity',
    how: 'the counter set back',
    plant: ({ store, account }) =>
      store.collections.accounts.updateOne({ _id: account }, { $set: { uidValidity: 1 } }),
  },
  {
    kind: 'uid-validity',
    how: 'the account lost',
    plant: ({ store, account }) => store.collections.accounts.deleteOne({ _id: account }),
  },
  {
    kind: 'tenant',
    how: 'a mailbox of another',
    plant: async ({ store, account }) => {
      const owner = { account, tenant: TENANT, specialUse: '' }
      const { _id } = await createMailbox({ ...owner, name: 'other' }, store)
      await setMailbox(store, _id, { tenant: 'others' })
    },
  },
  {
    kind: 'tenant',
    how: 'bytes of another',
    plant: async ({ store, inbox }) => {
      const content = Buffer.from(`Subject: 2\r\n\r\n${'x'.repeat(30)}\r\n`)
      const { blob } = await store.blobs.take('others', content)
      await setMessage(store, inbox, 2, { blob })
    },
    uids: '2',
  },
  {
    kind: 'domain',
    how: 'another than the account’s',
    plant: ({ store, account }) =>
      store.collections.accounts.updateOne({ _id: account }, { $set: { domain: 'a.test' } }),
  },
  {
    kind: 'orphan-messages',
    how: 'a mailbox lost',
    plant: ({ store, inbox }) => store.collections.mailboxes.deleteOne({ _id: inbox }),
  },
  {
    kind: 'orphan',
    how: 'metadata of nothing',
    plant: ({ store, account }) =>
      store.collections.metadata.insertOne({ _id: `${account}/gone`, version: 1, entries: [] }),
  },
  {
    kind: 'orphan',
    how: 'expunges of nothing',
    plant: ({ store, account }) =>
      store.collections.vanished.insertOne({
        _id: vanishedKey(`${account}/gone`, 3),
        modSeq: 3,
        previous: 0,
        uids: '1',
        expiresAt: new Date(Date.now() + DAY_MS),
      }),
  },
]

/** Seven messages, the last two expunged in one go, with flags and a keyword. */
export async function seed(store: Store, account: string): Promise<string> {
  for (let i = 1; i <= 7; i++) {
    const flags = i > 5 ? ['\\Deleted'] : ['Work', ...(i === 1 ? ['\\Seen'] : [])]
    const content = Buffer.from(`Subject: ${i}\r\n\r\n${'x'.repeat(30)}\r\n`)
    await append(appendOf({ account, mailId: `m${i}`, flags, content }), store)
  }
  const inbox = await findMailbox(account, { id: '', name: 'INBOX' }, TENANT, store)
  await expungeAll(store, account, inbox)
  await store.committer.settled()
  return inbox
}

export async function expungeAll(store: Store, account: string, inbox: string): Promise<void> {
  const mailbox = inbox.slice(account.length + 1)
  await expunge({ account, mailbox, uids: '', operationId: '' }, store)
  await store.committer.settled()
}

async function setMailbox(store: Store, _id: string, $set: object): Promise<void> {
  await store.collections.mailboxes.updateOne({ _id }, { $set: $set as never })
}

async function setMessage(store: Store, mailbox: string, uid: number, $set: object): Promise<void> {
  const _id = messageKey(mailbox, uid)
  const { matched } = await store.collections.messages.updateOne({ _id }, { $set: $set as never })
  assert.equal(matched, 1)
}

/** Puts other bytes under the address of the right ones. */
async function setBlob(
  store: Store,
  inbox: string,
  uid: number,
  make: (size: number) => Uint8Array,
): Promise<void> {
  const message = await store.collections.messages.findOne({ _id: messageKey(inbox, uid) })
  const { blob = '', size = 0 } = message ?? {}
  await store.collections.blobs.updateOne({ _id: blob }, { $set: { first: make(size) } })
}

async function addReceipt(store: Store, inbox: string, mail: string, uids: string): Promise<void> {
  const expiresAt = new Date(Date.now() + DAY_MS)
  const _id = receiptKey(inbox, `m:${mail}`)
  await store.collections.receipts.insertOne({ _id, modSeq: 3, uids, expiresAt })
}

async function linksOf(store: Store, inbox: string) {
  const _id = { $gt: vanishedKey(inbox, 0), $lt: `${inbox}0` }
  return Array.fromAsync(store.collections.vanished.find({ _id }, { sort: { _id: 1 } }))
}

async function saveSnapshot(store: Store, inbox: string): Promise<void> {
  const { mailbox, save } = await store.committer.mailbox(inbox).read(true, (now) => ({
    mailbox: now.mailbox,
    save: new Snapshots(store.collections, { messagesMin: 1 }).save(now.mailbox, {
      view: now.view,
      modSeq: now.mailbox.modSeq,
    }),
  }))
  await save
  assert(await store.collections.snapshots.findOne({ _id: mailbox._id }))
}

async function makeNamed(store: Store, account: string, name: string): Promise<void> {
  const owner = { account, tenant: TENANT, specialUse: '' }
  const { _id } = await createMailbox({ ...owner, name: 'other' }, store)
  await setMailbox(store, _id, { name })
}
