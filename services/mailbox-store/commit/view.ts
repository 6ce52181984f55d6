/**
 * What a replica keeps of a busy mailbox, packed: some 28 bytes per message instead of a document. It stands for
 * one MODSEQ exactly, and knows nothing of the database.
 */

import { parseUidSet, type UidSet } from '#lib/mail/uid-set.ts'
import { type Columns, type Compact, compact, type Packed, pack, sizeOf } from './compact.ts'
import { DELETED, type FlagWords, SEEN } from './flag-words.ts'

const ROOM = 64
/** Of what `dump` writes: another format is not read. */
const FORMAT = 1
const HEAD_BYTES = 16
const ENTRY_BYTES = 24

/** What the view holds of one message. */
export interface ViewEntry {
  readonly uid: number
  readonly modSeq: number
  readonly flags: FlagWords
  readonly size: number
  readonly internalDate: number
}

/** What a mailbox counts of its messages. */
export interface Tally {
  readonly exists: number
  readonly unseen: number
  readonly deleted: number
  readonly bytes: number
}

export class View {
  #length = 0
  #words = 1
  #uids: Uint32Array
  #flags: Uint32Array
  #sizes: Uint32Array
  #modSeqs: Float64Array
  #dates: Float64Array
  /** Of all messages, until one of them changes. */
  #compact: Compact | undefined

  /** With room for so many messages; more may come. */
  constructor(messages = 0) {
    const room = messages + ROOM
    this.#uids = new Uint32Array(room)
    this.#flags = new Uint32Array(room)
    this.#sizes = new Uint32Array(room)
    this.#modSeqs = new Float64Array(room)
    this.#dates = new Float64Array(room)
  }

  /** As it is now, for who looks at it for longer. */
  copy(): View {
    const view = new View()
    view.#length = this.#length
    view.#words = this.#words
    view.#uids = this.#uids.slice(0, this.#length)
    view.#flags = this.#flags.slice(0, this.#length * this.#words)
    view.#sizes = this.#sizes.slice(0, this.#length)
    view.#modSeqs = this.#modSeqs.slice(0, this.#length)
    view.#dates = this.#dates.slice(0, this.#length)
    return view
  }

  get length(): number {
    return this.#length
  }

  /** Words of flags per message. */
  get flagWords(): number {
    return this.#words
  }

  /** Memory held. */
  get bytes(): number {
    const kept = this.#compact === undefined ? 0 : sizeOf(this.#compact)
    return this.#uids.length * (ENTRY_BYTES + 4 * this.#words) + kept
  }

  uidAt(index: number): number {
    return this.#uids[index] ?? 0
  }

  modSeqAt(index: number): number {
    return this.#modSeqs[index] ?? 0
  }

  sizeAt(index: number): number {
    return this.#sizes[index] ?? 0
  }

  internalDateAt(index: number): number {
    return this.#dates[index] ?? 0
  }

  flagsAt(index: number): FlagWords {
    return Array.from(this.#flags.subarray(index * this.#words, (index + 1) * this.#words))
  }

  hasBitAt(index: number, bit: number): boolean {
    const word = bit >>> 5
    if (word >= this.#words) return false
    return (((this.#flags[index * this.#words + word] ?? 0) >>> (bit & 31)) & 1) === 1
  }

  /** Index of a UID; -1 when it is not there. */
  indexOf(uid: number): number {
    const index = this.firstAtLeast(uid)
    return index < this.#length && this.#uids[index] === uid ? index : -1
  }

  /** Index of the first message with this UID or a higher one; the length when there is none. */
  firstAtLeast(uid: number): number {
    let low = 0
    let high = this.#length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#uids[middle] ?? 0) < uid) low = middle + 1
      else high = middle
    }
    return low
  }

  /**
   * Indexes of the messages that a UID set in text names, ascending. `*` is the last message, so that `n:*` names
   * it even when n is beyond it. RFC 9051 §9, rule seq-range
   *
   * @throws {Fault} invalid
   */
  select(text: string): number[] {
    if (!text.includes('*')) return this.indexesOf(parseUidSet(text))
    const last = this.#length === 0 ? 1 : this.uidAt(this.#length - 1)
    return this.indexesOf(parseUidSet(text.replaceAll('*', `${last}`)))
  }

  indexesOf(uids: UidSet): number[] {
    const indexes: number[] = []
    for (const [first, last] of uids) {
      for (let i = this.firstAtLeast(first); i < this.#length && this.uidAt(i) <= last; i++) {
        indexes.push(i)
      }
    }
    return indexes
  }

  /** Adds a message, or sets the flags and MODSEQ of one that is there. UIDs that are new come in order. */
  put(entry: ViewEntry): void {
    const last = this.#length === 0 ? 0 : this.uidAt(this.#length - 1)
    if (entry.uid > last) this.#append(entry)
    else this.setFlags(this.indexOf(entry.uid), entry.flags, entry.modSeq)
  }

  setFlags(index: number, flags: FlagWords, modSeq: number): void {
    if (index < 0) return
    this.#compact = undefined
    this.widen(flags.length)
    for (let word = 0; word < this.#words; word++) {
      this.#flags[index * this.#words + word] = flags[word] ?? 0
    }
    this.#modSeqs[index] = modSeq
  }

  /** Takes messages out. UIDs that are not there are ignored. */
  remove(uids: ReadonlySet<number>): void {
    this.#compact = undefined
    let to = 0
    for (let from = 0; from < this.#length; from++) {
      if (uids.has(this.uidAt(from))) continue
      if (to !== from) this.#moveEntry(from, to)
      to++
    }
    this.#length = to
  }

  /** Makes room for so many words of flags per message. */
  widen(words: number): void {
    if (words <= this.#words) return
    this.#compact = undefined
    const wide = new Uint32Array(this.#uids.length * words)
    for (let i = 0; i < this.#length; i++) {
      for (let word = 0; word < this.#words; word++) {
        wide[i * words + word] = this.#flags[i * this.#words + word] ?? 0
      }
    }
    this.#flags = wide
    this.#words = words
  }

  /** A copy of all messages, or of those at `indexes`, which ascend. */
  pack(indexes?: readonly number[]): Packed {
    return pack(this.#isAll(indexes) ? this.#columns() : this.#columnsAt(indexes))
  }

  /** The same in fewer bytes. That of all messages is made once until one of them changes. */
  compact(indexes?: readonly number[]): Compact {
    if (!this.#isAll(indexes)) return compact(this.#columnsAt(indexes))
    this.#compact ??= compact(this.#columns())
    return this.#compact
  }

  /** Indexes of messages changed after a MODSEQ. */
  changedSince(modSeq: number): number[] {
    const indexes: number[] = []
    for (let i = 0; i < this.#length; i++) {
      if ((this.#modSeqs[i] ?? 0) > modSeq) indexes.push(i)
    }
    return indexes
  }

  /** Counts what is there, as the mailbox document should have it. */
  tally(): Tally {
    let [unseen, deleted, bytes] = [0, 0, 0]
    for (let i = 0; i < this.#length; i++) {
      const word = this.#flags[i * this.#words] ?? 0
      if ((word & SEEN) === 0) unseen++
      if ((word & DELETED) !== 0) deleted++
      bytes += this.#sizes[i] ?? 0
    }
    return { exists: this.#length, unseen, deleted, bytes }
  }

  /** Everything that is known of so many messages, for `restore`. */
  dump(from: number, count: number): Uint8Array {
    const to = from + count
    const head = Uint32Array.of(FORMAT, count, this.#words, 0)
    return Buffer.concat(
      [
        head,
        this.#modSeqs.subarray(from, to),
        this.#dates.subarray(from, to),
        this.#uids.subarray(from, to),
        this.#sizes.subarray(from, to),
        this.#flags.subarray(from * this.#words, to * this.#words),
      ].map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
    )
  }

  /** Adds the messages of a `dump` behind those that are there. Answers false when they do not belong there. */
  restore(dump: Uint8Array): boolean {
    // A copy, so that the numbers lie where arrays of them may begin.
    const { buffer } = new Uint8Array(dump)
    if (buffer.byteLength < HEAD_BYTES) return false
    const [format = 0, count = 0, words = 0] = new Uint32Array(buffer, 0, HEAD_BYTES / 4)
    const bytes = HEAD_BYTES + count * (ENTRY_BYTES + 4 * words)
    if (format !== FORMAT || words === 0 || buffer.byteLength !== bytes) return false
    const uids = new Uint32Array(buffer, HEAD_BYTES + 16 * count, count)
    let last = this.#length === 0 ? 0 : this.uidAt(this.#length - 1)
    for (const uid of uids) {
      if (uid <= last) return false
      last = uid
    }
    this.#compact = undefined
    this.widen(words)
    while (this.#uids.length < this.#length + count) this.#grow()
    this.#modSeqs.set(new Float64Array(buffer, HEAD_BYTES, count), this.#length)
    this.#dates.set(new Float64Array(buffer, HEAD_BYTES + 8 * count, count), this.#length)
    this.#uids.set(uids, this.#length)
    this.#sizes.set(new Uint32Array(buffer, HEAD_BYTES + 20 * count, count), this.#length)
    this.#restoreFlags(new Uint32Array(buffer, HEAD_BYTES + ENTRY_BYTES * count), words)
    this.#length += count
    return true
  }

  #restoreFlags(flags: Uint32Array, words: number): void {
    const to = this.#length * this.#words
    if (words === this.#words) {
      this.#flags.set(flags, to)
      return
    }
    this.#flags.fill(0, to, to + (flags.length / words) * this.#words)
    for (const [at, word] of flags.entries()) {
      this.#flags[to + Math.floor(at / words) * this.#words + (at % words)] = word
    }
  }

  #isAll(indexes: readonly number[] | undefined): indexes is undefined {
    return indexes === undefined || indexes.length === this.#length
  }

  #columns(): Columns {
    return {
      uids: this.#uids.slice(0, this.#length),
      flags: this.#flags.slice(0, this.#length * this.#words),
      modSeqs: this.#modSeqs.slice(0, this.#length),
      flagWords: this.#words,
    }
  }

  #columnsAt(indexes: readonly number[]): Columns {
    const words = this.#words
    const uids = new Uint32Array(indexes.length)
    const flags = new Uint32Array(indexes.length * words)
    const modSeqs = new Float64Array(indexes.length)
    for (let to = 0; to < indexes.length; to++) {
      const from = indexes[to] ?? 0
      uids[to] = this.#uids[from] ?? 0
      modSeqs[to] = this.#modSeqs[from] ?? 0
      for (let word = 0; word < words; word++) {
        flags[to * words + word] = this.#flags[from * words + word] ?? 0
      }
    }
    return { uids, flags, modSeqs, flagWords: words }
  }

  #append(entry: ViewEntry): void {
    if (this.#length === this.#uids.length) this.#grow()
    const index = this.#length++
    this.#uids[index] = entry.uid
    this.#sizes[index] = entry.size
    this.#dates[index] = entry.internalDate
    this.setFlags(index, entry.flags, entry.modSeq)
  }

  #grow(): void {
    const room = this.#uids.length * 2
    this.#uids = copied(new Uint32Array(room), this.#uids)
    this.#sizes = copied(new Uint32Array(room), this.#sizes)
    this.#modSeqs = copied(new Float64Array(room), this.#modSeqs)
    this.#dates = copied(new Float64Array(room), this.#dates)
    this.#flags = copied(new Uint32Array(room * this.#words), this.#flags)
  }

  #moveEntry(from: number, to: number): void {
    this.#uids[to] = this.uidAt(from)
    this.#sizes[to] = this.sizeAt(from)
    this.#dates[to] = this.internalDateAt(from)
    this.#modSeqs[to] = this.modSeqAt(from)
    this.#flags.copyWithin(to * this.#words, from * this.#words, (from + 1) * this.#words)
  }
}

function copied<A extends Uint32Array | Float64Array>(target: A, source: A): A {
  target.set(source)
  return target
}
