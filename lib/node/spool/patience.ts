import type { Clock } from '#lib/base/clock.ts'

/**
 * Tells what takes long from what does not, with one timer for all who ask: one for each mail would be a
 * visible part of what a mail costs.
 */
export class Patience implements Disposable {
  readonly #clock: Pick<Clock, 'sleep'>
  readonly #ms: number
  readonly #over = new AbortController()
  #turn: Promise<boolean> | undefined

  constructor(clock: Pick<Clock, 'sleep'>, ms: number) {
    this.#clock = clock
    this.#ms = ms
  }

  /** True when `task` ends, false when it has not after one to two turns. Rejects when it does. */
  async endsSoon(task: Promise<void>): Promise<boolean> {
    const ended = task.then(() => true)
    // The turn under way may be nearly over: only a whole one counts.
    for (let turn = 0; turn < 2; turn++) {
      if (await Promise.race([ended, this.#next()])) return true
    }
    return false
  }

  /** Ends the timer; nothing takes long any more. */
  [Symbol.dispose](): void {
    this.#over.abort()
  }

  #next(): Promise<boolean> {
    this.#turn ??= this.#clock.sleep(this.#ms, this.#over.signal).then(
      () => {
        this.#turn = undefined
        return false
      },
      () => true,
    )
    return this.#turn
  }
}
