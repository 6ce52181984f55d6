/** Lets those who name the same key run one after the other. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  async take<A>(key: string, work: () => Promise<A>): Promise<A> {
    const before = this.#last.get(key) ?? Promise.resolve()
    const mine = before.then(work, work)
    this.#last.set(key, mine)
    try {
      return await mine
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key)
    }
  }
}
