import type { Clock } from '#lib/base/clock.ts'
import { RecentMap } from '#lib/base/recent-map.ts'
import { type Amount, add, DAY, HOUR } from '#lib/mail/rate-window.ts'
import { type Exceeded, findExceeded, type Sending, type Sent } from '#lib/mail/sending-rates.ts'

const ENTRIES_MAX = 20_000

/** What this process alone has let through of late, of those who sent last. It is gone with the process. */
export class LocalCounts {
  readonly #clock: Pick<Clock, 'now'>
  readonly #sent = new RecentMap<string, Sent>(ENTRIES_MAX)

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** The first limit that the mail does not fit into. */
  exceeded(sendings: readonly Sending[], amount: Amount): Exceeded | undefined {
    for (const sending of sendings) {
      const sent = this.#sent.get(sending.key)
      const exceeded = findExceeded(sending, sent, amount, this.#clock.now())
      if (exceeded !== undefined) return exceeded
    }
    return undefined
  }

  count(sendings: readonly Sending[], amount: Amount): void {
    const now = this.#clock.now()
    for (const { key } of sendings) {
      const { hour, day } = this.#sent.get(key) ?? { hour: [], day: [] }
      const sent = { hour: add(hour, HOUR, { now }, amount), day: add(day, DAY, { now }, amount) }
      this.#sent.set(key, sent)
    }
  }
}
