/**
 * A committed operation as it stands in the mailbox document until it is applied: everything that applying needs, and
 * nothing that could change until someone helps.
 */

import { fromUtf8, toUtf8 } from '#lib/base/bytes.ts'
import type { MessageDocument } from '../documents.ts'
import type { FlagWords } from './flag-words.ts'

/** A message as the operation carries it: the rest follows from the mailbox and the MODSEQ. */
export type NewMessage = Pick<
  MessageDocument,
  'uid' | 'flags' | 'size' | 'internalDate' | 'blob' | 'mailId' | 'details'
>

/** Messages that get the same flags. Between the ends of a range there is no other message that lives. */
export interface Flagged {
  readonly flags: FlagWords
  readonly ranges: string
}

interface Expunged {
  /** Exactly what went. */
  readonly uids: string
  /** The same with gaps closed where nothing lives. */
  readonly ranges: string
  /** MODSEQ of the expunge before. */
  readonly previous: number
}

/** Messages that were written to staged documents, as they would not fit in here. */
export interface Staged {
  /** The operation in the documents' `_id`s. */
  readonly id: string
  readonly firstUid: number
  /** Messages in each document. */
  readonly counts: readonly number[]
}

export interface NewReceipt {
  readonly key: string
  readonly uids: string
  readonly sourceUids?: string
  readonly claim?: string
  readonly target?: string
  /** It belongs to a move that is under way, and lasts far longer than that. */
  readonly lasting?: boolean
}

export interface SettledReceipt {
  readonly _id: string
  readonly uids: string
  readonly sourceUids: string
}

export interface Operation {
  readonly modSeq: number
  /** Milliseconds since 1970: what expires is counted from here, however late it is applied. */
  readonly at: number
  readonly messages: readonly NewMessage[]
  readonly flagged: readonly Flagged[]
  readonly expunged?: Expunged
  readonly receipts: readonly NewReceipt[]
  readonly staged?: readonly Staged[]
  /** The mailbox's, for the flags of what is staged, which are names. */
  readonly keywords?: readonly string[]
  /** Lasting receipts whose moves are over. */
  readonly settled?: readonly SettledReceipt[]
}

export function encodeOperation(operation: Operation): Uint8Array {
  return fromUtf8(JSON.stringify(operation))
}

export function decodeOperation(bytes: Uint8Array): Operation {
  return JSON.parse(toUtf8(bytes)) as Operation
}
