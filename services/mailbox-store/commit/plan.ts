/**
 * The next state of a mailbox while the operations that wait for it are worked out one after the other, before they are
 * committed together. Nothing here is visible to anyone until the compare-and-set.
 */

import assert from 'node:assert/strict'
import { formatUidSet, toUidSet } from '#lib/mail/uid-set.ts'
import { type MailboxDocument, type ReceiptDocument, receiptKey } from '../documents.ts'
import { DELETED, type FlagWords, SEEN, sameWords, toWords } from './flag-words.ts'
import type { Flagged, NewMessage, NewReceipt, Operation } from './operation.ts'
import type { View } from './view.ts'

/** UIDs, as all numbers of the protocol, have 32 bits. RFC 9051 §2.3.1.1 */
const UID_MAX = 0xffff_fffe

export class Plan {
  /** As it was read, and as it will be compared with. */
  readonly before: MailboxDocument
  /** What everything that the operation touches will carry. */
  readonly modSeq: number
  readonly #view: View | undefined
  readonly #receipts: Map<string, NewReceipt>
  readonly #now: number
  #uidNext: number
  #exists: number
  #unseen: number
  #deleted: number
  #bytes: number
  #keywords: readonly string[]
  readonly #messages: NewMessage[] = []
  readonly #flagged = new Map<number, FlagWords>()
  readonly #expunged = new Set<number>()
  readonly #newReceipts: NewReceipt[] = []
  readonly #removals: string[] = []

  constructor(
    before: MailboxDocument,
    view: View | undefined,
    receipts: readonly ReceiptDocument[],
    now: number,
  ) {
    this.before = before
    this.modSeq = before.modSeq + 1
    this.#view = view
    this.#receipts = new Map(receipts.map((receipt) => [receipt._id, { ...receipt, key: '' }]))
    this.#now = now
    this.#uidNext = before.uidNext
    this.#exists = before.exists
    this.#unseen = before.unseen
    this.#deleted = before.deleted
    this.#bytes = before.bytes
    this.#keywords = before.keywords
  }

  /** Whether there is anything to commit. */
  get empty(): boolean {
    const writes = this.#messages.length + this.#flagged.size + this.#expunged.size
    return writes + this.#newReceipts.length + this.#removals.length === 0
  }

  get keywords(): readonly string[] {
    return this.#keywords
  }

  get messages(): readonly NewMessage[] {
    return this.#messages
  }

  /** By index of the view. */
  get flagged(): ReadonlyMap<number, FlagWords> {
    return this.#flagged
  }

  get expungedUids(): Set<number> {
    return new Set([...this.#expunged].map((index) => this.view.uidAt(index)))
  }

  get removals(): readonly string[] {
    return this.#removals
  }

  get view(): View {
    assert(this.#view, 'this change did not ask for the view')
    return this.#view
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
    const uid = this.#uidNext++
    assert(uid <= UID_MAX, 'the mailbox has run out of UIDs')
    this.#messages.push({ ...message, uid })
    this.#count(message.flags, message.size, 1)
    return uid
  }

  has(index: number): boolean {
    return !this.#expunged.has(index)
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

  /** Messages of another mailbox that have to go, since this operation put them here. */
  addRemoval(source: string, uids: string): void {
    this.#removals.push(`${source} ${uids}`)
  }

  /** The mailbox as the commit leaves it, without the operation. */
  after(): MailboxDocument {
    return {
      ...this.before,
      uidNext: this.#uidNext,
      modSeq: this.modSeq,
      exists: this.#exists,
      unseen: this.#unseen,
      deleted: this.#deleted,
      bytes: this.#bytes,
      keywords: this.#keywords,
      lastVanished: this.#expunged.size > 0 ? this.modSeq : this.before.lastVanished,
      removals: [...(this.before.removals ?? []), ...this.#removals],
    }
  }

  operation(): Operation {
    const expunged = [...this.#expunged].sort((a, b) => a - b)
    return {
      modSeq: this.modSeq,
      at: this.#now,
      messages: this.#messages,
      flagged: this.#groups(),
      receipts: this.#newReceipts,
      ...(expunged.length > 0 && {
        expunged: {
          uids: formatUidSet(toUidSet(expunged.map((index) => this.view.uidAt(index)))),
          ranges: this.#closed(expunged),
          previous: this.before.lastVanished,
        },
      }),
    }
  }

  /** Messages by the flags that they get: thousands that are marked as read make one short line. */
  #groups(): Flagged[] {
    const groups = new Map<string, { flags: FlagWords; indexes: number[] }>()
    for (const [index, flags] of this.#flagged) {
      const key = flags.join()
      const group = groups.get(key) ?? { flags, indexes: [] }
      group.indexes.push(index)
      groups.set(key, group)
    }
    return [...groups.values()].map(({ flags, indexes }) => ({
      flags,
      ranges: this.#closed(indexes.sort((a, b) => a - b)),
    }))
  }

  /** UID ranges of what stands side by side in the view; the gaps between UIDs hold nothing that lives. */
  #closed(indexes: readonly number[]): string {
    const parts: string[] = []
    for (let i = 0; i < indexes.length; i++) {
      const first = i
      while ((indexes[i + 1] ?? -1) === (indexes[i] ?? 0) + 1) i++
      const [from, to] = [this.view.uidAt(indexes[first] ?? 0), this.view.uidAt(indexes[i] ?? 0)]
      parts.push(from === to ? `${from}` : `${from}:${to}`)
    }
    return parts.join(',')
  }

  #count(flags: FlagWords, size: number, by: 1 | -1): void {
    const word = flags[0] ?? 0
    this.#exists += by
    this.#bytes += by * size
    if ((word & SEEN) === 0) this.#unseen += by
    if ((word & DELETED) !== 0) this.#deleted += by
  }
}
