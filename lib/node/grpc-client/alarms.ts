import type { Clock } from '#lib/base/clock.ts'

/** How late an alarm may be. */
const TICK_MS = 10

/** A timer of its own for each read would be a visible part of what the read costs, and nearly all are called off. */
export class Alarms implements Disposable {
  readonly #clock: Clock
  readonly #set = new Set<Alarm>()
  readonly #over = new AbortController()
  #ticking = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Calls `ring` after `ms`, unless it is deleted before. */
  set(ms: number, ring: () => void): Alarm {
    const alarm = { at: this.#clock.monotonic() + ms, ring }
    this.#set.add(alarm)
    if (!this.#ticking) {
      this.#ticking = true
      // It ends with the signal.
      this.#tick().catch(() => undefined)
    }
    return alarm
  }

  delete(alarm: Alarm): void {
    this.#set.delete(alarm)
  }

  /** No alarm rings any more. */
  [Symbol.dispose](): void {
    this.#over.abort()
  }

  async #tick(): Promise<void> {
    // A last round when there was nothing: calls that come one by one shall not each start a timer.
    for (let idle = false; !idle || this.#set.size > 0; ) {
      idle = this.#set.size === 0
      await this.#clock.sleep(TICK_MS, this.#over.signal)
      const now = this.#clock.monotonic()
      for (const alarm of this.#set) {
        if (alarm.at > now) continue
        this.#set.delete(alarm)
        alarm.ring()
      }
    }
    this.#ticking = false
  }
}

export interface Alarm {
  readonly at: number
  readonly ring: () => void
}
