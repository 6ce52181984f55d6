/**
 * Who may work on an entry. A lease is a name, a time, and a number that grows with each lease there was, the fence: every
 * write of the holder compares it, so that one that slept while another took over changes nothing any more.
 *
 * While an entry is leased its `next` is when the lease ends: what is due and what the dead have left are one query.
 */

import type { Clock } from '#lib/base/clock.ts'
import type { Filter, Update, Write } from '#lib/db/port.ts'
import type { Collections, EntryDocument } from '../documents.ts'
import type { Events } from '../events.ts'

export interface LeaseParts {
  readonly collections: Pick<Collections, 'entries'>
  readonly clock: Clock
  readonly leaseMs: number
  /** This process; no other ever has the same. */
  readonly owner: string
  readonly events: Pick<Events, 'tookOver' | 'lostLease'>
}

/** What is needed to take an entry. */
export type Candidate = Pick<EntryDocument, '_id' | 'fence'>

/** Renewed that often in its time: three answers may be late. */
const RENEWALS = 4
/** Beyond this part of its time without an answer it is not relied on. */
const RELIED_ON = 0.75

/**
 * Takes those of the candidates that nobody else took first, in two round trips. Killed in between, or before anything is done
 * with them, their leases end and others take them.
 */
export async function takeLeases(
  candidates: readonly Candidate[],
  parts: LeaseParts,
): Promise<Lease[]> {
  const { collections, clock, leaseMs, owner } = parts
  if (candidates.length === 0) return []
  const taken = { monotonic: clock.monotonic(), wall: clock.now() }
  const until = new Date(taken.wall + leaseMs)
  await collections.entries.bulkWrite(
    candidates.map(({ _id, fence }): Write<EntryDocument> => {
      const filter = { _id, fence, state: 'waiting', next: { $lte: new Date(taken.wall) } }
      return { kind: 'update', filter, update: leaseUpdate(owner, until) }
    }),
  )
  const fences = new Map(candidates.map(({ _id, fence }) => [_id, fence]))
  // All of them before the first is renewed: what broke off here would be renewed for ever, and worked on by nobody.
  const found = await Array.fromAsync(
    collections.entries.find({ _id: { $in: [...fences.keys()] } }),
  )
  return found
    .filter(
      ({ _id, fence, lease }) => fence === (fences.get(_id) ?? 0) + 1 && lease?.owner === owner,
    )
    .map((entry) => new Lease(entry, taken, parts))
}

/** Takes one that an operator wants to do something with, whatever its state and its time. */
export async function takeOne(entry: Candidate, parts: LeaseParts): Promise<Lease | undefined> {
  const { collections, clock, leaseMs, owner } = parts
  const taken = { monotonic: clock.monotonic(), wall: clock.now() }
  const until = new Date(taken.wall + leaseMs)
  const { _id, fence } = entry
  const found = await collections.entries.findOneAndUpdate(
    { _id, fence },
    leaseUpdate(owner, until),
  )
  return found && new Lease(found, taken, parts)
}

function leaseUpdate(owner: string, until: Date): Update {
  return { $set: { lease: { owner, until }, next: until }, $inc: { fence: 1 } }
}

interface Moment {
  readonly monotonic: number
  readonly wall: number
}

export class Lease implements Disposable {
  readonly entry: EntryDocument
  readonly #parts: LeaseParts
  readonly #over = new AbortController()
  #confirmed: Moment
  #lost = false

  constructor(entry: EntryDocument, taken: Moment, parts: LeaseParts) {
    this.entry = entry
    this.#parts = parts
    this.#confirmed = taken
    this.#renewRegularly().catch(() => {})
  }

  /**
   * Whether nobody else can have it: the database has said so lately, by a clock that nobody sets and by one that goes on while
   * the machine sleeps.
   */
  stillOurs(): boolean {
    const { clock, leaseMs } = this.#parts
    const limit = leaseMs * RELIED_ON
    const { monotonic, wall } = this.#confirmed
    return !this.#lost && clock.monotonic() - monotonic < limit && clock.now() - wall < limit
  }

  /** Changes the entry and gives the lease back. False when it was not ours any more: then nothing is changed. */
  async putBack(changes: Update): Promise<boolean> {
    this[Symbol.dispose]()
    const $unset = { ...changes.$unset, lease: true } as const
    const { matched } = await this.#entries.updateOne(this.#ours, { ...changes, $unset })
    return this.#told(matched > 0)
  }

  /** Nothing is left to do. False when it was not ours any more. */
  async remove(): Promise<boolean> {
    this[Symbol.dispose]()
    return this.#told(await this.#entries.deleteOne(this.#ours))
  }

  /** It is not renewed any more. */
  [Symbol.dispose](): void {
    this.#over.abort()
  }

  get #entries() {
    return this.#parts.collections.entries
  }

  get #ours(): Filter {
    return { _id: this.entry._id, fence: this.entry.fence }
  }

  #told(ours: boolean): boolean {
    if (!ours) this.#parts.events.lostLease(this.entry._id)
    return ours
  }

  async #renewRegularly(): Promise<void> {
    const { clock, leaseMs, owner } = this.#parts
    for (;;) {
      await clock.sleep(leaseMs / RENEWALS, this.#over.signal)
      const asked = { monotonic: clock.monotonic(), wall: clock.now() }
      const until = new Date(asked.wall + leaseMs)
      const update = { $set: { lease: { owner, until }, next: until } }
      try {
        const { matched } = await this.#entries.updateOne(this.#ours, update)
        // An answer that comes after the entry was given back says nothing.
        if (this.#over.signal.aborted) return
        if (matched > 0) {
          this.#confirmed = asked
        } else {
          this.#lost = true
          return
        }
      } catch {
        // Without an answer it may go on for as long as the lease is relied on.
      }
    }
  }
}
