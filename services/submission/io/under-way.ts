import type { Body } from '#lib/node/incoming/body.ts'
import type { Incoming } from '#lib/smtp/incoming.ts'
import type { Content } from '../content.ts'
import type { Transaction } from './commands.ts'
import type { DataTaker } from './lines.ts'

export type Message = Incoming<Content<Body>>

/** The mail that a session is at, and what it holds. */
export class UnderWay {
  transaction: Transaction | undefined
  #message: Message | undefined
  #place: Disposable | undefined

  start(message: Message, place: Disposable): void {
    this.#message = message
    this.#place = place
  }

  /** From here on the message and its place are the caller's: the session may end before the spool has it. */
  handOver(): Disposable {
    const [message, place] = [this.#message, this.#place]
    this.#message = undefined
    this.#place = undefined
    return { [Symbol.dispose]: () => release(message, place) }
  }

  forget(): void {
    this.transaction = undefined
    this.handOver()[Symbol.dispose]()
  }
}

function release(message: Message | undefined, place: Disposable | undefined): void {
  message?.body.close()
  place?.[Symbol.dispose]()
}

export function takerOf(message: Message, finish: () => Promise<void>): DataTaker {
  return {
    push: (piece) => message.push(piece),
    room: () => message.room,
    over: () => message.ended || message.hopeless !== undefined,
    finish,
  }
}
