/** Which destinations are not worth trying now: what one attempt has learnt, all entries of this process go by. */

import type { Clock } from '#lib/base/clock.ts'
import { RecentMap } from '#lib/base/recent-map.ts'
import type { BounceClass } from '../bounces/bounce-class.ts'
import type { Attempted } from '../outbound/transport.ts'
import type { Destination } from './enqueue.ts'

const DESTINATIONS_MAX = 20_000
/** After the first, second … failure in a row. */
const DELAYS_MS = [15_000, 60_000, 120_000, 300_000, 600_000] as const
/** These speak of the host, not of the mail. */
const OF_HOST: ReadonlySet<BounceClass> = new Set(['connection-failed', 'dns-failed', 'tls-failed'])

interface Trouble {
  readonly until: number
  readonly failures: number
  readonly reply: string
  readonly reason: BounceClass
}

export class Destinations {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #trouble = new RecentMap<string, Trouble>(DESTINATIONS_MAX)
  readonly #longestMs: number

  /** `longestMs`: never leaves one alone for longer than that. */
  constructor(clock: Pick<Clock, 'monotonic'>, longestMs = Number.POSITIVE_INFINITY) {
    this.#clock = clock
    this.#longestMs = longestMs
  }

  /** How long to leave it alone; 0 when it may be tried. */
  waitMs(destination: Destination): number {
    const trouble = this.#trouble.get(keyOf(destination))
    return trouble === undefined ? 0 : Math.max(0, trouble.until - this.#clock.monotonic())
  }

  /** What the last attempt met, while the destination is in trouble: one at a time tries it then. */
  trouble(destination: Destination): Pick<Trouble, 'reply' | 'reason'> | undefined {
    return this.#trouble.get(keyOf(destination))
  }

  learn(destination: Destination, results: readonly Attempted[]): void {
    const key = keyOf(destination)
    const failure = results.find(({ outcome }) => outcome !== 'relayed')
    const { reason, reply } = failure ?? {}
    const all = results.every((one) => one.outcome === 'deferred' && one.reason === reason)
    if (!all || reply === undefined || reason === undefined || !OF_HOST.has(reason)) {
      this.#trouble.delete(key)
      return
    }
    // Those that were under way together have failed once.
    if (this.waitMs(destination) > 0) return
    const failures = this.#trouble.get(key)?.failures ?? 0
    const delayMs = DELAYS_MS[Math.min(failures, DELAYS_MS.length - 1)] ?? 0
    const until = this.#clock.monotonic() + Math.min(delayMs, this.#longestMs)
    this.#trouble.set(key, { until, failures: failures + 1, reply, reason })
  }
}

function keyOf({ destination, pool }: Destination): string {
  return `${destination} ${pool}`
}
