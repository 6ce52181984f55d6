import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { RecentMap } from '#lib/base/recent-map.ts'

export interface GuessLimits {
  /** Wrong passwords for one login in a window; Infinity: no limit. */
  readonly perLogin: number
  /** Wrong passwords from one address (IPv6: one /64) in a window; Infinity: no limit. */
  readonly perAddress: number
  readonly windowMs: number
}

const ENTRIES_MAX = 100_000

/**
 * Slows guessing of passwords, by login and by the address it comes from.
 *
 * Each guess is counted before its password is checked and given back when it was right, so that many
 * at the same time do not all slip through. Counts run off evenly: nobody is locked out for longer than
 * it takes to earn one more try. It knows of this process only.
 */
export class GuessLimit {
  readonly #limits: GuessLimits
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #levels = new RecentMap<string, { level: number; at: number }>(ENTRIES_MAX)

  constructor(limits: GuessLimits, clock: Pick<Clock, 'monotonic'>) {
    this.#limits = limits
    this.#clock = clock
  }

  /**
   * Counts one guess. What it returns takes it back.
   *
   * @throws {Fault} busy: too many of late
   */
  take(login: string, clientAddress: string): { giveBack(): void } {
    const counted: [key: string, limit: number][] = [[`login ${login}`, this.#limits.perLogin]]
    if (clientAddress !== '') {
      counted.push([`address ${networkOf(clientAddress)}`, this.#limits.perAddress])
    }
    for (const [key, limit] of counted) {
      if (this.#level(key, limit) + 1 > limit) {
        throw new Fault('busy', 'Too many wrong passwords, try again later')
      }
    }
    for (const [key, limit] of counted) this.#add(key, limit, 1)
    return {
      giveBack: () => {
        for (const [key, limit] of counted) this.#add(key, limit, -1)
      },
    }
  }

  #level(key: string, limit: number): number {
    const kept = this.#levels.get(key)
    if (kept === undefined) return 0
    const ranOff = ((this.#clock.monotonic() - kept.at) / this.#limits.windowMs) * limit
    return Math.max(0, kept.level - ranOff)
  }

  #add(key: string, limit: number, guesses: number): void {
    if (limit === Number.POSITIVE_INFINITY) return
    const level = Math.max(0, this.#level(key, limit) + guesses)
    if (level > 0) this.#levels.set(key, { level, at: this.#clock.monotonic() })
    else this.#levels.delete(key)
  }
}

/**
 * The network that one customer has: an IPv4 address, or the /64 of an IPv6 address, in which anyone can
 * take as many addresses as there are. RFC 6177 §2
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address)
  if (mapped?.[1]) return mapped[1]
  if (!address.includes(':')) return address
  const [before = '', after] = address.toLowerCase().split('::')
  const head = before === '' ? [] : before.split(':')
  const tail = after ? after.split(':') : []
  const zeros = after === undefined ? 0 : Math.max(0, 8 - head.length - tail.length)
  const groups = [...head, ...Array<string>(zeros).fill('0'), ...tail]
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
