import { createHmac } from 'node:crypto'
import type { Clock, Random } from '#lib/base/clock.ts'
import { DependentMap } from '#lib/base/dependent-map.ts'
import { Fault } from '#lib/base/fault.ts'
import { type ScramKeys, signServer, verifyProof } from '#lib/sasl/scram-keys.ts'
import type { Account, Proved } from './log-in.ts'

/** By which proofs of an account are checked while the directory is away. */
export interface OutageKeys extends ScramKeys {
  readonly salt: Uint8Array
  readonly iterations: number
}

export interface KnownProofsParts {
  readonly clock: Pick<Clock, 'monotonic'>
  readonly random: Random
  /** Slows guessing. */
  readonly guesses: {
    admits(account: string, clientAddress: string, right: boolean): boolean
  }
}

interface Entry {
  readonly account: Account
  readonly keys: OutageKeys
  readonly at: number
}

const OUTAGE_MS = 24 * 60 * 60 * 1000
const ENTRIES_MAX = 100_000
const SALT_BYTES = 16
const ITERATIONS = 4096

/**
 * Lets those in by SCRAM-SHA-256 who came in by it within a day, while the directory is away. The keys are of this purpose
 * only: the directory makes them beside its own, by another salt, and takes no proof by them. So who steals them from
 * a process that speaks to strangers is nobody to the directory, and no password ever was here.
 */
export class KnownProofs {
  readonly #parts: KnownProofsParts
  readonly #decoyKey: Uint8Array
  #iterations = ITERATIONS
  /** By login as it was typed. */
  readonly #entries = new DependentMap<Entry>(ENTRIES_MAX, ({ account }) => [
    account.id,
    account.login,
    account.domain,
  ])

  constructor(parts: KnownProofsParts) {
    this.#parts = parts
    this.#decoyKey = parts.random(32)
  }

  get mark(): number {
    return this.#entries.mark
  }

  /** What the directory found right; `mark` as it was before it was asked. */
  keep(login: string, account: Account, keys: OutageKeys, mark: number): void {
    this.#iterations = keys.iterations
    this.#entries.set(login, { account, keys, at: this.#parts.clock.monotonic() }, mark)
  }

  /** Drops what depends on these names of accounts, addresses and domains. */
  forget(names: Iterable<string>): void {
    this.#entries.changed(names)
  }

  /** What the server's first message needs. Who is not known is answered alike. RFC 5802 §9 */
  start(login: string): { readonly salt: Uint8Array; readonly iterations: number } {
    const { salt, iterations } = this.#find(login)?.keys ?? {
      salt: createHmac('sha256', this.#decoyKey).update(login).digest().subarray(0, SALT_BYTES),
      iterations: this.#iterations,
    }
    return { salt, iterations }
  }

  /** @throws {Fault} unavailable, whatever is wrong */
  finish(login: string, { message, proof }: Proved, clientAddress: string) {
    const entry = this.#find(login)
    const right = entry !== undefined && verifyProof(entry.keys, message, proof)
    if (!entry || !this.#parts.guesses.admits(entry.account.id, clientAddress, right)) {
      throw new Fault('unavailable', 'Log-ins cannot be checked now, try again later')
    }
    return { account: entry.account, signature: signServer(entry.keys, message) }
  }

  #find(login: string): Entry | undefined {
    const entry = this.#entries.get(login)
    if (entry === undefined) return undefined
    return this.#parts.clock.monotonic() - entry.at < OUTAGE_MS ? entry : undefined
  }
}
