/** Counts the sessions of each account in this process: one account's devices must not use up all places. */
export class AccountLimit {
  readonly #max: number
  readonly #counts = new Map<string, number>()

  constructor(max: number) {
    this.#max = max
  }

  /** False when there are too many already; then nothing is counted. */
  enter(account: string): boolean {
    const count = this.#counts.get(account) ?? 0
    if (count >= this.#max) return false
    this.#counts.set(account, count + 1)
    return true
  }

  leave(account: string): void {
    const count = (this.#counts.get(account) ?? 0) - 1
    if (count > 0) this.#counts.set(account, count)
    else this.#counts.delete(account)
  }
}
