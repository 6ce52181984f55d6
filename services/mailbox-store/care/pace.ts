import type { Clock } from '#lib/base/clock.ts'

const REST_MS_MAX = 1000

/** What holds work that may take hours to half of one's time, and stops it. */
export interface Pace {
  /** @throws when it is to stop */
  goOn(): void
  /** Rests as long as the work since the last rest took. @throws when it is to stop */
  rest(): Promise<void>
}

/** `renew` is called before each rest: what is kept only while the work goes on. */
export function makePace(clock: Clock, signal: AbortSignal, renew: () => Promise<void>): Pace {
  let since = clock.monotonic()
  return {
    goOn: () => signal.throwIfAborted(),
    async rest() {
      signal.throwIfAborted()
      await renew()
      await clock.sleep(Math.min(clock.monotonic() - since, REST_MS_MAX), signal)
      since = clock.monotonic()
    },
  }
}
