import type { Clock } from '#lib/base/clock.ts'
import { ShortWait } from '../short-wait.ts'

/** A number of things that may go on at once; who finds no place within a moment does something else. */
export class Attempts {
  readonly #wait: ShortWait
  #free: number

  constructor(max: number, clock: Pick<Clock, 'monotonic' | 'sleep'>) {
    this.#free = max
    this.#wait = new ShortWait(clock)
  }

  async take(): Promise<boolean> {
    // Who is called has the place of the one that ended.
    if (this.#free <= 0) return await this.#wait.turn()
    this.#free -= 1
    return true
  }

  free(): void {
    if (!this.#wait.call()) this.#free += 1
  }
}
