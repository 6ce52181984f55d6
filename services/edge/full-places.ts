import type { Clock } from '#lib/base/clock.ts'
import { RecentMap } from '#lib/base/recent-map.ts'
import type { Quota, QuotaScope } from '#lib/mail/quota.ts'
import type { Target } from '#lib/mail/resolution.ts'

/** What the mailbox-store tells of an account, a domain or a tenant. */
export interface FullNews {
  readonly scope: QuotaScope
  readonly name: string
  /** Missing: it has room again. */
  readonly full?: {
    /** Milliseconds since 1970. */
    readonly since: number
    /** The limit that it has reached. */
    readonly bytes: number
    readonly messages: number
  }
}

type Kept = NonNullable<FullNews['full']> & { readonly heardAt: number }

const PLACES_MAX = 100_000
/** It is told again and again while it refuses mail; without that, mail is taken and the store decides. */
const KEPT_MS = 5 * 60_000

/** Which accounts, domains and tenants are full, as far as we have heard. What we have not heard only costs a retry. */
export class FullPlaces {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #places: RecentMap<string, Kept>

  constructor(clock: Pick<Clock, 'monotonic'>, placesMax = PLACES_MAX) {
    this.#clock = clock
    this.#places = new RecentMap(placesMax)
  }

  hear({ scope, name, full }: FullNews): void {
    const key = `${scope}/${name}`
    if (full === undefined) this.#places.delete(key)
    else this.#places.set(key, { ...full, heardAt: this.#clock.monotonic() })
  }

  /**
   * Since when mail for an address would find no room with any of these; undefined: one of them takes it, or we do not
   * know better.
   */
  since(targets: readonly Target[]): number | undefined {
    let latest: number | undefined
    for (const { quotas } of targets) {
      const times = quotas.map((quota) => this.#since(quota)).filter((time) => time !== undefined)
      if (times.length === 0) return undefined
      latest = Math.max(latest ?? 0, Math.min(...times))
    }
    return latest
  }

  #since(quota: Quota): number | undefined {
    const key = `${quota.scope}/${quota.name}`
    const kept = this.#places.get(key)
    if (kept === undefined) return undefined
    if (this.#clock.monotonic() - kept.heardAt > KEPT_MS || isRaised(quota, kept)) {
      this.#places.delete(key)
      return undefined
    }
    return kept.since
  }
}

/** Whether it may hold more by now than when it was full. */
function isRaised(now: Quota, then: Kept): boolean {
  return (
    (now.bytes || Number.POSITIVE_INFINITY) > (then.bytes || Number.POSITIVE_INFINITY) ||
    (now.messages || Number.POSITIVE_INFINITY) > (then.messages || Number.POSITIVE_INFINITY)
  )
}
