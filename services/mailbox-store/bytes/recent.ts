import { RecentMap } from '#lib/base/recent-map.ts'

const RECENT_MAX = 20_000

/** What this process stored or marked as used, and on which day: nothing of it has to be written again that day. */
export class Recent {
  readonly #days = new RecentMap<string, number>(RECENT_MAX)

  has(id: string, day: number): boolean {
    return this.#days.get(id) === day
  }

  add(id: string, day: number): void {
    this.#days.set(id, day)
  }
}
