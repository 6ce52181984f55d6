/** How many messages of one account come in at the same time: one account must not take the room of all. */
export class AccountPlaces {
  readonly max: number
  readonly #taken = new Map<string, number>()

  constructor(max: number) {
    this.max = max
  }

  /** A place until it is disposed; undefined when there is none left. */
  take(account: string): Disposable | undefined {
    const taken = this.#taken.get(account) ?? 0
    if (taken >= this.max) return undefined
    this.#taken.set(account, taken + 1)
    const stack = new DisposableStack()
    stack.defer(() => this.#leave(account))
    return stack
  }

  #leave(account: string): void {
    const left = (this.#taken.get(account) ?? 1) - 1
    if (left > 0) this.#taken.set(account, left)
    else this.#taken.delete(account)
  }
}
