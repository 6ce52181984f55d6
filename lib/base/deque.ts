const HOLES_MIN = 32

/** A row with two ends: both are reached in constant time, however long it is. */
export class Deque<T> {
  #items: (T | undefined)[] = []
  #first = 0

  get length(): number {
    return this.#items.length - this.#first
  }

  push(item: T): void {
    this.#items.push(item)
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined
    const item = this.#items[this.#first]
    this.#items[this.#first] = undefined
    this.#first++
    if (this.#first > HOLES_MIN && this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first)
      this.#first = 0
    }
    return item
  }

  /** Puts it before all others. */
  unshift(item: T): void {
    if (this.#first === 0) this.#items.unshift(item)
    else this.#items[--this.#first] = item
  }
}
