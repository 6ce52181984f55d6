import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'

const FIRST_MS = 250
const MS_MAX = 5000
/** Once we are to end: longer than that, nobody lets us live. */
const LAST_TRIES = 5

/**
 * Repeats a write until the database has taken it: for what has happened out there, and would happen again if it were
 * forgotten. Gives up only some time after we are to end.
 */
export function insister(clock: Pick<Clock, 'sleep'>, signal: AbortSignal) {
  return async (write: () => Promise<void>): Promise<void> => {
    let lastTries = 0
    for (let delayMs = FIRST_MS; ; delayMs = Math.min(delayMs * 2, MS_MAX)) {
      try {
        return await write()
      } catch (error) {
        if (!(error instanceof Fault && error.code === 'unavailable')) throw error
        if (signal.aborted) lastTries += 1
        if (lastTries > LAST_TRIES) throw error
        await clock.sleep(delayMs)
      }
    }
  }
}
