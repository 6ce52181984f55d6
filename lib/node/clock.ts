/** The one place where the real time and real chance come in. */

import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock, Random } from '#lib/base/clock.ts'

/** The longest that one timer of Node.js can wait; beyond it, it would fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep,
}

export const systemRandom: Random = (bytes) => randomBytes(bytes)

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  try {
    for (let left = ms; left > 0; left -= TIMER_MS_MAX) {
      await wait(Math.min(left, TIMER_MS_MAX), undefined, signal ? { signal } : {})
    }
  } catch (error) {
    throw signal?.aborted ? signal.reason : error
  }
}
