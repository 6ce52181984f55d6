import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import type { Collections } from './documents.ts'

const REMEMBERED_MS = 10_000
const ACCOUNTS_MAX = 10_000

/** Whose mailbox it is. */
export interface Holder {
  readonly account: string
  readonly tenant: string
  /** Empty when nobody has told. */
  readonly domain: string
}

/** What an account, or all of a domain or tenant, may hold; 0 is no limit. */
export interface Quota {
  readonly scope: 'account' | 'domain' | 'tenant'
  readonly name: string
  readonly bytes: number
  readonly messages: number
}

/**
 * How much accounts hold. A full account is judged by what the documents say now; one with room by what was read in
 * the last seconds, so that appends at the same moment in several processes can pass the limit by a little.
 */
export class Quotas {
  readonly #mailboxes: Collections['mailboxes']
  readonly #clock: Clock
  readonly #usage = new Map<string, { bytes: number; readonly readAt: number }>()

  constructor(mailboxes: Collections['mailboxes'], clock: Clock) {
    this.#mailboxes = mailboxes
    this.#clock = clock
  }

  /**
   * Lets so much more in, when every quota has room for it.
   *
   * @throws {Fault} over-quota
   */
  async admit(
    { account }: Holder,
    { bytes }: { readonly bytes: number; readonly messages: number },
    quotas: readonly Quota[],
  ): Promise<void> {
    const quotaBytes = quotas.find(({ scope }) => scope === 'account')?.bytes ?? 0
    if (quotaBytes <= 0) return
    const known = this.#usage.get(account)
    const young = known && this.#clock.monotonic() - known.readAt < REMEMBERED_MS
    if (young && known.bytes + bytes <= quotaBytes) {
      known.bytes += bytes
      return
    }
    const used = await this.usage(account)
    if (used + bytes > quotaBytes) throw new Fault('over-quota', 'The account is full')
    this.#usage.delete(account)
    this.#usage.set(account, { bytes: used + bytes, readAt: this.#clock.monotonic() })
    if (this.#usage.size > ACCOUNTS_MAX) {
      for (const oldest of this.#usage.keys()) {
        this.#usage.delete(oldest)
        break
      }
    }
  }

  /** Bytes of all messages of an account. */
  async usage(account: string): Promise<number> {
    let bytes = 0
    for await (const mailbox of this.#mailboxes.find({ account }, { fields: ['bytes'] })) {
      bytes += mailbox.bytes
    }
    return bytes
  }
}
