import { Fault } from '#lib/base/fault.ts'
import { type MessageSet, mergeRanges, type Range } from '#lib/imap/sequence-set.ts'
import type { UidSet } from '#lib/mail/uid-set.ts'
import type { Changes, MailboxCounts, Packed, View } from './mail-store.ts'

/** Bits 0-4 of the first flag word; keywords follow. */
const SYSTEM_FLAGS = ['\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft']
const SEEN = 1
const ROOM = 64

/**
 * What one session has been told of its mailbox: which UID each sequence number stands for, and the
 * flags. It may lag behind the mailbox, because a client must not see sequence numbers change whenever
 * somebody else expunges a message, only when the protocol lets it be told.
 *
 * RFC 9051 §7.5.1
 */
export class SessionView {
  readonly uidValidity: number
  #counts: MailboxCounts
  #keywords: readonly string[]
  #uids: Uint32Array
  #flags: Uint32Array
  #modSeqs: Float64Array
  #flagWords: number
  #exists: number
  /** What a flag word means: most messages have one of a few. */
  readonly #flagLists = new Map<number, readonly string[]>()
  /** Expunged by others, and not told yet. */
  readonly #gone = new Set<number>()

  constructor({ mailbox, keywords, messages }: View) {
    this.uidValidity = mailbox.counts.uidValidity
    this.#counts = mailbox.counts
    this.#keywords = keywords
    this.#uids = messages.uids
    this.#flags = messages.flags
    this.#modSeqs = messages.modSeqs
    this.#flagWords = Math.max(1, messages.flagWords)
    this.#exists = messages.uids.length
  }

  get exists(): number {
    return this.#exists
  }

  get uidNext(): number {
    return this.#counts.uidNext
  }

  get modSeq(): number {
    return this.#counts.modSeq
  }

  get keywords(): readonly string[] {
    return this.#keywords
  }

  /** Every flag that a message can have here. */
  get knownFlags(): string[] {
    return [...SYSTEM_FLAGS, ...this.#keywords]
  }

  /** The UID of a sequence number. */
  uid(sequence: number): number {
    return this.#uids[sequence - 1] ?? 0
  }

  /** The sequence number of a UID, 0 when the session does not know the message. */
  sequence(uid: number): number {
    const index = this.#find(uid)
    return index < this.#exists && this.#uids[index] === uid ? index + 1 : 0
  }

  flags(sequence: number): readonly string[] {
    const word = this.#flags[(sequence - 1) * this.#flagWords] ?? 0
    const remembered = this.#flagWords === 1 ? this.#flagLists.get(word) : undefined
    if (remembered !== undefined) return remembered
    const flags = this.#listFlags(sequence)
    if (this.#flagWords === 1) this.#flagLists.set(word, flags)
    return flags
  }

  #listFlags(sequence: number): string[] {
    return this.knownFlags.filter((_, flag) => this.#hasBit(sequence, flag))
  }

  /** Tells of a message, by its sequence number, whether it has the flag; flags do not have case. */
  flagTest(name: string): (sequence: number) => boolean {
    const wanted = name.toLowerCase()
    const flag = this.knownFlags.findIndex((known) => known.toLowerCase() === wanted)
    return (sequence) => flag >= 0 && this.#hasBit(sequence, flag)
  }

  /** The first message without \Seen, 0 when there is none. */
  firstUnseen(): number {
    for (let index = 0; index < this.#exists; index++) {
      if (((this.#flags[index * this.#flagWords] ?? 0) & SEEN) === 0) return index + 1
    }
    return 0
  }

  /**
   * The sequence numbers of the messages that a command names, ascending, each once. UIDs that do not
   * exist are passed over; a sequence number that does not is an error.
   *
   * RFC 9051 §6.4.9, §9 (rule seq-number)
   *
   * @throws {Fault} invalid
   */
  resolve({ byUid, ranges }: MessageSet): number[] {
    const last = byUid ? this.uid(this.#exists) : this.#exists
    if (!byUid) this.#requireExisting(ranges)
    const found: number[] = []
    for (const [from, to] of mergeRanges(ranges.map((range) => concrete(range, last)))) {
      const start = byUid ? this.#find(from) : from - 1
      const end = byUid ? this.#find(to + 1) : to
      for (let index = Math.max(0, start); index < Math.min(end, this.#exists); index++) {
        found.push(index + 1)
      }
    }
    return found
  }

  uidsOf(sequences: readonly number[]): number[] {
    return sequences.map((sequence) => this.uid(sequence))
  }

  /** Takes over what happened; returns the sequence numbers of known messages whose flags are others now. */
  apply({ counts, keywords, changed, vanished }: Changes): number[] {
    const changedFlags = this.setFlags(keywords, changed)
    this.#append(changed)
    this.#counts = counts
    this.vanish(vanished)
    return changedFlags
  }

  /** Takes over the flags of known messages; returns the sequence numbers of those that were others. */
  setFlags(keywords: readonly string[], packed: Packed): number[] {
    if (keywords.length !== this.#keywords.length) this.#flagLists.clear()
    this.#keywords = keywords
    this.#widen(packed.flagWords)
    const changed: number[] = []
    packed.uids.forEach((uid, index) => {
      const sequence = this.sequence(uid)
      const modSeq = packed.modSeqs[index] ?? 0
      // An answer may be older than what an own STORE has brought since.
      if (sequence === 0 || modSeq < (this.#modSeqs[sequence - 1] ?? 0)) return
      this.#modSeqs[sequence - 1] = modSeq
      if (this.#copyFlags(packed, index, sequence - 1)) changed.push(sequence)
    })
    return changed
  }

  /** Remembers what is gone until `takeVanished` may tell it. */
  vanish(uids: UidSet): void {
    for (const [first, last] of uids) {
      for (let index = this.#find(first); index < this.#find(last + 1); index++) {
        this.#gone.add(this.#uids[index] ?? 0)
      }
    }
  }

  /**
   * Removes what has vanished; returns the numbers for EXPUNGE responses in their order: each counts
   * without those before it.
   *
   * RFC 9051 §7.5.1
   */
  takeVanished(): number[] {
    if (this.#gone.size === 0) return []
    const told: number[] = []
    let kept = 0
    for (let index = 0; index < this.#exists; index++) {
      if (this.#gone.has(this.#uids[index] ?? 0)) {
        told.push(kept + 1)
      } else {
        if (kept !== index) this.#shift(index, kept)
        kept += 1
      }
    }
    this.#exists = kept
    this.#gone.clear()
    return told
  }

  #find(uid: number): number {
    let low = 0
    let high = this.#exists
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#uids[middle] ?? 0) < uid) low = middle + 1
      else high = middle
    }
    return low
  }

  #hasBit(sequence: number, bit: number): boolean {
    const word = this.#flags[(sequence - 1) * this.#flagWords + (bit >>> 5)] ?? 0
    return bit >>> 5 < this.#flagWords && ((word >>> (bit & 31)) & 1) === 1
  }

  #requireExisting(ranges: readonly Range[]): void {
    const known = ([first, last]: Range) =>
      last === Infinity || first === Infinity || last <= this.#exists
    if (!ranges.every(known)) throw new Fault('invalid', 'There is no such message')
  }

  #append({ uids, modSeqs, ...packed }: Packed): void {
    const last = this.uid(this.#exists)
    uids.forEach((uid, index) => {
      if (uid <= last) return
      this.#makeRoom()
      this.#uids[this.#exists] = uid
      this.#modSeqs[this.#exists] = modSeqs[index] ?? 0
      this.#copyFlags({ uids, modSeqs, ...packed }, index, this.#exists)
      this.#exists += 1
    })
  }

  /** Whether they were different. */
  #copyFlags({ flags, flagWords }: Packed, from: number, to: number): boolean {
    let different = false
    for (let word = 0; word < this.#flagWords; word++) {
      const value = word < flagWords ? (flags[from * flagWords + word] ?? 0) : 0
      const place = to * this.#flagWords + word
      different ||= this.#flags[place] !== value
      this.#flags[place] = value
    }
    return different
  }

  #shift(from: number, to: number): void {
    this.#uids[to] = this.#uids[from] ?? 0
    this.#modSeqs[to] = this.#modSeqs[from] ?? 0
    const words = this.#flagWords
    this.#flags.copyWithin(to * words, from * words, (from + 1) * words)
  }

  #makeRoom(): void {
    if (this.#exists < this.#uids.length) return
    const size = this.#exists + ROOM + (this.#exists >>> 2)
    this.#uids = enlarge(this.#uids, new Uint32Array(size))
    this.#modSeqs = enlarge(this.#modSeqs, new Float64Array(size))
    this.#flags = enlarge(this.#flags, new Uint32Array(size * this.#flagWords))
  }

  /** Gives every message more words when keywords have become more than fit. */
  #widen(flagWords: number): void {
    if (flagWords <= this.#flagWords) return
    const wide = new Uint32Array(this.#uids.length * flagWords)
    for (let place = 0; place < this.#exists * this.#flagWords; place++) {
      const index = Math.floor(place / this.#flagWords)
      wide[index * flagWords + (place % this.#flagWords)] = this.#flags[place] ?? 0
    }
    this.#flags = wide
    this.#flagWords = flagWords
  }
}

/** Replaces `*`. In an empty mailbox it stands for 0, which no message has. */
function concrete([first, last]: Range, star: number): Range {
  const from = Math.min(first, star)
  if (last !== Number.POSITIVE_INFINITY) return [first, last]
  return first === Number.POSITIVE_INFINITY ? [star, star] : [from, Math.max(from, star)]
}

function enlarge<Numbers extends Uint32Array | Float64Array>(
  old: Numbers,
  roomy: Numbers,
): Numbers {
  roomy.set(old)
  return roomy
}
