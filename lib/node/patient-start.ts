/** Starts a service again and again while what it needs is not there: a process that dies of it would do no better. */

import type { Clock, Random } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import type { Telemetry } from '#lib/base/telemetry.ts'

const PAUSE_FIRST_MS = 100
/** What is back is found within that time; what waits by itself, as for a MongoDB server, finds it sooner. */
const PAUSE_MAX_MS = 1000
const TOLD_EVERY_MS = 10_000

export interface Patience {
  readonly clock: Clock
  readonly random: Random
  readonly telemetry: Pick<Telemetry, 'warn'>
  readonly signal: AbortSignal
  /** After so long it is given up. */
  readonly patienceMs: number
}

/**
 * What `start` gives once it does not fail as unavailable or busy any more. Whatever else it fails of is thrown.
 * What it has opened by then, it has closed.
 */
export async function startPatiently<S>(
  start: () => Promise<S>,
  { clock, random, telemetry, signal, patienceMs }: Patience,
): Promise<S> {
  const since = clock.monotonic()
  let toldAt = Number.NEGATIVE_INFINITY
  for (let pauseMs = PAUSE_FIRST_MS; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS)) {
    try {
      return await start()
    } catch (error) {
      const now = clock.monotonic()
      if (!isPassing(error) || now - since >= patienceMs) throw error
      if (now - toldAt >= TOLD_EVERY_MS) {
        telemetry.warn('start-postponed', { error, ms: Math.round(now - since) })
        toldAt = now
      }
    }
    const [chance = 0] = random(1)
    await clock.sleep((pauseMs * (256 + chance)) / 512, signal)
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof Fault && (error.code === 'unavailable' || error.code === 'busy')
}
