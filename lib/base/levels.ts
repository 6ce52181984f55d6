import type { Clock } from './clock.ts'
import { RecentMap } from './recent-map.ts'

/**
 * How much there was of something lately, by name: a level for each, which runs off evenly, its limit in one window. So
 * nobody waits for longer than it takes to earn one more.
 */
export class Levels {
  readonly #windowMs: number
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #levels: RecentMap<string, { readonly level: number; readonly at: number }>

  constructor(windowMs: number, clock: Pick<Clock, 'monotonic'>, entriesMax: number) {
    this.#windowMs = windowMs
    this.#clock = clock
    this.#levels = new RecentMap(entriesMax)
  }

  /** As it is now, when `limit` runs off in a window. */
  of(name: string, limit: number): number {
    const kept = this.#levels.get(name)
    if (kept === undefined) return 0
    const ranOff = ((this.#clock.monotonic() - kept.at) / this.#windowMs) * limit
    return Math.max(0, kept.level - ranOff)
  }

  add(name: string, limit: number, amount: number): void {
    this.set(name, Math.max(0, this.of(name, limit) + amount))
  }

  set(name: string, level: number): void {
    if (level > 0) this.#levels.set(name, { level, at: this.#clock.monotonic() })
    else this.#levels.delete(name)
  }
}
