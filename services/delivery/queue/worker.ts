/** Takes what is due and works on it, for as long as the process lives. */

import { RecentMap } from '#lib/base/recent-map.ts'
import { Slots } from '#lib/base/slots.ts'
import { type AttemptParts, attemptEntry } from './attempt.ts'
import type { DueReader } from './due.ts'
import type { Due, Lanes } from './lanes.ts'
import { type Lease, type LeaseParts, takeLeases } from './lease.ts'
import { PAUSED_MS } from './pauses.ts'

export interface WorkerParts
  extends AttemptParts,
    Omit<LeaseParts, 'events' | 'collections' | 'clock'> {
  readonly lanes: Lanes
  readonly due: Pick<DueReader, 'read'>
  readonly pollMs: number
}

/** What was read is good for so long: others take of it, and more comes. */
const FRESH_MS = 2000
/** At least between two looks, while there is something left of the last. */
const AGAIN_MS = 250
/** Without the database. */
const AWAY_MS = 1000
const REST_MS_MIN = 20
const FULL_MAX = 10_000
/**
 * Of a lease: while the database was away nobody could renew one, or say what became of an attempt. Whoever lives says so within
 * this time of its return, and only then is taken what is left.
 */
const FIRST_THE_LIVING = 0.5
/** Leased at a time. */
const TAKE_MAX = 100

export class Worker {
  readonly #parts: WorkerParts
  /** Destinations that have all they may have: no more than are under way, for a while, or each would cost two writes in vain. */
  readonly #full = new RecentMap<string, { until: number; limit: number }>(FULL_MAX)
  readonly #attempts = new Slots(Number.POSITIVE_INFINITY)
  #wake = () => {}
  /** Something has changed since the last look. */
  #woken = false
  #readAt = Number.NEGATIVE_INFINITY
  /** Until then, nothing that somebody had a lease of is taken over. */
  #nothingLeftUntil = Number.NEGATIVE_INFINITY
  /** Something of our own is due then. */
  #nextAt = Number.POSITIVE_INFINITY

  constructor(parts: WorkerParts) {
    this.#parts = parts
  }

  /** An entry has come that is due then: others find theirs when they look, we know of ours. */
  queued(next: number): void {
    if (next >= this.#nextAt) return
    this.#nextAt = next
    this.#stir()
  }

  /** Resolves once the signal has aborted and what was under way has ended. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, events } = this.#parts
    signal.addEventListener('abort', () => this.#wake(), { once: true })
    while (!signal.aborted) {
      try {
        const busy = await this.step()
        if (!busy && !signal.aborted) await this.#rest(signal)
      } catch (error) {
        events.queueFailed('taking', error)
        await clock.sleep(AWAY_MS, signal).catch(() => {})
      }
    }
    await this.#attempts.idle()
  }

  /** Takes once as much as there are places for, and begins it. Whether there was anything to do. */
  async step(): Promise<boolean> {
    const { lanes, clock } = this.#parts
    if (lanes.free <= 0) return false
    const age = clock.monotonic() - this.#readAt
    const came = this.#nextAt <= clock.now() && age > AGAIN_MS
    if (lanes.size === 0 || age > FRESH_MS || came) await this.#read()
    const picked = this.#pick()
    // What is left has no place now, or there is nothing.
    if (picked.length === 0) return false
    let leases: Lease[] = []
    try {
      leases = await takeLeases(picked, this.#parts)
    } finally {
      const taken = new Set(leases.map(({ entry }) => entry._id))
      for (const due of picked) if (!taken.has(due._id)) lanes.done(due)
    }
    // Taken while the process was told to end: somebody else may have it at once.
    if (this.#parts.signal.aborted) await this.#handBack(leases)
    else for (const lease of leases) await this.#begin(lease, picked)
    return true
  }

  async #handBack(leases: readonly Lease[]): Promise<void> {
    const { clock, lanes } = this.#parts
    const next = new Date(clock.now())
    await Promise.all(
      leases.map(async (lease) => {
        lanes.done(lease.entry)
        await lease.putBack({ $set: { next } })
      }),
    )
  }

  /** Resolves when nothing is under way. For tests. */
  idle(): Promise<void> {
    return this.#attempts.idle()
  }

  async #read(): Promise<void> {
    const { lanes, clock } = this.#parts
    this.#nextAt = Number.POSITIVE_INFINITY
    this.#readAt = clock.monotonic()
    lanes.replace(await this.#putOff(await this.#readDue()))
  }

  async #readDue(): Promise<Due[]> {
    const { due, clock, leaseMs } = this.#parts
    let all: Due[]
    try {
      all = await due.read()
    } catch (error) {
      this.#nothingLeftUntil = clock.monotonic() + leaseMs * FIRST_THE_LIVING
      throw error
    }
    if (clock.monotonic() >= this.#nothingLeftUntil) return all
    return all.filter(({ lease }) => lease === undefined)
  }

  #pick(): Due[] {
    const { lanes, destinations, clock } = this.#parts
    const picked: Due[] = []
    // One at a time finds out whether a destination in trouble is back; until then, those left in the lanes are not tried.
    const limitOf = (due: Due) => {
      const full = this.#full.get(`${due.destination} ${due.pool}`)
      if (full !== undefined && full.until > clock.monotonic()) return full.limit
      const tried = destinations.trouble(due) === undefined || destinations.waitMs(due) > 0
      return tried ? Number.POSITIVE_INFINITY : 1
    }
    while (picked.length < TAKE_MAX) {
      const due = lanes.pick(limitOf)
      if (due === undefined) break
      picked.push(due)
    }
    return picked
  }

  /** What is paused, or goes where nobody answered a moment ago, is put off without an attempt: it must hide nobody else. */
  async #putOff(all: readonly Due[]): Promise<readonly Due[]> {
    const { clock, pauses, destinations, schedule, collections } = this.#parts
    const now = clock.now()
    const off = new Map<string, { due: Due; next: number }>()
    for (const due of all) {
      const waitMs = destinations.waitMs(due)
      if (pauses.has(due)) off.set(due._id, { due, next: now + schedule.jitter(PAUSED_MS) })
      else if (waitMs > 0 && !isOverdue(due, now)) {
        // Not before the destination may be tried again, and not all of them at once.
        const next = now + schedule.after(waitMs)
        off.set(due._id, { due, next: Math.min(next, due.expiresAt.getTime()) })
      }
    }
    if (off.size === 0) return all
    await collections.entries.bulkWrite(
      [...off.values()].map(({ due, next }) => ({
        kind: 'update',
        filter: { _id: due._id, fence: due.fence, next: { $lte: new Date(now) } },
        update: { $set: { next: new Date(next) } },
      })),
    )
    return all.filter(({ _id }) => !off.has(_id))
  }

  async #begin(lease: Lease, picked: readonly Due[]): Promise<void> {
    const { lanes, events, clock } = this.#parts
    const { entry } = lease
    const due = picked.find(({ _id }) => _id === entry._id)
    if (due?.lease !== undefined) events.tookOver(entry._id)
    await this.#attempts.start(async () => {
      let busyMs = 0
      try {
        busyMs = await attemptEntry(lease, this.#parts)
      } catch (error) {
        lease[Symbol.dispose]()
        events.queueFailed('attempt', error)
      } finally {
        lanes.done(due ?? entry)
        if (busyMs > 0) {
          const full = { until: clock.monotonic() + busyMs, limit: lanes.running(entry) }
          this.#full.set(`${entry.destination} ${entry.pool}`, full)
        }
        this.#stir()
      }
    })
  }

  #stir(): void {
    this.#woken = true
    this.#wake()
  }

  /** Until something is due that we know of, a place is free again, or it is time to look. */
  async #rest(signal: AbortSignal): Promise<void> {
    const { clock, pollMs, schedule } = this.#parts
    const over = new AbortController()
    this.#wake = () => over.abort()
    if (this.#woken) over.abort()
    this.#woken = false
    const untilNext = this.#nextAt - clock.now()
    const ms = Math.max(REST_MS_MIN, Math.min(schedule.jitter(pollMs), untilNext))
    await clock.sleep(ms, AbortSignal.any([signal, over.signal])).catch(() => {})
    this.#wake = () => {}
  }
}

/** Somebody is to be told, whether it is tried or not. */
function isOverdue({ expiresAt, delayAt }: Due, now: number): boolean {
  return expiresAt.getTime() <= now || (delayAt !== undefined && delayAt.getTime() <= now)
}
