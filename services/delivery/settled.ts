import { RecentMap } from '#lib/base/recent-map.ts'

/** Mails of which something is known at a time; what is forgotten costs a repeated append, no more. */
const MAILS_MAX = 20_000

/** Which accounts have a mail that others still wait for. */
export class Settled {
  readonly #accounts = new RecentMap<string, Set<string>>(MAILS_MAX)

  has(mailId: string, account: string): boolean {
    return this.#accounts.get(mailId)?.has(account) ?? false
  }

  add(mailId: string, account: string): void {
    const accounts = this.#accounts.get(mailId)
    if (accounts !== undefined) {
      accounts.add(account)
      return
    }
    this.#accounts.set(mailId, new Set([account]))
  }

  forget(mailId: string): void {
    this.#accounts.delete(mailId)
  }
}
