import { Fault } from '#lib/base/fault.ts'

/**
 * Lets so many pieces of work run at once and so many wait; what comes beyond that is refused at once,
 * since an answer that comes too late costs the same and helps nobody.
 */
export class Slots {
  readonly #runningMax: number
  readonly #waitingMax: number
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(runningMax: number, waitingMax: number) {
    this.#runningMax = runningMax
    this.#waitingMax = waitingMax
  }

  /** @throws {Fault} busy */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#runningMax) {
      if (this.#waiting.length >= this.#waitingMax) {
        throw new Fault('busy', 'Too many passwords wait to be checked')
      }
      // Who ends hands its place on, so nobody who comes in between can take it.
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else {
      this.#running++
    }
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }
}
