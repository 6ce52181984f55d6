/** Chance that is the same for the same seed. */

import type { Random } from '#lib/base/clock.ts'

export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1)
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }

  /** True once in so many times; 0 is never. */
  oneIn(times: number): boolean {
    return times > 0 && this.below(times) === 0
  }

  pick<A>(items: readonly A[]): A {
    return items[this.below(items.length)] as A
  }

  /** Each of the items with a chance of one in so many. */
  some<A>(items: readonly A[], times: number): A[] {
    return items.filter(() => this.oneIn(times))
  }

  readonly bytes: Random = (count) => Uint8Array.from({ length: count }, () => this.below(256))
}
