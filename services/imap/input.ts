import type { CommandReader, Item, MessageItem } from '#lib/imap/command-reader.ts'
import { Disconnected, type Wire } from './wire.ts'

/** Waits for what the client says. Reads no further than asked, so a flood of commands stays outside. */
export class Input {
  readonly #wire: Wire
  readonly #reader: CommandReader
  #waiting = false
  #inMessage = false

  constructor(wire: Wire, reader: CommandReader) {
    this.#wire = wire
    this.#reader = reader
  }

  /** Whether it is the client's turn, and nothing is lost when it does not get it. */
  get waiting(): boolean {
    return this.#waiting && !this.#inMessage
  }

  /** Whether the client has sent a part of a command, or more commands than ran. */
  get begun(): boolean {
    return this.#inMessage || this.#reader.pendingBytes > 0
  }

  /** What comes next; undefined when nothing more comes. */
  next(): Promise<Item | undefined> {
    return this.#until(() => this.#reader.next())
  }

  /** A line that is not a command; undefined when nothing more comes. */
  line(): Promise<string | undefined> {
    return this.#until(() => this.#reader.nextLine())
  }

  /** Grows with the log-in: strangers get less memory. */
  set commandBytesMax(bytes: number) {
    this.#reader.commandBytesMax = bytes
  }

  discard(): void {
    this.#reader.discard()
  }

  /**
   * The pieces of a message that was announced. Ends only when its command is complete, so that nothing
   * is stored of one that is not.
   *
   * @throws {Disconnected}
   */
  async *content(message: MessageItem): AsyncGenerator<Uint8Array, void, undefined> {
    this.#reader.acceptMessage()
    this.#inMessage = true
    if (message.synchronizing) this.#wire.write('+ Ready for the message\r\n')
    for (;;) {
      const item = await this.next()
      if (item === undefined) throw new Disconnected('Gone in the middle of a message')
      if (item.kind === 'appended') return
      if (item.kind === 'bad') throw new BadMessage(item.text)
      if (item.kind === 'content') yield item.bytes
    }
  }

  /** Passes over what is left of a message. */
  refuseMessage(): void {
    this.#inMessage = false
    this.#reader.refuseMessage()
  }

  async #until<Found>(find: () => Found | undefined): Promise<Found | undefined> {
    for (;;) {
      const found = find()
      if (found !== undefined) return found
      this.#waiting = true
      const chunk = await this.#wire.read().finally(() => {
        this.#waiting = false
      })
      if (chunk === undefined) return undefined
      this.#reader.push(chunk)
    }
  }
}

/** The command of a message went on where it should have ended; `message` is the tagged response. */
export class BadMessage extends Error {
  override readonly name = 'BadMessage'
}
