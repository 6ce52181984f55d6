import type { Clock } from '#lib/base/clock.ts'
import type { Committer } from '../commit/committer.ts'
import type { Events } from '../events.ts'

const EVERY_MS = 2000

/** Tidies up every two seconds until disposed. */
export function tidyRegularly(
  committer: Committer,
  clock: Clock,
  events: Pick<Events, 'tidyFailed' | 'measured'>,
): AsyncDisposable {
  const stop = new AbortController()
  const running = run()
  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        await clock.sleep(EVERY_MS, stop.signal)
        await committer.tidy()
        events.measured(committer.viewBytes, committer.openMailboxes)
      } catch (error) {
        if (!stop.signal.aborted) events.tidyFailed(error)
      }
    }
  }
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
    },
  }
}
