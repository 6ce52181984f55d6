import type { Clock } from '#lib/base/clock.ts'
import { RecentMap } from '#lib/base/recent-map.ts'

interface Bucket {
  left: number
  at: number
}

const MINUTE_MS = 60_000
const ADDRESSES_MAX = 100_000

/** Counts what each client address does, and says when it is more than so much a minute. */
export class Rates {
  readonly #perMinute: number
  readonly #clock: Pick<Clock, 'monotonic'>
  /** An address that is not in it has all its allowance. */
  readonly #buckets = new RecentMap<string, Bucket>(ADDRESSES_MAX)

  constructor(perMinute: number, clock: Pick<Clock, 'monotonic'>) {
    this.#perMinute = perMinute
    this.#clock = clock
  }

  /** Takes one from the address's allowance; false when there is none left. */
  take(address: string): boolean {
    if (this.#perMinute === Number.POSITIVE_INFINITY) return true
    const now = this.#clock.monotonic()
    const { left, at } = this.#buckets.get(address) ?? { left: this.#perMinute, at: now }
    const refilled = left + ((now - at) / MINUTE_MS) * this.#perMinute
    const bucket = { left: Math.min(this.#perMinute, refilled), at: now }
    const allowed = bucket.left >= 1
    if (allowed) bucket.left -= 1
    this.#buckets.set(address, bucket)
    return allowed
  }
}
