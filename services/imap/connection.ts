/** The life of one connection: greeting, commands one after the other, goodbye. */

import { CommandReader, type Item } from '#lib/imap/command-reader.ts'
import type { FindCharset } from '#lib/imap/parse-command.ts'
import { append } from './commands/append.ts'
import { capabilities } from './commands/basic.ts'
import { run, settle } from './dispatch.ts'
import { Input } from './input.ts'
import { type Backend, Session } from './session.ts'
import { Disconnected, type Wire } from './wire.ts'

/** What is no command at all: after so many in a row it is no IMAP client either. */
const BAD_IN_A_ROW_MAX = 10

export class Connection {
  readonly #session: Session
  readonly #input: Input
  readonly #wire: Wire
  #badInARow = 0
  /** Why the client is to go, once nothing of it is under way. */
  #leaving: string | undefined

  constructor(backend: Backend, wire: Wire, findCharset: FindCharset) {
    const { commandBytesMax } = backend.settings
    this.#wire = wire
    this.#input = new Input(wire, new CommandReader({ commandBytesMax, findCharset }))
    this.#session = new Session(backend, wire, this.#input)
  }

  /** Serves the client until it goes or is sent away. Never rejects. */
  async serve(): Promise<void> {
    const { events } = this.#session.backend
    const remote = this.#wire.remoteAddress
    const loggedIn = new AbortController()
    events.connected(remote, this.#wire.secure)
    this.#limitLogin(loggedIn.signal)
    let account: string | undefined
    try {
      this.#goIfDue()
      if (this.#session.bye === undefined) {
        this.#session.send(`* OK [CAPABILITY ${capabilities(this.#session)}] hikyaku ready`)
      }
      while (this.#session.bye === undefined && (await this.#step())) {
        account = this.#session.account?.id
        if (account !== undefined) loggedIn.abort()
        this.#goIfDue()
      }
      await this.#sayBye()
      events.disconnected(remote, account, this.#session.bye || 'client')
    } catch (error) {
      // In the middle of what the client sends there is a place for a BYE; in the middle of what we send there is none.
      if (error instanceof Disconnected && this.#session.bye) await this.#sayBye()
      else this.#wire.destroy()
      if (!(error instanceof Disconnected)) events.failed('connection', account, error)
      const why = error instanceof Disconnected ? this.#session.bye || error.message : 'bug'
      events.disconnected(remote, account, why)
    } finally {
      loggedIn.abort()
      this.#session.close()
    }
  }

  /** Nothing runs but, perhaps, an IDLE. */
  get idle(): boolean {
    return this.#input.waiting && !this.#input.begun
  }

  /** Sends the client away once all that it has sent is answered; at once when that is nothing. RFC 9051 §7.1.5 */
  leave(reason: string): void {
    this.#leaving ??= reason
    if (this.idle) this.stop(reason)
  }

  /** The same, and in the middle of a command or of a message that is not complete: neither is done then. */
  cut(reason: string): void {
    this.#session.bye ??= reason
    this.#wire.interrupt()
  }

  #goIfDue(): void {
    if (this.#leaving !== undefined && !this.#input.begun) this.#session.bye ??= this.#leaving
  }

  /** Sends the client away as soon as what runs is over; at once when nothing does. */
  stop(reason: string): void {
    this.#session.bye ??= reason
    if (this.#input.waiting) this.#wire.interrupt()
  }

  /** For a client that is silent for too long: also one that does not take what it asked for. */
  timeOut(): void {
    if (this.#input.waiting) this.stop('Idle for too long')
    else this.#wire.destroy()
  }

  /** Whether there is more to come. */
  async #step(): Promise<boolean> {
    let item: Item | undefined
    try {
      await this.#wire.drained()
      item = await this.#input.next()
    } catch (error) {
      if (error instanceof Disconnected) return false
      throw error
    }
    if (item === undefined) return false
    await this.#handle(item)
    return true
  }

  async #handle(item: Item): Promise<void> {
    switch (item.kind) {
      case 'command':
        this.#badInARow = 0
        return await run(item.tag, item.command, this.#session)
      case 'bad':
        return this.#refuse(item.tag, item.text)
      case 'continue':
        return this.#session.send('+ Ready for the literal')
      case 'message': {
        const answer = await settle('APPEND', this.#session, () => append(item, this.#session))
        this.#input.refuseMessage()
        return this.#session.send(`${item.tag} ${answer}`)
      }
      default:
        throw new Error(`Unexpected ${item.kind}`)
    }
  }

  #refuse(tag: string, text: string): void {
    this.#session.send(`${tag} ${text}`)
    this.#badInARow += 1
    if (this.#badInARow >= BAD_IN_A_ROW_MAX) this.#session.bye = 'That is no IMAP'
  }

  async #sayBye(): Promise<void> {
    if (this.#session.bye) this.#session.send(`* BYE ${this.#session.bye}`)
    await this.#wire.end()
  }

  #limitLogin(signal: AbortSignal): void {
    const { backend } = this.#session
    const { loginMs } = backend.settings
    if (loginMs === Number.POSITIVE_INFINITY) return
    const late = () => {
      if (this.#input.waiting) this.stop('Log in sooner')
      else this.#wire.destroy()
    }
    backend.sleep(loginMs, signal).then(late, () => undefined)
  }
}
