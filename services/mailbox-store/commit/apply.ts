/**
 * Carries out a committed operation on the documents. Anyone may do it, at any time, any number of times and at
 * the same time as others: each write either finds its work undone, or changes nothing.
 */

import {
  type Collection,
  type Document,
  DuplicateKey,
  type Value,
  type Write,
} from '#lib/db/port.ts'
import { parseUidSet, type UidSet } from '#lib/mail/uid-set.ts'
import {
  type Collections,
  type MessageDocument,
  messageKey,
  receiptKey,
  stagedKey,
  vanishedKey,
} from '../documents.ts'
import { toWords } from './flag-words.ts'
import type { NewMessage, Operation } from './operation.ts'
import { decodeStaged } from './staged.ts'

/** How long what an operation leaves behind is kept. */
export interface Retention {
  readonly receiptsMs: number
  readonly vanishedMs: number
  /** Longer than any process can sleep between reading an operation and applying it. */
  readonly tombstonesMs: number
}

/** Tests stop a process here: throwing is dying. */
export type Failpoint = (step: Step) => void
export type Step =
  | 'blob'
  | 'stage'
  | 'commit'
  | 'committed'
  | 'apply-messages'
  | 'apply-flags'
  | 'apply-expunge'
  | 'apply-vanished'
  | 'apply-receipts'
  | 'apply-staged'
  | 'apply-settled'
  | 'applied'
  | 'arrive'
  | 'depart'
  | 'rename'
  | 'delete'

const BULK_MAX = 500
const UIDS_MAX = 1000
const TRIES = 5
/** Longer than any move can be left half done. */
const LASTING_MS = 365 * 86_400_000

export interface ApplyPorts {
  readonly collections: Pick<Collections, 'messages' | 'vanished' | 'receipts' | 'staged'>
  readonly retention: Retention
  readonly at: Failpoint
}

/** Resolves when everything that the operation did can be read from the documents. */
export async function apply(
  mailbox: string,
  operation: Operation,
  ports: ApplyPorts,
): Promise<void> {
  const work: Promise<void>[] = []
  if (operation.messages.length > 0) work.push(addMessages(mailbox, operation, ports))
  if (operation.flagged.length > 0) work.push(setFlags(mailbox, operation, ports))
  if (operation.expunged) {
    work.push(bury(mailbox, operation, ports), addVanished(mailbox, operation, ports))
  }
  if (operation.staged) work.push(addStaged(mailbox, operation, ports))
  if (operation.receipts.length > 0) work.push(addReceipts(mailbox, operation, ports))
  if (operation.settled) work.push(settleReceipts(operation, ports))
  // All are waited for even when one fails: none may still be writing when the next commit is made.
  for (const result of await Promise.allSettled(work)) {
    if (result.status === 'rejected') throw result.reason
  }
}

async function addMessages(mailbox: string, operation: Operation, ports: ApplyPorts) {
  ports.at('apply-messages')
  const documents = operation.messages.map((message) => {
    const { uid } = message
    return toDocument(mailbox, message, { uid, modSeq: operation.modSeq })
  })
  await insertMissing(ports.collections.messages, documents)
}

/** What is long comes last, so that who reads many messages needs only the beginning of each. */
function toDocument(
  mailbox: string,
  message: Omit<NewMessage, 'uid'>,
  { uid, modSeq }: { uid: number; modSeq: number },
): MessageDocument {
  const { flags, size, internalDate, blob, mailId, details } = message
  const _id = messageKey(mailbox, uid)
  return { _id, mailbox, uid, modSeq, flags, size, internalDate, blob, mailId, details }
}

/** One part after the other, in bounded memory. A part that is gone has been applied by someone else. */
async function addStaged(mailbox: string, operation: Operation, ports: ApplyPorts) {
  const { messages, staged } = ports.collections
  const { modSeq, keywords = [] } = operation
  for (const { id, firstUid, counts } of operation.staged ?? []) {
    let uid = firstUid
    for (const [part, count] of counts.entries()) {
      ports.at('apply-staged')
      const _id = stagedKey(mailbox, id, part)
      const found = await staged.findOne({ _id })
      if (found !== undefined) {
        const documents = decodeStaged(found).map(({ flags: names, ...message }, i) => {
          const flags = toWords(names, keywords).words
          return toDocument(mailbox, { ...message, flags }, { uid: uid + i, modSeq })
        })
        await insertMissing(messages, documents)
        await staged.deleteOne({ _id })
      }
      uid += count
    }
  }
}

async function addReceipts(mailbox: string, operation: Operation, ports: ApplyPorts) {
  ports.at('apply-receipts')
  const documents = operation.receipts.map(({ key, lasting, ...receipt }) => ({
    ...receipt,
    _id: receiptKey(mailbox, key),
    modSeq: operation.modSeq,
    expiresAt: new Date(operation.at + (lasting ? LASTING_MS : ports.retention.receiptsMs)),
  }))
  await insertMissing(ports.collections.receipts, documents)
}

/**
 * The receipt may not be there yet, when the operation of the target that it came with is applied later than this one:
 * then it is made here, or it would last too long.
 */
async function settleReceipts(operation: Operation, ports: ApplyPorts) {
  ports.at('apply-settled')
  const { receipts } = ports.collections
  const expiresAt = new Date(operation.at + ports.retention.receiptsMs)
  for (const { _id, ...receipt } of operation.settled ?? []) {
    const missing = { ...receipt, _id, modSeq: 0, expiresAt }
    const { matched } = await receipts.updateOne({ _id }, { $set: { expiresAt } })
    if (matched === 1) continue
    await insertMissing(receipts, [missing])
    await receipts.updateOne({ _id }, { $set: { expiresAt } })
  }
}

async function addVanished(mailbox: string, operation: Operation, ports: ApplyPorts) {
  const { expunged, modSeq } = operation
  if (!expunged) return
  ports.at('apply-vanished')
  const document = {
    _id: vanishedKey(mailbox, modSeq),
    modSeq,
    previous: expunged.previous,
    uids: expunged.uids,
    expiresAt: new Date(operation.at + ports.retention.vanishedMs),
  }
  await insertMissing(ports.collections.vanished, [document])
}

async function setFlags(mailbox: string, operation: Operation, ports: ApplyPorts) {
  ports.at('apply-flags')
  for (const { flags, ranges } of operation.flagged) {
    const set = { flags, modSeq: operation.modSeq }
    await updateRanges(ports.collections.messages, mailbox, parseUidSet(ranges), {
      modSeq: operation.modSeq,
      update: { $set: set },
    })
  }
}

/** Leaves a tombstone where a message was: whoever applies its append late must not raise it again. */
async function bury(mailbox: string, operation: Operation, ports: ApplyPorts) {
  if (!operation.expunged) return
  ports.at('apply-expunge')
  const expiresAt = new Date(operation.at + ports.retention.tombstonesMs)
  const ranges = parseUidSet(operation.expunged.ranges)
  await updateRanges(ports.collections.messages, mailbox, ranges, {
    modSeq: operation.modSeq,
    update: {
      $set: { modSeq: operation.modSeq, expiresAt },
      $unset: { details: true, blob: true, mailId: true, internalDate: true },
    },
  })
}

interface RangeUpdate {
  readonly modSeq: number
  readonly update: { $set: Record<string, Value>; $unset?: Record<string, true> }
}

/** Changes only what is older than the operation and lives: that makes a late repetition harmless. */
async function updateRanges(
  messages: Collection<MessageDocument>,
  mailbox: string,
  ranges: UidSet,
  { modSeq, update }: RangeUpdate,
): Promise<void> {
  const older = { modSeq: { $lt: modSeq }, expiresAt: { $exists: false } }
  const single: Write<MessageDocument>[] = []
  for (const [first, last] of ranges) {
    if (first === last) {
      single.push({ kind: 'update', filter: { _id: messageKey(mailbox, first), ...older }, update })
      continue
    }
    // In parts, so that thousands of messages do not keep the database from everyone else.
    for (let from = first; from <= last; from += UIDS_MAX) {
      const to = Math.min(from + UIDS_MAX - 1, last)
      const _id = { $gte: messageKey(mailbox, from), $lte: messageKey(mailbox, to) }
      await messages.updateMany({ _id, ...older }, update)
    }
  }
  for (let i = 0; i < single.length; i += BULK_MAX) {
    await messages.bulkWrite(single.slice(i, i + BULK_MAX))
  }
}

/** Inserts what is not there. Nearly always all of it is missing, and a plain insert is the cheapest. */
async function insertMissing<T extends Document>(
  collection: Collection<T>,
  documents: readonly T[],
): Promise<void> {
  try {
    return await collection.bulkWrite(documents.map((document) => ({ kind: 'insert', document })))
  } catch (error) {
    if (!(error instanceof DuplicateKey)) throw error
  }
  const upserts = documents.map((document): Write<T> => {
    const { _id, ...rest } = document as unknown as Document & Record<string, Value>
    return { kind: 'update', filter: { _id }, update: { $setOnInsert: rest }, upsert: true }
  })
  // Two upserts of one document at the same time: one may fail, and finds the other's work the next time.
  for (let tries = 1; ; tries++) {
    try {
      return await collection.bulkWrite(upserts)
    } catch (error) {
      if (!(error instanceof DuplicateKey) || tries === TRIES) throw error
    }
  }
}
