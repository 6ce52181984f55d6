/** What the store keeps, and the indexes that serve its questions. */

import { Fault } from '#lib/base/fault.ts'
import type { Collection, CollectionSpec, Database } from '#lib/db/port.ts'

/**
 * The newest form of these documents that this release knows. A form that an older release would misread raises it by one, and is
 * written once that schema is in force (lib/db/schema.ts); a field that an older release may ignore does not.
 */
export const SCHEMA = 1

/** The mailbox: everything that a commit compares and sets, in one document. */
export type MailboxDocument = {
  /** `account/mailbox`. */
  readonly _id: string
  readonly account: string
  readonly tenant: string
  /** Of the account's login, for what a domain may hold; empty when nobody has told yet. */
  readonly domain: string
  /** NFC, `/` between levels, INBOX in upper case. Of a deleted mailbox: nothing that can be named. */
  readonly name: string
  readonly specialUse?: string
  readonly uidValidity: number
  readonly uidNext: number
  readonly modSeq: number
  readonly exists: number
  readonly unseen: number
  /** Messages with \Deleted. */
  readonly deleted: number
  readonly bytes: number
  /** Bit 5 + n of a message's flags is keywords[n]; they are never reordered or removed. */
  readonly keywords: readonly string[]
  /** MODSEQ of the last expunge: where the chain of vanished documents ends. */
  readonly lastVanished: number
  /** The last committed operation, when it may not have been applied yet. */
  readonly pending?: Uint8Array
  /** Moves out of this mailbox that are under way: whoever meets them completes them first. */
  readonly moving?: readonly Moving[]
  readonly deletedAt?: Date
  /** Since when a move or its deletion waits to be completed: what a sweep of all accounts looks for. */
  readonly unfinishedSince?: Date
}

/** Messages that nobody else may change until they are in their new mailbox and gone from this one. */
export type Moving = {
  readonly id: string
  /** UID set. */
  readonly uids: string
  /** `account/mailbox`. */
  readonly target: string
  /** The target is made together with the move. */
  readonly makes?: { readonly name: string; readonly uidValidity: number }
}

/**
 * Messages of an operation that is too large for the mailbox document, written before its commit. Which operation they
 * belong to is in `_id`; what no mailbox document names any more, and is old, was never committed.
 */
export type StagedDocument = {
  /** `account/mailbox/operation/n`, zero-padded. */
  readonly _id: string
  /** JSON of messages without UIDs and with the names of their flags, compressed. */
  readonly messages: Uint8Array
  readonly createdAt: Date
}

/** One message in one mailbox. What is gone stays for a while as a tombstone: see `expiresAt`. */
export type MessageDocument = {
  /** `account/mailbox/uid`, the UID zero-padded so that ranges of UIDs are ranges of `_id`. */
  readonly _id: string
  /** `account/mailbox`. */
  readonly mailbox: string
  readonly uid: number
  readonly modSeq: number
  /** Words of 32 bits; bits 0-4 are \Seen \Answered \Flagged \Deleted \Draft, the rest keywords. */
  readonly flags: readonly number[]
  readonly size: number
  /** Milliseconds since 1970. */
  readonly internalDate: number
  /** `_id` of the blob. */
  readonly blob: string
  readonly mailId: string
  /** JSON of what was computed at append: see details.ts. */
  readonly details: string
  /**
   * Only tombstones have it. Whoever applies an old operation late must find that the message existed: without
   * the tombstone it would rise from the dead.
   */
  readonly expiresAt?: Date
}

/** UIDs that one commit expunged, kept for clients that were away. */
type VanishedDocument = {
  /** `account/mailbox/modseq`, zero-padded. */
  readonly _id: string
  readonly modSeq: number
  /** MODSEQ of the expunge before this one: a gap in the chain shows that older ones have expired. */
  readonly previous: number
  readonly uids: string
  readonly expiresAt: Date
}

/** Proof that an append or another operation was done, so that its repetition is answered and not done again. */
export type ReceiptDocument = {
  /** `account/mailbox/key`. */
  readonly _id: string
  readonly modSeq: number
  /** UID sets: what it made, and for a copy what it was made from. */
  readonly uids: string
  readonly sourceUids?: string
  /** Of a move: under which id its target has the receipt of what arrived, and which mailbox that is. */
  readonly claim?: string
  readonly target?: string
  /** Far away while the move that it belongs to is under way: it must not arrive twice, however long that takes. */
  readonly expiresAt: Date
}

/** A message's bytes: what is only its own, and where the rest lies. */
export type BlobDocument = {
  /** `tenant/keyed hash of all bytes`. */
  readonly _id: string
  readonly size: number
  /** One zstd frame of the bytes that lie here, the header always among them unless it is monstrous. */
  readonly first: Uint8Array
  /**
   * In order, how the bytes are put together: so many of those that lie here, or a whole piece. Missing when all lie
   * here.
   */
  readonly layout?: readonly Segment[]
  /** Day since 1970 on which an append last counted on it: what is young is never collected. */
  readonly usedDay: number
}

export type Segment = {
  readonly size: number
  /** `_id` of a piece; missing: the next bytes of `first`. */
  readonly piece?: string
}

/** Bytes that several messages of a tenant may have in common, in one zstd frame. */
export type PieceDocument = {
  /** `tenant/keyed hash of these bytes`. */
  readonly _id: string
  readonly content: Uint8Array
  readonly usedDay: number
}

/** A view as it was at one MODSEQ, so that nobody has to read 100,000 messages for it again. Never more than a cache. */
export type SnapshotDocument = {
  /** `account/mailbox`. */
  readonly _id: string
  readonly uidValidity: number
  readonly modSeq: number
  readonly length: number
  readonly flagWords: number
  readonly parts: number
}

type SnapshotPartDocument = {
  /** `account/mailbox/modseq/n`, zero-padded. */
  readonly _id: string
  /** Packed arrays of the view, compressed. */
  readonly content: Uint8Array
}

/** Annotations of a mailbox, or of an account. */
export type MetadataDocument = {
  /** `account/mailbox`, or `account/`. */
  readonly _id: string
  /** Counted up by each change, which compares and sets it. */
  readonly version: number
  readonly entries: readonly { readonly name: string; readonly value: Uint8Array }[]
}

/** How full something was when it was last announced, so that crossing a threshold is told once; none: below 80 %. */
export type QuotaDocument = {
  /** `account/id`, `domain/name` or `tenant/id`. */
  readonly _id: string
  /** Per cent: 0, 80, 90 or 100. */
  readonly level: number
  readonly fullSince?: Date
  /** The limit that this was about. */
  readonly bytes: number
  readonly messages: number
}

/** What only one process at a time need do. Two that do it at once waste work and break nothing. */
type JobDocument = {
  readonly _id: string
  readonly owner: string
  readonly until: Date
  readonly finishedAt?: Date
}

type AccountDocument = {
  readonly _id: string
  readonly tenant: string
  readonly domain?: string
  /** The last UIDVALIDITY given out. */
  readonly uidValidity: number
  /** Mailbox names, whether or not there is such a mailbox. RFC 3501 §6.3.6 */
  readonly subscribed: readonly string[]
  /** A mailbox and those below it are getting other names; whoever finds it completes it. */
  readonly renaming?: Renaming
}

export type Renaming = {
  readonly id: string
  readonly from: string
  readonly to: string
  /** Ids of what is renamed, so that it is not what came later. */
  readonly mailboxes: readonly string[]
}

const MAILBOXES: CollectionSpec<MailboxDocument> = {
  name: 'mailboxes',
  indexes: [
    { name: 'account_name', fields: { account: 1, name: 1 }, unique: true },
    {
      name: 'account_use',
      fields: { account: 1, specialUse: 1 },
      unique: true,
      where: { specialUse: { $exists: true } },
    },
    { name: 'tenant', fields: { tenant: 1 } },
    { name: 'domain', fields: { domain: 1 } },
    {
      name: 'unfinished',
      fields: { unfinishedSince: 1 },
      where: { unfinishedSince: { $exists: true } },
    },
  ],
}
/**
 * What a commit relies on is written before it, and what it does to other documents can be done again: none of it need
 * be on the disk before the commit is.
 */
const LAZY = { lazy: true } as const
const MESSAGES: CollectionSpec<MessageDocument> = {
  name: 'messages',
  ...LAZY,
  indexes: [
    { name: 'mailbox_modseq', fields: { mailbox: 1, modSeq: 1 } },
    {
      name: 'expiry',
      fields: { expiresAt: 1 },
      where: { expiresAt: { $exists: true } },
      expireAfterSeconds: 0,
    },
  ],
}
const EXPIRY = { name: 'expiry', fields: { expiresAt: 1 }, expireAfterSeconds: 0 } as const
const VANISHED: CollectionSpec<VanishedDocument> = { name: 'vanished', indexes: [EXPIRY], ...LAZY }
const RECEIPTS: CollectionSpec<ReceiptDocument> = { name: 'receipts', indexes: [EXPIRY], ...LAZY }
const BLOBS: CollectionSpec<BlobDocument> = { name: 'blobs', indexes: [], ...LAZY }
const PIECES: CollectionSpec<PieceDocument> = { name: 'pieces', indexes: [], ...LAZY }
const STAGED: CollectionSpec<StagedDocument> = { name: 'staged', indexes: [], ...LAZY }
const SNAPSHOTS: CollectionSpec<SnapshotDocument> = { name: 'snapshots', indexes: [], ...LAZY }
const SNAPSHOT_PARTS: CollectionSpec<SnapshotPartDocument> = {
  name: 'snapshotParts',
  indexes: [],
  ...LAZY,
}
const METADATA: CollectionSpec<MetadataDocument> = { name: 'metadata', indexes: [] }
const QUOTAS: CollectionSpec<QuotaDocument> = { name: 'quotas', indexes: [] }
const JOBS: CollectionSpec<JobDocument> = { name: 'jobs', indexes: [] }
const ACCOUNTS: CollectionSpec<AccountDocument> = { name: 'accounts', indexes: [] }

export interface Collections {
  readonly mailboxes: Collection<MailboxDocument>
  readonly messages: Collection<MessageDocument>
  readonly vanished: Collection<VanishedDocument>
  readonly receipts: Collection<ReceiptDocument>
  readonly blobs: Collection<BlobDocument>
  readonly pieces: Collection<PieceDocument>
  readonly staged: Collection<StagedDocument>
  readonly snapshots: Collection<SnapshotDocument>
  readonly snapshotParts: Collection<SnapshotPartDocument>
  readonly metadata: Collection<MetadataDocument>
  readonly quotas: Collection<QuotaDocument>
  readonly jobs: Collection<JobDocument>
  readonly accounts: Collection<AccountDocument>
}

export async function openCollections(database: Database): Promise<Collections> {
  return {
    mailboxes: await database.collection(MAILBOXES),
    messages: await database.collection(MESSAGES),
    vanished: await database.collection(VANISHED),
    receipts: await database.collection(RECEIPTS),
    blobs: await database.collection(BLOBS),
    pieces: await database.collection(PIECES),
    staged: await database.collection(STAGED),
    snapshots: await database.collection(SNAPSHOTS),
    snapshotParts: await database.collection(SNAPSHOT_PARTS),
    metadata: await database.collection(METADATA),
    quotas: await database.collection(QUOTAS),
    jobs: await database.collection(JOBS),
    accounts: await database.collection(ACCOUNTS),
  }
}

const UID_DIGITS = 10
const CHUNK_DIGITS = 6
const MODSEQ_DIGITS = 16
const PART_DIGITS = 6
const OPERATION_ID_MAX = 200

/**
 * The `_id` of a mailbox. Both ids are checked, since a slash in one would reach into another account.
 *
 * @throws {Fault} invalid
 */
export function mailboxKey(account: string, mailbox: string): string {
  if (!isId(account) || !isId(mailbox)) throw new Fault('invalid', 'Bad account or mailbox id')
  return `${account}/${mailbox}`
}

/** What we take for an id of an account, mailbox or tenant. */
export function isId(text: string): boolean {
  return /^[A-Za-z0-9._-]{1,64}$/.test(text)
}

/**
 * What a caller names an operation or a message by, so that it may repeat it.
 *
 * @throws {Fault} invalid
 */
export function checkOperationId(id: string): void {
  if (id.length > OPERATION_ID_MAX) throw new Fault('invalid', 'The id is too long')
}

/** The mailbox id in a mailbox's key. */
export function mailboxIdOf(key: string): string {
  return key.slice(key.indexOf('/') + 1)
}

export function messageKey(mailbox: string, uid: number): string {
  return `${mailbox}/${String(uid).padStart(UID_DIGITS, '0')}`
}

export function vanishedKey(mailbox: string, modSeq: number): string {
  return `${mailbox}/${String(modSeq).padStart(MODSEQ_DIGITS, '0')}`
}

/** Of one part of what an operation adds. */
export function stagedKey(mailbox: string, operation: string, part: number): string {
  return `${mailbox}/${operation}/${String(part).padStart(CHUNK_DIGITS, '0')}`
}

export function receiptKey(mailbox: string, key: string): string {
  return `${mailbox}/${key}`
}

export function snapshotPartKey(mailbox: string, modSeq: number, part: number): string {
  return `${vanishedKey(mailbox, modSeq)}/${String(part).padStart(PART_DIGITS, '0')}`
}

/** Ranges of the parts of a mailbox's snapshots: all, those of one MODSEQ, and those before it. */
export function snapshotPartsOf(mailbox: string, modSeq: number) {
  const key = vanishedKey(mailbox, modSeq)
  return {
    all: { $gte: `${mailbox}/`, $lt: `${mailbox}0` },
    older: { $gte: `${mailbox}/`, $lt: key },
    same: { $gte: `${key}/`, $lt: `${key}0` },
  }
}
