import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { Levels } from '#lib/base/levels.ts'
import { networkOf } from '#lib/base/network.ts'
import type { Collection } from '#lib/db/port.ts'
import { collect, type GuessDocument } from './collections.ts'

export interface GuessLimits {
  /** Wrong passwords for one login in a window; Infinity: no limit. */
  readonly perLogin: number
  /** Wrong passwords from one address (IPv6: one /64) in a window; Infinity: no limit. */
  readonly perAddress: number
  readonly windowMs: number
}

/** One guess that was let through. */
export interface Guess {
  /** It was right, or nobody looked at it: it does not count. */
  giveBack(): void
  /** It was wrong: it counts everywhere. */
  keep(): Promise<void>
}

/** What is counted: how it is called, its limit, and whether the others hear of it. */
interface Counted {
  readonly key: string
  readonly limit: number
  readonly shared: boolean
}

const ENTRIES_MAX = 100_000
/** More than any login has; what is longer is not kept whole, since strangers choose it. */
const LOGIN_CHARACTERS_MAX = 320
const TOO_MANY = 'Too many wrong passwords, try again later'

/**
 * Slows guessing of passwords, by login and by the address it comes from.
 *
 * Each guess is counted in this process before its password is checked and given back when it was right, so that many
 * at the same time do not all slip through. Counts run off evenly: nobody is locked out for longer than
 * it takes to earn one more try.
 *
 * Wrong ones are counted in the database too, for all processes. It is read before a guess and written after a wrong
 * one, so that right passwords cost no write; when it says that there were too many, it is not asked again before a
 * try is earned. What slips through is what other processes check at the same moment.
 */
export class GuessLimit {
  readonly #limits: GuessLimits
  readonly #clock: Pick<Clock, 'monotonic' | 'now'>
  readonly #shared: Collection<GuessDocument> | undefined
  readonly #levels: Levels

  constructor(
    limits: GuessLimits,
    clock: Pick<Clock, 'monotonic' | 'now'>,
    shared?: Collection<GuessDocument>,
  ) {
    this.#limits = limits
    this.#clock = clock
    this.#shared = shared
    this.#levels = new Levels(limits.windowMs, clock, ENTRIES_MAX)
  }

  /**
   * Counts one guess. What no account can be called (`named` is false) the database is not told of: people type
   * passwords there.
   *
   * @throws {Fault} busy: too many of late
   */
  async take(login: string, clientAddress: string, named: boolean): Promise<Guess> {
    const name = login.slice(0, LOGIN_CHARACTERS_MAX)
    const all: Counted[] = [
      { key: `login ${name}`, limit: this.#limits.perLogin, shared: named },
      { key: `address ${networkOf(clientAddress)}`, limit: this.#limits.perAddress, shared: true },
    ]
    const counted = all
      .slice(0, clientAddress === '' ? 1 : 2)
      .filter(({ limit }) => limit !== Number.POSITIVE_INFINITY)
    for (const { key, limit } of counted) {
      if (this.#levels.of(key, limit) + 1 > limit) throw new Fault('busy', TOO_MANY)
    }
    for (const { key, limit } of counted) this.#levels.add(key, limit, 1)
    const giveBack = () => {
      for (const { key, limit } of counted) this.#levels.add(key, limit, -1)
    }
    const shared = counted.filter((one) => one.shared)
    try {
      await this.#checkShared(shared)
    } catch (error) {
      giveBack()
      throw error
    }
    return { giveBack, keep: () => this.#countShared(shared) }
  }

  async #checkShared(counted: readonly Counted[]): Promise<void> {
    if (this.#shared === undefined || counted.length === 0) return
    const keys = counted.map(({ key }) => key)
    const now = this.#clock.now()
    for (const { _id, freeAt } of await collect(this.#shared.find({ _id: { $in: keys } }))) {
      const limit = counted.find(({ key }) => key === _id)?.limit ?? 0
      const level = ((freeAt - now) / this.#limits.windowMs) * limit
      if (level + 1 <= limit) continue
      // Until a try is earned, nobody needs to be asked. One more than that, since the guess itself is given back.
      this.#levels.set(_id, level + 1)
      throw new Fault('busy', TOO_MANY)
    }
  }

  /** Two writes of a document, between which those of others may come: no matter. */
  async #countShared(counted: readonly Counted[]): Promise<void> {
    if (this.#shared === undefined || counted.length === 0) return
    const { windowMs } = this.#limits
    const now = this.#clock.now()
    const expiresAt = new Date(now + 2 * windowMs)
    await this.#shared.bulkWrite(
      counted.flatMap(({ key: _id, limit }) => [
        {
          kind: 'update',
          filter: { _id },
          update: { $max: { freeAt: now, expiresAt } },
          upsert: true,
        },
        {
          kind: 'update',
          filter: { _id },
          update: { $inc: { freeAt: windowMs / limit } },
          upsert: true,
        },
      ]),
    )
  }
}
