/** An IMAP client that holds nothing of what it reads: for literals that are larger than its memory should be. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import { type Endpoint, passwordOf } from '../world.ts'

export class RawImap implements Disposable {
  readonly #socket: TLSSocket
  readonly #chunks: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)
  #tag = 0

  constructor(socket: TLSSocket) {
    this.#socket = socket
    this.#chunks = socket[Symbol.asyncIterator]()
  }

  /** Runs a command and returns the lines of its answer; bytes of literals go to `take`. */
  async command(text: string, take: (bytes: Buffer) => void = () => {}): Promise<string[]> {
    const tag = `t${++this.#tag}`
    this.#socket.write(`${tag} ${text}\r\n`)
    return await this.#answer(tag, take)
  }

  /** APPEND of a message whose bytes come one after another. */
  async append(mailbox: string, size: number, message: Iterable<Buffer>): Promise<string[]> {
    const tag = `t${++this.#tag}`
    this.#socket.write(`${tag} APPEND ${mailbox} {${size}}\r\n`)
    assert.match(await this.line(), /^\+/)
    for (const bytes of message) {
      if (!this.#socket.write(bytes)) await once(this.#socket, 'drain')
    }
    this.#socket.write('\r\n')
    return await this.#answer(tag, () => {})
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf('\r\n')
      if (end >= 0) {
        const line = this.#rest.toString('latin1', 0, end)
        this.#rest = this.#rest.subarray(end + 2)
        return line
      }
      this.#rest = Buffer.concat([this.#rest, await this.#chunk()])
    }
  }

  [Symbol.dispose](): void {
    this.#socket.destroy()
  }

  async #answer(tag: string, take: (bytes: Buffer) => void): Promise<string[]> {
    const lines: string[] = []
    for (;;) {
      const line = await this.line()
      lines.push(line)
      if (line.startsWith(`${tag} `)) {
        assert.match(line, /^\S+ OK /)
        return lines
      }
      const literal = /\{(\d+)\}$/.exec(line)
      if (literal) await this.#literal(Number(literal[1]), take)
    }
  }

  async #literal(size: number, take: (bytes: Buffer) => void): Promise<void> {
    for (let left = size; left > 0; ) {
      if (this.#rest.length === 0) this.#rest = await this.#chunk()
      const bytes = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(bytes.length)
      left -= bytes.length
      take(bytes)
    }
  }

  async #chunk(): Promise<Buffer> {
    const { done, value } = await this.#chunks.next()
    assert(!done, 'The server hung up')
    return value
  }
}

/** Connected, greeted and logged in. */
export async function openRawImap({ host, port }: Endpoint, login: string): Promise<RawImap> {
  const socket = connect({ host, port, rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const client = new RawImap(socket)
  await client.line()
  await client.command(`LOGIN "${login}" "${passwordOf(login)}"`)
  return client
}
