/** Whoever administers the platform while it suffers: accounts and aliases are made, and used at once. */

import { passwordOf } from '../world.ts'
import type { Platform } from './ground.ts'
import type { History } from './history.ts'
import { logIn, Silence } from './line-imap.ts'
import { pause } from './senders.ts'

export interface Administering {
  readonly world: Platform
  readonly history: History
  readonly stop: AbortSignal
  /** What the names begin with that are made. */
  readonly tag: string
  /** To whom the aliases are given. */
  readonly logins: readonly string[]
}

const DOMAIN = 'example.test'

/** What was told done is used by others from then on. */
export class Admin {
  /** Each alias that was made, and whose it is. */
  readonly aliases = new Map<string, string>()
  readonly #administering: Administering
  #changes = 0

  constructor(administering: Administering) {
    this.#administering = administering
  }

  async run(everyMs: number): Promise<void> {
    const { stop, tag } = this.#administering
    while (!stop.aborted) {
      const n = ++this.#changes
      if (n % 3 === 0) await this.#addAccount(`${tag}-late-${n}@${DOMAIN}`)
      else await this.#addAlias(`${tag}-alias-${n}@${DOMAIN}`, n)
      await pause(everyMs, stop)
    }
  }

  async #addAlias(alias: string, n: number): Promise<void> {
    const { logins } = this.#administering
    const login = logins[n % logins.length] ?? ''
    const done = await this.#cli(['address', 'add', alias, '--account', login])
    if (done) this.aliases.set(alias, login)
  }

  async #addAccount(login: string): Promise<void> {
    const { world, history } = this.#administering
    const line = `${JSON.stringify({ login, password: passwordOf(login) })}\n`
    if (!(await this.#cli(['account', 'import', '-', '--format', 'jsonl'], line))) return
    try {
      using client = await logIn(world.at('imaps'), login, 30_000)
      await client.command('STATUS INBOX (MESSAGES)')
    } catch (error) {
      if (!(error instanceof Silence)) throw error
      // Who is told of a wrong password though it is right is noticed by the count of errors.
      history.error('imap', error.kind)
    }
  }

  async #cli(args: readonly string[], input?: string): Promise<boolean> {
    const { world, history, stop } = this.#administering
    const { code, stderr } = await world.cli(args, input)
    if (code === 0) history.success('admin')
    else if (!stop.aborted) {
      const lines = stderr.trim().split('\n')
      const said = lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? ''
      history.error('admin', said.replaceAll(/[\w-]+@\S+/g, '…').slice(0, 80))
    }
    return code === 0
  }
}
