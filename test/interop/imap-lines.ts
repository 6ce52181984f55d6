/** An IMAP client that says exactly the lines it is told to, as programs say them that we cannot run here. */

import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import { connect, type TLSSocket } from 'node:tls'
import type { World } from '../world.ts'

export interface Answer {
  /** OK, NO or BAD, and the text after it. */
  readonly result: string
  /** Everything that came before the tagged response, a line each; bytes are characters. */
  readonly untagged: readonly string[]
}

export class ImapLines implements Disposable {
  readonly #socket: TLSSocket
  readonly #lines: AsyncIterator<string>
  #tag = 0

  constructor(socket: TLSSocket, lines: Interface) {
    this.#socket = socket
    this.#lines = lines[Symbol.asyncIterator]()
  }

  /** Sends a command, without its tag; the rest of its lines each after the server has asked for it. */
  async command(command: string, ...rest: readonly string[]): Promise<Answer> {
    this.#tag += 1
    const tag = `A${this.#tag}`
    this.write(`${tag} ${command}\r\n`)
    const untagged: string[] = []
    for (;;) {
      const line = await this.line()
      if (line.startsWith(`${tag} `)) return { result: line.slice(tag.length + 1), untagged }
      if (line.startsWith('+') && rest.length > 0) {
        this.write(`${rest[0]}\r\n`)
        rest = rest.slice(1)
      } else untagged.push(line)
    }
  }

  /** Lines of text are UTF-8, as clients send them. */
  write(bytes: string): void {
    this.#socket.write(bytes)
  }

  async line(): Promise<string> {
    const { value, done } = await this.#lines.next()
    if (done) throw new Error('The server has hung up')
    return value
  }

  [Symbol.dispose](): void {
    this.#socket.destroy()
  }
}

/** Connects over TLS and reads the greeting. */
export async function openLines(world: World): Promise<ImapLines> {
  const socket = connect({ ...world.at('imaps'), rejectUnauthorized: false })
  socket.on('error', () => undefined)
  await once(socket, 'secureConnect')
  // Latin-1 keeps each byte a character, so that lengths of literals can be compared.
  const lines = createInterface({ input: socket.setEncoding('latin1'), crlfDelay: 0 })
  const client = new ImapLines(socket, lines)
  await client.line()
  return client
}
