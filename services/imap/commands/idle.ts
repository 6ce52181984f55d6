import type { SimpleCommand } from '#lib/imap/command.ts'
import type { Session, UserSession } from '../session.ts'
import { mention } from '../update.ts'
import { Disconnected } from '../wire.ts'

/**
 * IDLE: tells of changes as they are announced until the client says DONE. Looks by itself now and then,
 * because an announcement may be lost.
 *
 * RFC 2177 §3
 */
export async function idle(
  _command: SimpleCommand,
  session: UserSession,
): Promise<string | undefined> {
  session.send('+ idling')
  const waker = new Waker(session)
  const line = session.input.line().finally(() => waker.end())
  // Its failure is told where it is awaited, after the loop.
  line.catch(() => undefined)
  try {
    do {
      // The store may be away for a while; the next look may find it back.
      await mention(session, { expunges: true })
      await session.wire.drained()
    } while (session.bye === undefined && (await waker.woken()))
  } finally {
    waker.stop()
    if (session.bye !== undefined) session.wire.interrupt()
  }
  const said = await line
  // An OK would answer a DONE that was never said: whoever is sent away hears BYE and nothing else.
  if (session.bye !== undefined) throw new Disconnected(session.bye)
  if (said === undefined) return undefined
  return said.toUpperCase() === 'DONE' ? undefined : 'BAD Expected DONE'
}

/** Wakes an IDLE when its mailbox changes, and from time to time. */
class Waker {
  readonly #session: Session
  readonly #stopped = new AbortController()
  #next = Promise.withResolvers<void>()
  #over = false

  constructor(session: Session) {
    this.#session = session
    session.onChange = () => this.#next.resolve()
  }

  /** Resolves with false once it is over. */
  async woken(): Promise<boolean> {
    if (this.#over) return false
    const waiting = new AbortController()
    const signal = AbortSignal.any([waiting.signal, this.#stopped.signal])
    const { pollMs } = this.#session.backend.settings
    if (pollMs !== Number.POSITIVE_INFINITY) {
      const wake = () => this.#look()
      this.#session.backend.sleep(pollMs, signal).then(wake, () => undefined)
    }
    await this.#next.promise
    waiting.abort()
    this.#next = Promise.withResolvers<void>()
    return !this.#over
  }

  #look(): void {
    if (this.#session.selected !== undefined) this.#session.selected.changed = true
    this.#next.resolve()
  }

  end(): void {
    this.#over = true
    this.#next.resolve()
  }

  stop(): void {
    this.#session.onChange = undefined
    this.#stopped.abort()
  }
}
