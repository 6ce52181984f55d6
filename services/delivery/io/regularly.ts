import type { Clock } from '#lib/base/clock.ts'

export interface Regular {
  readonly clock: Clock
  readonly failed: (error: unknown) => void
}

/** Does `work` again and again until it is disposed, with a rest after each time; a failure is told, and ends nothing. */
export function regularly(
  work: (signal: AbortSignal) => Promise<void>,
  restMs: number,
  { clock, failed }: Regular,
): AsyncDisposable {
  const stop = new AbortController()
  const run = async () => {
    while (!stop.signal.aborted) {
      try {
        await work(stop.signal)
      } catch (error) {
        if (!stop.signal.aborted) failed(error)
      }
      await clock.sleep(restMs, stop.signal).catch(() => {})
    }
  }
  const ended = run()
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await ended
    },
  }
}
