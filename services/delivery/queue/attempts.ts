/** A number of things that may go on at once; who finds no place does something else instead of waiting. */
export class Attempts {
  #free: number

  constructor(max: number) {
    this.#free = max
  }

  take(): boolean {
    if (this.#free <= 0) return false
    this.#free -= 1
    return true
  }

  free(): void {
    this.#free += 1
  }
}
