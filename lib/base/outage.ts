import type { Clock } from './clock.ts'
import { Fault } from './fault.ts'

/**
 * Whether somebody we ask is away, for those who can do without the answer: one of them finds out whether it is back, now
 * and then, and only that one waits for it.
 */
export class Outage {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #answerMs: number
  #away = false
  #until = Number.NEGATIVE_INFINITY

  /** `answerMs`: as long as a question may take; and as long nobody asks after a failure. */
  constructor(clock: Pick<Clock, 'monotonic'>, answerMs: number) {
    this.#clock = clock
    this.#answerMs = answerMs
  }

  /** It failed a moment ago, or somebody is finding out right now: who knows enough need not ask. */
  get on(): boolean {
    return this.#clock.monotonic() < this.#until
  }

  /** Asks, and learns from what comes of it. Fault `unavailable` means that it is away; every other Fault is an answer. */
  async ask<T>(question: () => Promise<T>): Promise<T> {
    if (this.#away) this.#until = this.#clock.monotonic() + this.#answerMs
    try {
      const answer = await question()
      this.#answered()
      return answer
    } catch (error) {
      if (error instanceof Fault && error.code !== 'unavailable') this.#answered()
      else this.#failed()
      throw error
    }
  }

  #answered(): void {
    this.#away = false
    this.#until = Number.NEGATIVE_INFINITY
  }

  #failed(): void {
    this.#away = true
    this.#until = this.#clock.monotonic() + this.#answerMs
  }
}
