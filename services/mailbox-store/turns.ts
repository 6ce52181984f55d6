/** For whom the store works, and what keeps one of them from delaying the others. */

import { FairPlaces, type Whose } from '#lib/base/fair-places.ts'
import { RecentMap } from '#lib/base/recent-map.ts'

export interface TurnLimits {
  /** Appends under way at the same time: those that wait for the database together are committed together. */
  readonly appends: number
  /** Of these, appends of large messages. */
  readonly bigAppends: number
  /** Searches that read messages. */
  readonly searches: number
  /** Of each of these, and of calls. */
  readonly waiting: number
}

const ACCOUNTS_MAX = 100_000
/** Searches of large views take turns: more at once would only hold more memory. */
const SIFTS_AT_ONCE = 4
const BUSY = 'Too much is asked at the same time, try again later'
/** An append costs one, and one more for each so many bytes. */
const COST_BYTES = 64 * 1024

export class StoreTurns {
  readonly appends: FairPlaces
  readonly bigAppends: FairPlaces
  readonly searches: FairPlaces
  /** Searches that look through views for long: each has a copy. */
  readonly sifts: FairPlaces
  /** Most requests name only the account. */
  readonly #tenants = new RecentMap<string, string>(ACCOUNTS_MAX)

  constructor({ appends, bigAppends, searches, waiting }: TurnLimits) {
    const places = (running: number) => new FairPlaces({ running, waiting }, BUSY)
    this.appends = places(appends)
    this.bigAppends = places(bigAppends)
    this.searches = places(searches)
    this.sifts = places(SIFTS_AT_ONCE)
  }

  /** An account of which nobody said whose it is, is a tenant by itself: that only decides about its turns. */
  whose({ account = '', tenant = '' }: { account?: string; tenant?: string }): Whose {
    if (tenant !== '' && this.#tenants.get(account) !== tenant) this.#tenants.set(account, tenant)
    return { account, tenant: tenant || (this.#tenants.get(account) ?? `account ${account}`) }
  }
}

export function costOf(bytes: number): number {
  return 1 + Math.floor(bytes / COST_BYTES)
}
