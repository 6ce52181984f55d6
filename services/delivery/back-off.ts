import type { Clock } from '#lib/base/clock.ts'
import { RecentMap } from '#lib/base/recent-map.ts'

/** What to wait after the first, second … failure in a row; the last goes on. */
const DELAYS_MS = [1000, 2000, 5000, 10_000, 30_000, 60_000] as const
const ACCOUNTS_MAX = 10_000

/**
 * Which accounts are not worth trying now. Without it the mail for one mailbox that hangs would keep all hands
 * waiting, and the others' mail with them.
 */
export class BackOff {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #failing = new RecentMap<string, { until: number; failures: number }>(ACCOUNTS_MAX)

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  /** How long to leave the account alone; 0 when it may be tried. */
  waitMs(account: string): number {
    const failing = this.#failing.get(account)
    return failing === undefined ? 0 : Math.max(0, failing.until - this.#clock.monotonic())
  }

  succeeded(account: string): void {
    this.#failing.delete(account)
  }

  /** Returns how long to wait. Failures of what was under way together count as one. */
  failed(account: string): number {
    const waitMs = this.waitMs(account)
    if (waitMs > 0) return waitMs
    const failures = this.#failing.get(account)?.failures ?? 0
    const delayMs = delayOf(failures)
    this.#failing.set(account, {
      until: this.#clock.monotonic() + delayMs,
      failures: failures + 1,
    })
    return delayMs
  }
}

/** What to wait after so many failures before this one. */
export function delayOf(failures: number): number {
  return DELAYS_MS[Math.min(failures, DELAYS_MS.length - 1)] ?? 0
}
