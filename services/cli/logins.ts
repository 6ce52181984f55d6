/** The accounts that the directory knows, for a store that knows them only by id. */

import { Fault } from '#lib/base/fault.ts'
import { type Admin, pages } from './admin.ts'

type Directory = Pick<Admin, 'showAccount' | 'listAccounts'>

export class Logins {
  readonly #admin: Directory
  readonly #logins = new Map<string, string>()
  readonly #seen = new Set<string>()

  private constructor(admin: Directory) {
    this.#admin = admin
  }

  /** All of them, those deleted too, unless only one is asked for. */
  static async open(admin: Directory, only: string): Promise<Logins> {
    const logins = new Logins(admin)
    if (only !== '') return logins
    for (const deleted of [false, true]) {
      const ask = async (after: string) => {
        const { accounts, next } = await admin.listAccounts({ after, deleted })
        return { items: accounts, next }
      }
      for await (const page of pages(ask)) {
        for (const { id, login } of page) logins.#logins.set(id, login)
      }
    }
    return logins
  }

  /** The id of an account that is given by login or id. What the directory has forgotten goes by its id. */
  async idOf(name: string): Promise<string> {
    try {
      const { id, login } = await this.#admin.showAccount({ name })
      this.#logins.set(id, login)
      return id
    } catch (error) {
      if (!isUnknown(error) || name.includes('@')) throw error
      return name
    }
  }

  /** The login, or the id when there is none. */
  async loginOf(id: string): Promise<string> {
    const known = this.#logins.get(id)
    if (known !== undefined) return known
    const login = (await this.#ask(id)) ?? id
    this.#logins.set(id, login)
    return login
  }

  /** Remembers that there is something of the account. */
  see(id: string): void {
    if (!this.#logins.has(id)) this.#seen.add(id)
  }

  /** Those seen that the directory does not know, also not by now. */
  async unknown(): Promise<string[]> {
    const unknown: string[] = []
    for (const id of this.#seen) if ((await this.#ask(id)) === undefined) unknown.push(id)
    return unknown
  }

  async #ask(name: string): Promise<string | undefined> {
    try {
      return (await this.#admin.showAccount({ name })).login
    } catch (error) {
      if (isUnknown(error)) return undefined
      throw error
    }
  }
}

function isUnknown(error: unknown): boolean {
  return error instanceof Fault && (error.code === 'not-found' || error.code === 'invalid')
}
