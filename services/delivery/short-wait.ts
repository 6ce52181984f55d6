import type { Clock } from '#lib/base/clock.ts'

/** Longer than the places before it are usually taken, and short to who waits behind it in the spool. */
const WAIT_MS = 500
/** How long nobody waits after somebody did in vain. */
const VAIN_MS = 1000

/**
 * Waiting a moment for a place instead of going the long way through the queue, first come, first served. What does not come
 * free in that moment is slow: nobody waits for it then, for a while, so that the slots of the spool are there for others.
 */
export class ShortWait {
  readonly #clock: Pick<Clock, 'monotonic' | 'sleep'>
  readonly #waiting: { readonly until: number; readonly go: (called: boolean) => void }[] = []
  #vainUntil = Number.NEGATIVE_INFINITY
  #watching = false

  constructor(clock: Pick<Clock, 'monotonic' | 'sleep'>) {
    this.#clock = clock
  }

  get length(): number {
    return this.#waiting.length
  }

  /** False when the time is over, or when it is not worth waiting. */
  turn(): Promise<boolean> {
    const now = this.#clock.monotonic()
    if (now < this.#vainUntil) return Promise.resolve(false)
    const { promise, resolve } = Promise.withResolvers<boolean>()
    this.#waiting.push({ until: now + WAIT_MS, go: resolve })
    if (!this.#watching) void this.#watch()
    return promise
  }

  /** Calls who waits longest; false when nobody does. */
  call(): boolean {
    const first = this.#waiting.shift()
    first?.go(true)
    return first !== undefined
  }

  /** One timer for all of them. */
  async #watch(): Promise<void> {
    this.#watching = true
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const left = first.until - this.#clock.monotonic()
      if (left > 0) {
        await this.#clock.sleep(left)
        continue
      }
      this.#waiting.shift()
      this.#vainUntil = this.#clock.monotonic() + VAIN_MS
      first.go(false)
    }
    this.#watching = false
  }
}
