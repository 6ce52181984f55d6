import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock, Random } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { RecentMap } from '#lib/base/recent-map.ts'
import type { Account } from './mail-store.ts'
import type { LoggedIn } from './session.ts'

export type Authenticate = (
  login: string,
  password: string,
  clientAddress: string,
) => Promise<Account>

/** How long a log-in that once was right still is while the directory is away. */
const OUTAGE_MS = 24 * 60 * 60 * 1000
const ENTRIES_MAX = 100_000

interface Entry {
  readonly mac: Uint8Array
  readonly account: Account
  readonly at: number
}

/**
 * Lets known users in while the directory is unavailable, and only then: as long as it answers, its answer
 * counts. Keeps no password, only a keyed hash with a key that dies with the process.
 */
export class CredentialCache {
  readonly #ask: Authenticate
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #key: Uint8Array
  /** Oldest first. */
  readonly #entries = new RecentMap<string, Entry>(ENTRIES_MAX)

  constructor(ask: Authenticate, clock: Pick<Clock, 'monotonic'>, random: Random) {
    this.#ask = ask
    this.#clock = clock
    this.#key = random(32)
  }

  /** @throws {Fault} what the directory answers */
  async authenticate(login: string, password: string, clientAddress: string): Promise<LoggedIn> {
    const mac = this.#mac(login, password)
    try {
      const account = await this.#ask(login, password, clientAddress)
      this.#entries.set(login, { mac, account, at: this.#clock.monotonic() })
      return { account, fromCache: false }
    } catch (error) {
      const known = this.#find(login, mac)
      if (!(error instanceof Fault) || known === undefined) throw error
      if (error.code === 'unavailable') return { account: known, fromCache: true }
      // It was right once, and is not any more.
      if (error.code === 'unauthenticated') this.#entries.delete(login)
      throw error
    }
  }

  #find(login: string, mac: Uint8Array): Account | undefined {
    const entry = this.#entries.get(login)
    if (entry === undefined || !timingSafeEqual(entry.mac, mac)) return undefined
    return this.#clock.monotonic() - entry.at <= OUTAGE_MS ? entry.account : undefined
  }

  #mac(login: string, password: string): Uint8Array {
    const length = Buffer.byteLength(login)
    return createHmac('sha256', this.#key).update(`${length}:${login}${password}`).digest()
  }
}
