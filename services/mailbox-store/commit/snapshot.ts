/**
 * Views written down, so that nobody has to read 100,000 messages to know a mailbox again. A cache like any other:
 * what is missing, torn or of another time is read from the messages instead.
 */

import { constants, type ZstdOptions, zstdCompress, zstdDecompressSync } from 'node:zlib'
import { DuplicateKey } from '#lib/db/port.ts'
import {
  type Collections,
  type MailboxDocument,
  type SnapshotDocument,
  snapshotPartKey,
  snapshotPartsOf,
} from '../documents.ts'
import { View } from './view.ts'

/** Messages in one document: less than 1 MB before it is compressed. */
const PART_MESSAGES = 32 * 1024
const MESSAGES_MIN = 2000
const PART_BYTES_MAX = 16 * 1024 * 1024
/** Views that are written at the same time. The others wait for a later round. */
const SAVES_AT_ONCE = 2
/** So much of a mailbox may have changed before its view is written down anew: that much a reader reads one by one. */
const CHANGED_SHARE = 0.02
const CHANGED_MAX = 20_000
/** Of a reader whose snapshot is replaced while it reads. */
const TRIES = 3

const COMPRESSION: ZstdOptions = {
  params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
}

export type SnapshotCollections = Pick<Collections, 'snapshots' | 'snapshotParts' | 'mailboxes'>

/** A view and the MODSEQ that it stands for. */
export interface KnownView {
  readonly view: View
  readonly modSeq: number
}

export class Snapshots {
  readonly #collections: SnapshotCollections
  #saving = 0

  /** Mailboxes with fewer messages, and fewer changes than this, are read as fast without. */
  readonly #messagesMin: number
  readonly #partMessages: number

  constructor(
    collections: SnapshotCollections,
    { messagesMin = MESSAGES_MIN, partMessages = PART_MESSAGES } = {},
  ) {
    this.#collections = collections
    this.#messagesMin = messagesMin
    this.#partMessages = partMessages
  }

  /** Whether a mailbox is large enough to have one. */
  has({ exists }: MailboxDocument): boolean {
    return exists >= this.#messagesMin
  }

  /** Whether a mailbox should be written down when so many of its messages are not as they were the last time. */
  wants(mailbox: MailboxDocument, changes: number): boolean {
    const share = Math.min(mailbox.exists * CHANGED_SHARE, CHANGED_MAX)
    return this.has(mailbox) && changes >= Math.max(share, this.#messagesMin)
  }

  /** Runs `work`, which will write a snapshot, unless too many do already: it is tried again in the next round. */
  async oneOfFew(work: () => Promise<void>): Promise<void> {
    if (this.#saving >= SAVES_AT_ONCE) return
    this.#saving++
    try {
      await work()
    } finally {
      this.#saving--
    }
  }

  /** The view as it was written down last; undefined when it was not, or cannot be read any more. */
  async load(mailbox: MailboxDocument): Promise<KnownView | undefined> {
    for (let tries = 0; tries < TRIES; tries++) {
      const head = await this.#collections.snapshots.findOne({ _id: mailbox._id })
      if (head === undefined || head.uidValidity !== mailbox.uidValidity) return undefined
      // Of a time that the mailbox has not seen: the database was set back.
      if (head.modSeq > mailbox.modSeq) return undefined
      const view = new View(Math.max(head.length, mailbox.exists))
      view.widen(head.flagWords)
      if ((await this.#readParts(head, view)) && view.length === head.length) {
        return { view, modSeq: head.modSeq }
      }
      // Perhaps another process has just written a newer one and taken this one's parts away.
    }
    return undefined
  }

  /**
   * Writes a view down, and takes away what it replaces. The view is copied before this returns, and may change then.
   * Any number of processes may do it at the same time: the newest stays.
   */
  async save(mailbox: MailboxDocument, { view, modSeq }: KnownView): Promise<void> {
    const { _id, uidValidity } = mailbox
    const dumps: Uint8Array[] = []
    for (let from = 0; from < view.length; from += this.#partMessages) {
      dumps.push(view.dump(from, Math.min(this.#partMessages, view.length - from)))
    }
    const { length, flagWords } = view
    const head = { _id, uidValidity, modSeq, length, flagWords, parts: dumps.length }
    for (const [at, dump] of dumps.entries()) await this.#savePart(head, at, dump)
    // What is older is replaced; when another process has written a newer one meanwhile, this one is for nobody.
    const { older, same } = snapshotPartsOf(_id, modSeq)
    const useless = (await this.#saveHead(head)) ? older : same
    await this.#collections.snapshotParts.deleteMany({ _id: useless })
    await this.#dropWithMailbox(_id)
  }

  async #readParts(head: SnapshotDocument, view: View): Promise<boolean> {
    const _id = snapshotPartsOf(head._id, head.modSeq).same
    for await (const part of this.#collections.snapshotParts.find({ _id }, { sort: { _id: 1 } })) {
      const dump = inflate(part.content)
      if (dump === undefined || !view.restore(dump)) return false
    }
    return true
  }

  async #savePart(head: SnapshotDocument, at: number, dump: Uint8Array): Promise<void> {
    const part = { _id: snapshotPartKey(head._id, head.modSeq, at), content: await deflate(dump) }
    const store = () =>
      this.#collections.snapshotParts.replaceOne({ _id: part._id }, part, { upsert: true })
    try {
      await store()
    } catch (error) {
      // Another process made the same part at the same instant.
      if (!(error instanceof DuplicateKey)) throw error
      await store()
    }
  }

  /** Answers whether this is the newest that there is. */
  async #saveHead(head: SnapshotDocument): Promise<boolean> {
    const older = { _id: head._id, modSeq: { $lte: head.modSeq } }
    try {
      await this.#collections.snapshots.replaceOne(older, head, { upsert: true })
      return true
    } catch (error) {
      if (!(error instanceof DuplicateKey)) throw error
    }
    // There was one already, newer, or made at the same instant.
    return (await this.#collections.snapshots.replaceOne(older, head)).matched === 1
  }

  /** Who deletes a mailbox takes its snapshot away after it has marked it; what came later is ours to take away. */
  async #dropWithMailbox(_id: string): Promise<void> {
    const fields = ['deletedAt']
    const mailbox = await this.#collections.mailboxes.findOne({ _id }, { fields })
    if (mailbox === undefined || mailbox.deletedAt !== undefined) {
      await dropSnapshot(_id, this.#collections)
    }
  }
}

/** Forgets what was written down of a mailbox. */
export async function dropSnapshot(
  _id: string,
  collections: Pick<Collections, 'snapshots' | 'snapshotParts'>,
): Promise<void> {
  await collections.snapshots.deleteOne({ _id })
  await collections.snapshotParts.deleteMany({ _id: snapshotPartsOf(_id, 0).all })
}

/** On a thread of its own: commits do not wait for it. */
function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    zstdCompress(bytes, COMPRESSION, (error, deflated) =>
      error === null ? resolve(deflated) : reject(error),
    )
  })
}

function inflate(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: PART_BYTES_MAX })
  } catch {
    return undefined
  }
}
