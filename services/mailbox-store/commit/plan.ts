/**
 * The next state of a mailbox while the operations that wait for it are worked out one after the other, before they are
 * committed together. Nothing here is visible to anyone until the compare-and-set.
 */

import assert from 'node:assert/strict'
import { Fault } from '#lib/base/fault.ts'
import { formatUidSet, type Range, toUidSet } from '#lib/mail/uid-set.ts'
import {
  type MailboxDocument,
  type Moving,
  type ReceiptDocument,
  receiptKey,
} from '../documents.ts'
import { DELETED, type FlagWords, SEEN, sameWords, toWords } from './flag-words.ts'
import type { NewMessage, NewReceipt, Operation, SettledReceipt, Staged } from './operation.ts'
import { closedRanges, groupFlagged } from './ranges.ts'
import type { View } from './view.ts'

/** UIDs, as all numbers of the protocol, have 32 bits. RFC 9051 §2.3.1.1 */
const UID_MAX = 0xffff_fffe

/** What a view needs of a message that is added. */
export type Added = Pick<NewMessage, 'uid' | 'flags' | 'size' | 'internalDate'>

/** What is known of a message that was staged. */
export interface StagedEntry {
  /** Names; equal ones are the same array. */
  readonly flags: readonly string[]
  readonly size: number
  readonly internalDate: number
}

export class Plan {
  /** As it was read, and as it will be compared with. */
  readonly before: MailboxDocument
  /** What everything that the operation touches will carry. */
  readonly modSeq: number
  /** Milliseconds since 1970. */
  readonly now: number
  readonly #view: View | undefined
  readonly #receipts: Map<string, NewReceipt>
  #uidNext: number
  #exists: number
  #unseen: number
  #deleted: number
  #bytes: number
  #keywords: readonly string[]
  readonly #movingBefore: readonly Moving[]
  #moving: readonly Moving[]
  readonly #added: Added[] = []
  readonly #messages: NewMessage[] = []
  readonly #staged: Staged[] = []
  readonly #flagged = new Map<number, FlagWords>()
  readonly #expunged = new Set<number>()
  /** Indexes of what this plan hands over to moves. */
  readonly #claimed = new Set<number>()
  readonly #newReceipts: NewReceipt[] = []
  readonly #settled: SettledReceipt[] = []

  constructor(
    before: MailboxDocument,
    view: View | undefined,
    receipts: readonly ReceiptDocument[],
    now: number,
  ) {
    this.before = before
    this.modSeq = before.modSeq + 1
    this.now = now
    this.#view = view
    this.#receipts = new Map(receipts.map((receipt) => [receipt._id, { ...receipt, key: '' }]))
    this.#uidNext = before.uidNext
    this.#exists = before.exists
    this.#unseen = before.unseen
    this.#deleted = before.deleted
    this.#bytes = before.bytes
    this.#keywords = before.keywords
    this.#movingBefore = before.moving ?? []
    this.#moving = this.#movingBefore
  }

  /** Whether there is anything to commit. */
  get empty(): boolean {
    const writes = this.#added.length + this.#flagged.size + this.#expunged.size
    return writes + this.#newReceipts.length === 0 && this.moving === undefined
  }

  get keywords(): readonly string[] {
    return this.#keywords
  }

  /** Of what is added, in the order of its UIDs. */
  get messages(): readonly Added[] {
    return this.#added
  }

  /** By index of the view. */
  get flagged(): ReadonlyMap<number, FlagWords> {
    return this.#flagged
  }

  get expungedUids(): Set<number> {
    return new Set([...this.#expunged].map((index) => this.view.uidAt(index)))
  }

  /** The moves under way as the commit leaves them; undefined when it does not change them. */
  get moving(): readonly Moving[] | undefined {
    return this.#moving === this.#movingBefore ? undefined : this.#moving
  }

  get view(): View {
    assert(this.#view, 'this change did not ask for the view')
    return this.#view
  }

  /**
   * Mail of one tenant never gets into a mailbox of another, whatever the caller believes.
   *
   * @throws {Fault} forbidden
   */
  requireTenant(tenant: string): void {
    if (this.before.tenant === tenant) return
    throw new Fault('forbidden', 'The mailbox belongs to someone else')
  }

  /** What was done already under this key, in this batch or before. */
  receipt(key: string): NewReceipt | undefined {
    return key === '' ? undefined : this.#receipts.get(receiptKey(this.before._id, key))
  }

  addReceipt(receipt: NewReceipt): void {
    if (receipt.key === '') return
    this.#receipts.set(receiptKey(this.before._id, receipt.key), receipt)
    this.#newReceipts.push(receipt)
  }

  /** Words of these flags; keywords that are new become the mailbox's. */
  words(flags: readonly string[]): FlagWords {
    const { words, keywords } = toWords(flags, this.#keywords)
    this.#keywords = keywords
    return words
  }

  add(message: Omit<NewMessage, 'uid'>): number {
    const added = { ...message, uid: this.#nextUid() }
    this.#messages.push(added)
    this.#added.push(added)
    this.#count(message.flags, message.size, 1)
    return added.uid
  }

  /** Adds what is staged, all of it; answers its UIDs. */
  addStaged(
    { id, counts }: Omit<Staged, 'firstUid'>,
    entries: readonly StagedEntry[],
  ): readonly Range[] {
    if (entries.length === 0) return []
    const words = new Map<readonly string[], FlagWords>()
    const firstUid = this.#uidNext
    for (const { flags: names, size, internalDate } of entries) {
      const flags = words.get(names) ?? this.words(names)
      words.set(names, flags)
      this.#added.push({ uid: this.#nextUid(), flags, size, internalDate })
      this.#count(flags, size, 1)
    }
    this.#staged.push({ id, firstUid, counts })
    return [[firstUid, this.#uidNext - 1]]
  }

  /** Whether a message is still there to be changed. */
  has(index: number): boolean {
    return index >= 0 && !this.#expunged.has(index) && !this.#claimed.has(index)
  }

  flagsAt(index: number): FlagWords {
    return this.#flagged.get(index) ?? this.view.flagsAt(index)
  }

  modSeqAt(index: number): number {
    return this.#flagged.has(index) ? this.modSeq : this.view.modSeqAt(index)
  }

  setFlags(index: number, flags: FlagWords): void {
    const old = this.flagsAt(index)
    if (sameWords(old, flags)) return
    this.#count(old, this.view.sizeAt(index), -1)
    this.#count(flags, this.view.sizeAt(index), 1)
    this.#flagged.set(index, flags)
  }

  expunge(index: number): void {
    if (this.#expunged.has(index)) return
    this.#count(this.flagsAt(index), this.view.sizeAt(index), -1)
    this.#flagged.delete(index)
    this.#expunged.add(index)
  }

  isMoving(id: string): boolean {
    return this.#moving.some((one) => one.id === id)
  }

  /** Hands messages over to a move: from the commit on, nobody else changes them. */
  claim(moving: Moving, indexes: readonly number[]): void {
    this.#moving = [...this.#moving, moving]
    for (const index of indexes) this.#claimed.add(index)
  }

  /** Ends a move. Of what arrived, the target has a receipt, which may expire from now on. */
  release({ id, target }: Moving, arrived?: Omit<NewReceipt, 'key'>): void {
    this.#moving = this.#moving.filter((one) => one.id !== id)
    if (arrived === undefined) return
    const { uids, sourceUids = '' } = arrived
    this.#settled.push({ _id: receiptKey(target, arrivalKey(id)), uids, sourceUids })
  }

  /** The mailbox as the commit leaves it, without the operation. */
  after(): MailboxDocument {
    const { moving: _moving, unfinishedSince, ...before } = this.before
    return {
      ...before,
      uidNext: this.#uidNext,
      modSeq: this.modSeq,
      exists: this.#exists,
      unseen: this.#unseen,
      deleted: this.#deleted,
      bytes: this.#bytes,
      keywords: this.#keywords,
      lastVanished: this.#expunged.size > 0 ? this.modSeq : this.before.lastVanished,
      ...(this.#moving.length > 0 && {
        moving: this.#moving,
        unfinishedSince: unfinishedSince ?? new Date(this.now),
      }),
    }
  }

  operation(): Operation {
    const expunged = [...this.#expunged].sort((a, b) => a - b)
    return {
      modSeq: this.modSeq,
      at: this.now,
      messages: this.#messages,
      flagged: groupFlagged(this.#flagged, this.#view),
      receipts: this.#newReceipts,
      ...(this.#staged.length > 0 && { staged: this.#staged, keywords: this.#keywords }),
      ...(this.#settled.length > 0 && { settled: this.#settled }),
      ...(expunged.length > 0 && {
        expunged: {
          uids: formatUidSet(toUidSet(expunged.map((index) => this.view.uidAt(index)))),
          ranges: closedRanges(expunged, this.view),
          previous: this.before.lastVanished,
        },
      }),
    }
  }

  #nextUid(): number {
    if (this.#uidNext > UID_MAX) throw new Fault('over-quota', 'The mailbox has run out of UIDs')
    return this.#uidNext++
  }

  #count(flags: FlagWords, size: number, by: 1 | -1): void {
    const word = flags[0] ?? 0
    this.#exists += by
    this.#bytes += by * size
    if ((word & SEEN) === 0) this.#unseen += by
    if ((word & DELETED) !== 0) this.#deleted += by
  }
}

/** Under which the target of a move keeps what arrived. */
export function arrivalKey(claim: string): string {
  return `v:${claim}`
}
