/** The one place where the real time and real chance come in. */

import { randomBytes } from 'node:crypto'
import type { Clock, Random } from '#lib/base/clock.ts'

/** The longest that one timer of Node.js can wait; beyond it, it would fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep,
}

export const systemRandom: Random = (bytes) => randomBytes(bytes)

/** Not by `node:timers/promises`: most sleeps are time limits that are called off, and it makes two errors for each of them. */
async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  if (ms <= 0) return
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let timer: NodeJS.Timeout
  const wait = (left: number) => {
    const then = left > TIMER_MS_MAX ? () => wait(left - TIMER_MS_MAX) : resolve
    timer = setTimeout(then, Math.min(left, TIMER_MS_MAX))
  }
  wait(ms)
  const abort = () => {
    clearTimeout(timer)
    reject(signal?.reason)
  }
  signal?.addEventListener('abort', abort, { once: true })
  try {
    await promise
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}
