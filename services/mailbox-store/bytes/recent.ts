const RECENT_MAX = 20_000

/** What this process stored or marked as used, and on which day: nothing of it has to be written again that day. */
export class Recent {
  readonly #days = new Map<string, number>()

  has(id: string, day: number): boolean {
    return this.#days.get(id) === day
  }

  add(id: string, day: number): void {
    this.#days.delete(id)
    this.#days.set(id, day)
    if (this.#days.size <= RECENT_MAX) return
    for (const oldest of this.#days.keys()) {
      this.#days.delete(oldest)
      return
    }
  }
}
