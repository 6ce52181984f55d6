/** The sessions of one listener, and how a process that stops sends them away. It knows no protocol. */

import type { Clock } from '#lib/base/clock.ts'
import { systemClock } from '../clock.ts'

/** One session. */
export interface Guest {
  /** Nothing of its client is under way. */
  readonly idle: boolean
  /** Ends it with the answer to what is under way; at once when that is nothing. */
  leave(): void
  /** The time is over: says goodbye in the middle of things, where the protocol has a place for that. */
  cut(): void
  /** Ends it without a word. */
  destroy(): void
}

interface Farewell {
  /** After it nobody is left. */
  readonly graceMs: number
  /** The most that lies between two goodbyes; many guests come closer to each other. 0: all at once. */
  readonly gapMs?: number
}

/** Between the cut and the end: for what must not be cut, and for goodbyes to be read. */
const LAST_MS_MAX = 2000
/** Of the time until the cut: who is told last needs some of it too. */
const SPREAD = 0.8

export class Guests<Session extends Guest> {
  readonly #sessions = new Set<Session>()
  readonly #clock: Pick<Clock, 'sleep' | 'monotonic'>
  #leaving = false
  #empty: (() => void) | undefined

  constructor(clock: Pick<Clock, 'sleep' | 'monotonic'> = systemClock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#sessions.size
  }

  /** Whoever still comes while the others go is sent away too. */
  add(session: Session): void {
    this.#sessions.add(session)
    if (this.#leaving) session.leave()
  }

  /** False when it has gone before. */
  remove(session: Session): boolean {
    const was = this.#sessions.delete(session)
    if (this.#sessions.size === 0) this.#empty?.()
    return was
  }

  /** Resolves when everybody has gone; nobody may come any more once `arrivals` has resolved. */
  async end(arrivals: Promise<void>, { graceMs, gapMs = 0 }: Farewell): Promise<void> {
    this.#leaving = true
    const over = new AbortController()
    const cutMs = graceMs - Math.min(LAST_MS_MAX, graceMs / 4)
    const after = async (ms: number, end: (session: Session) => void) => {
      await this.#clock.sleep(ms, over.signal)
      for (const session of [...this.#sessions]) end(session)
    }
    const work = [
      after(cutMs, (session) => session.cut()),
      after(graceMs, (session) => session.destroy()),
      this.#sayGoodbye(cutMs * SPREAD, gapMs, over.signal),
    ]
    await arrivals
    if (this.#sessions.size > 0) {
      await new Promise<void>((resolve) => {
        this.#empty = resolve
      })
    }
    over.abort()
    await Promise.allSettled(work)
  }

  /** The idle ones first: for the others there is hope that they end what they are at. */
  async #sayGoodbye(withinMs: number, gapMs: number, over: AbortSignal): Promise<void> {
    const all = [...this.#sessions]
    const order = [...all.filter(({ idle }) => idle), ...all.filter(({ idle }) => !idle)]
    const gap = Math.min(gapMs, withinMs / order.length)
    const began = this.#clock.monotonic()
    for (const [at, session] of order.entries()) {
      const waitMs = began + at * gap - this.#clock.monotonic()
      // Timers are late; then several have their turn.
      if (waitMs > 0) await this.#clock.sleep(waitMs, over)
      if (this.#sessions.has(session)) session.leave()
    }
  }
}
