import type { Clock } from '#lib/base/clock.ts'
import { Levels } from '#lib/base/levels.ts'
import { networkOf } from '#lib/base/network.ts'

/** As the directory has it unless it is told otherwise, which this process cannot know. */
const PER_ACCOUNT = 20
const PER_NETWORK = 200
const WINDOW_MS = 600_000
const ENTRIES_MAX = 100_000

/**
 * Slows guessing of what this process itself can check, while nobody can be asked who counts for all. Only wrong answers
 * count; once there were too many, right ones are refused alike until a try is earned.
 */
export class LocalGuesses {
  readonly #levels: Levels

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#levels = new Levels(WINDOW_MS, clock, ENTRIES_MAX)
  }

  /** Whether one who was `right` or not is let in. */
  admits(account: string, clientAddress: string, right: boolean): boolean {
    const counted = [
      { name: `account ${account}`, limit: PER_ACCOUNT },
      { name: `network ${networkOf(clientAddress)}`, limit: PER_NETWORK },
    ]
    if (counted.some(({ name, limit }) => this.#levels.of(name, limit) + 1 > limit)) return false
    if (!right) for (const { name, limit } of counted) this.#levels.add(name, limit, 1)
    return right
  }
}
