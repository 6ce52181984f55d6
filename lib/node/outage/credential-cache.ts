import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock, Random } from '#lib/base/clock.ts'
import { DependentMap } from '#lib/base/dependent-map.ts'
import { Fault, isTransient } from '#lib/base/fault.ts'
import { networkOf } from '#lib/base/network.ts'
import type { Outage } from '#lib/base/outage.ts'
import { type DirectoryChange, namesOf } from './changes.ts'
import type { LocalGuesses } from './local-guesses.ts'

/** What a log-in is of, as announcements of changes name it. */
export interface Holder {
  readonly id: string
  /** Canonical. */
  readonly login: string
  readonly domain: string
}

/** Asks the directory whether a password is right. */
export type Authenticate<Account> = (
  login: string,
  password: string,
  clientAddress: string,
) => Promise<Account>

export interface LoggedIn<Account> {
  readonly account: Account
  /** The directory is away, and this is what it said the last time. */
  readonly fromCache: boolean
}

export interface CredentialCacheParts {
  readonly clock: Pick<Clock, 'monotonic'>
  readonly random: Random
  /** Of the directory. */
  readonly outage: Outage
  /** One for all that a process checks by itself. */
  readonly guesses: LocalGuesses
}

interface Entry<Account> {
  readonly mac: Uint8Array
  readonly account: Account
  readonly at: number
  /** From which it was right, the last ones. */
  readonly networks: readonly string[]
}

/** How long a log-in that once was right still is while the directory is away. */
const OUTAGE_MS = 24 * 60 * 60 * 1000
const ENTRIES_MAX = 100_000
const NETWORKS_MAX = 8
const AWAY = 'Log-ins cannot be checked now, try again later'

/**
 * Lets known users in while the directory is unavailable, and only then: as long as it answers, its answer
 * counts. Keeps no password, only a keyed hash with a key that dies with the process.
 *
 * What changed while the directory is away cannot be known. What it announces or answers is: then the entry is gone at
 * once. Wrong passwords are counted here, by account and by network; whoever fails is told the same as one whom
 * nobody knows. A right one from where it was right before is let in whatever others guess.
 */
export class CredentialCache<Account extends Holder> {
  readonly #ask: Authenticate<Account>
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #outage: Outage
  readonly #key: Uint8Array
  readonly #guesses: LocalGuesses
  /** By login as it was typed. */
  readonly #entries = new DependentMap<Entry<Account>>(ENTRIES_MAX, ({ account }) => [
    account.id,
    account.login,
    account.domain,
  ])

  constructor(ask: Authenticate<Account>, parts: CredentialCacheParts) {
    const { clock, random, outage, guesses } = parts
    this.#ask = ask
    this.#clock = clock
    this.#outage = outage
    this.#key = random(32)
    this.#guesses = guesses
  }

  /** @throws {Fault} what the directory answers */
  async authenticate(
    login: string,
    password: string,
    clientAddress: string,
  ): Promise<LoggedIn<Account>> {
    const mac = this.#mac(login, password)
    // Those who are not known either: who is kept waiting must not tell who is.
    if (this.#outage.on)
      return this.#recall(login, mac, clientAddress, new Fault('unavailable', AWAY))
    const mark = this.#entries.mark
    try {
      const account = await this.#outage.ask(() => this.#ask(login, password, clientAddress))
      this.#keep(login, { mac, account }, { clientAddress, mark })
      return { account, fromCache: false }
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      if (error.code === 'unavailable') return this.#recall(login, mac, clientAddress, error)
      const known = this.#entries.get(login)
      // It was right once, and is not any more, however the login is spelled.
      if (!isTransient(error) && known && timingSafeEqual(known.mac, mac)) {
        this.#entries.changed([known.account.id])
      }
      throw error
    }
  }

  /** Drops what a change may have made wrong. */
  forget(change: DirectoryChange): void {
    this.#entries.changed(namesOf(change))
  }

  #keep(
    login: string,
    { mac, account }: Pick<Entry<Account>, 'mac' | 'account'>,
    { clientAddress, mark }: { readonly clientAddress: string; readonly mark: number },
  ): void {
    const before = this.#entries.get(login)
    const network = networkOf(clientAddress)
    let networks = [network]
    let since = mark
    if (before !== undefined && timingSafeEqual(before.mac, mac)) {
      networks = [...networks, ...before.networks.filter((one) => one !== network)]
    } else if (before !== undefined && mark === this.#entries.mark) {
      // Another password: the old one is wrong, however the login is spelled.
      this.#entries.changed([before.account.id])
      since = this.#entries.mark
    }
    const entry = { mac, account, at: this.#clock.monotonic() }
    this.#entries.set(login, { ...entry, networks: networks.slice(0, NETWORKS_MAX) }, since)
  }

  #recall(
    login: string,
    mac: Uint8Array,
    clientAddress: string,
    otherwise: Fault,
  ): LoggedIn<Account> {
    const entry = this.#entries.get(login)
    if (entry === undefined || this.#clock.monotonic() - entry.at > OUTAGE_MS) throw otherwise
    const right = timingSafeEqual(entry.mac, mac)
    const here = right && entry.networks.includes(networkOf(clientAddress))
    if (!here && !this.#guesses.admits(entry.account.id, clientAddress, right)) throw otherwise
    return { account: entry.account, fromCache: true }
  }

  #mac(login: string, password: string): Uint8Array {
    const length = Buffer.byteLength(login)
    return createHmac('sha256', this.#key).update(`${length}:${login}${password}`).digest()
  }
}
