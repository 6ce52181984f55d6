/** Time and chance as parameters, so that a test can move the one and repeat the other. */

/** Where a rule asks what time it is, or waits. The real one is in lib/node/clock.ts. */
export interface Clock {
  /** Milliseconds since 1970. May jump when the machine's clock is set. */
  now(): number
  /** Milliseconds from an arbitrary start that only ever grows: for durations. */
  monotonic(): number
  /** Resolves after `ms`, or rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** Random bytes from a good source; a seeded one in tests. */
export type Random = (bytes: number) => Uint8Array
