import type { Fault } from '#lib/base/fault.ts'
import { ReplyFault } from '#lib/smtp/fault.ts'
import { type Reply, reply } from '#lib/smtp/reply.ts'

/** The lines of one AUTH command, each of which is a command of its own to those who read them. */
export class Exchange {
  #resume: () => void
  #waiting: PromiseWithResolvers<string> | undefined

  /** `done` lets what follows the command be read. */
  constructor(done: () => void) {
    this.#resume = done
  }

  get waits(): boolean {
    return this.#waiting !== undefined
  }

  /** Lets the client's next line come. @throws {ReplyFault} when it is a `*`. RFC 4954 §4 */
  next(): Promise<string> {
    const waiting = Promise.withResolvers<string>()
    this.#waiting = waiting
    this.#resume()
    return waiting.promise
  }

  take(line: Buffer, done: () => void): void {
    const text = line.toString('latin1')
    if (text === '*') this.#fail(new ReplyFault('invalid', CANCELLED), done)
    else this.#settle(done)?.resolve(text)
  }

  /** Instead of `take`: what came is no line. RFC 4954 §6 */
  refuse(told: Reply, done: () => void): void {
    this.#fail(new ReplyFault('invalid', reply(500, '5.5.6', told.text)), done)
  }

  end(): void {
    this.#resume()
  }

  #fail(error: Fault, done: () => void): void {
    this.#settle(done)?.reject(error)
  }

  #settle(done: () => void): PromiseWithResolvers<string> | undefined {
    const waiting = this.#waiting
    this.#waiting = undefined
    this.#resume = done
    return waiting
  }
}

const CANCELLED = reply(501, '5.7.0', 'Cancelled')
