/** Lets work of one name run one after the other, in the order in which it came; work of other names does not wait for it. */
export class InOrder {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Of several names, it waits for all work before it that has one of them. */
  async run<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = names.flatMap((name) => this.#last.get(name) ?? [])
    const mine = before.length === 0 ? work() : Promise.allSettled(before).then(work)
    for (const name of names) this.#last.set(name, mine)
    try {
      return await mine
    } finally {
      for (const name of names) if (this.#last.get(name) === mine) this.#last.delete(name)
    }
  }
}
