import { Fault } from './fault.ts'

/**
 * Lets so many pieces of work run at once and so many wait; what comes beyond that is refused at once,
 * since an answer that comes too late costs the same and helps nobody.
 */
export class Places {
  readonly #runningMax: number
  readonly #waitingMax: number
  /** What those are told that may not even wait. */
  readonly #busy: string
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(runningMax: number, waitingMax = Number.POSITIVE_INFINITY, busy = 'Too many wait') {
    this.#runningMax = runningMax
    this.#waitingMax = waitingMax
    this.#busy = busy
  }

  /** @throws {Fault} busy */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#runningMax) {
      if (this.#waiting.length >= this.#waitingMax) {
        throw new Fault('busy', this.#busy)
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
