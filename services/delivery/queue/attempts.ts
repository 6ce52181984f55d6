import type { Clock } from '#lib/base/clock.ts'
import { FairPlaces, type Place } from '#lib/base/fair-places.ts'
import { RecentMap } from '#lib/base/recent-map.ts'

/** Longer than the places before it are usually taken, and short to who waits behind it in the spool. */
const WAIT_MS = 500
/** How long nobody of a tenant waits after somebody of it did in vain. */
const VAIN_MS = 1000
const TENANTS_MAX = 10_000
/** Of the places, for one tenant unless said otherwise: the others find one at once, whatever it sends. */
const PER_TENANT = 0.75

interface Waiter {
  readonly until: number
  readonly late: () => void
}

/**
 * A number of things that may go on at once, of which no tenant has all. Who finds no place within a moment does something
 * else: what takes so long must not keep the slots of the spool from others.
 */
export class Attempts {
  readonly #clock: Pick<Clock, 'monotonic' | 'sleep'>
  readonly #places: FairPlaces
  /** In the order of their times; those that have a place by now among them. */
  readonly #waiting: Waiter[] = []
  readonly #vainUntil = new RecentMap<string, number>(TENANTS_MAX)
  #watching = false

  constructor(max: number, clock: Pick<Clock, 'monotonic' | 'sleep'>, perTenant = PER_TENANT) {
    this.#clock = clock
    const waiting = Number.POSITIVE_INFINITY
    // As many wait as the spool has slots.
    this.#places = new FairPlaces({ running: max, waiting, perTenant, perAccount: 1 })
  }

  /** A place until it is disposed; undefined when there was none. */
  async take(tenant: string): Promise<Disposable | undefined> {
    const whose = { tenant, account: tenant }
    const now = this.#clock.monotonic()
    const place = this.#places.tryTake(whose)
    if (place !== undefined) return place
    if (now < (this.#vainUntil.get(tenant) ?? Number.NEGATIVE_INFINITY)) return undefined
    const { promise: late, resolve } = Promise.withResolvers<undefined>()
    this.#waiting.push({ until: now + WAIT_MS, late: () => resolve(undefined) })
    if (!this.#watching) void this.#watch()
    const taking = this.#places.take(whose)
    const taken = await Promise.race([taking, late])
    if (taken !== undefined) return taken
    this.#vainUntil.set(tenant, this.#clock.monotonic() + VAIN_MS)
    void taking.then(leave)
    return undefined
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
      first.late()
    }
    this.#watching = false
  }
}

function leave(place: Place): void {
  place[Symbol.dispose]()
}
