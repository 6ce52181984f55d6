/** Runs tasks side by side, but never more than `max` of them. */
export class Slots {
  readonly #max: number
  readonly #running = new Set<Promise<void>>()
  /** Woken one for each slot that becomes free: a race of all that run would leave something on each of them. */
  readonly #waiting: (() => void)[] = []

  constructor(max: number) {
    this.#max = max
  }

  get running(): number {
    return this.#running.size
  }

  /** Resolves once the task has begun. The task must not throw: what it rejects with is lost. */
  async start(task: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.#max) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    const run: Promise<void> = task()
      .catch(() => undefined)
      .finally(() => {
        this.#running.delete(run)
        this.#waiting.shift()?.()
      })
    this.#running.add(run)
  }

  /** Resolves when nothing runs any more. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }
}
