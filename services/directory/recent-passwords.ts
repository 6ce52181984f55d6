import { createHmac } from 'node:crypto'
import type { Clock, Random } from '#lib/base/clock.ts'
import { RecentMap } from '#lib/base/recent-map.ts'

const ENTRIES_MAX = 100_000

/**
 * Remembers for some minutes which passwords were found right and which wrong, since mail clients log
 * in all the time and a proper hash is made to be slow.
 *
 * Keeps no password: only an HMAC of it under a key that this process made and that dies with it. The
 * credential's version is part of it, so that after a change of password nothing remembered counts.
 */
export class RecentPasswords {
  readonly #key: Uint8Array
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #keptMs: number
  readonly #known = new RecentMap<string, { readonly right: boolean; readonly until: number }>(
    ENTRIES_MAX,
  )

  constructor(keptMs: number, clock: Pick<Clock, 'monotonic'>, random: Random) {
    this.#keptMs = keptMs
    this.#clock = clock
    this.#key = random(32)
  }

  /** What one attempt is remembered by; `version` is that of the account's credential. */
  digest(account: string, version: string, password: string): string {
    const parts = [account, version, password].map((part) => `${part.length}:${part}`)
    return createHmac('sha256', this.#key).update(parts.join()).digest('base64')
  }

  /** Whether it was right or wrong; undefined when that is not known (any more). */
  recall(digest: string): 'right' | 'wrong' | undefined {
    const known = this.#known.get(digest)
    if (known === undefined || known.until <= this.#clock.monotonic()) return undefined
    return known.right ? 'right' : 'wrong'
  }

  remember(digest: string, right: boolean): void {
    if (this.#keptMs === 0) return
    this.#known.set(digest, { right, until: this.#clock.monotonic() + this.#keptMs })
  }
}
