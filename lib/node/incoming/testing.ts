/** What tests of services that take mail share. */

import assert from 'node:assert/strict'
import type { Socket } from 'node:net'

/** A client that sends what it is told to and collects what comes. */
export class DialogueClient implements Disposable {
  socket: Socket
  #text = ''
  #ended = false
  #wake = () => {}

  constructor(socket: Socket) {
    this.socket = socket
    this.listen(socket)
  }

  send(text: string | Buffer): void {
    this.socket.write(typeof text === 'string' ? Buffer.from(text, 'latin1') : text)
  }

  /** The next whole reply, its lines joined by ` / `; 'closed' when the server has hung up instead. */
  async reply(): Promise<string> {
    for (;;) {
      const [whole] = /^(?:\d{3}-[^\n]*\n)*\d{3} [^\n]*\n/.exec(this.#text) ?? []
      if (whole !== undefined) {
        this.#text = this.#text.slice(whole.length)
        return whole.trim().split('\r\n').join(' / ')
      }
      if (this.#ended) return 'closed'
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      await promise
    }
  }

  /** Plays a dialogue of `C: ` and `S: ` lines; what the server says must begin with its line. */
  async play(dialogue: string): Promise<void> {
    for (const line of dialogue.trim().split('\n')) {
      const [side, text] = [line.trim().slice(0, 2), line.trim().slice(3)]
      if (side === 'C:') this.send(`${text}\r\n`)
      else {
        const told = await this.reply()
        assert.ok(told.startsWith(text), `expected "${text}", got "${told}"`)
      }
    }
  }

  /** From now on what comes by this socket is collected. */
  protected listen(socket: Socket): void {
    this.socket = socket
    socket.on('data', (bytes: Buffer) => {
      this.#text += bytes.toString('latin1')
      this.#wake()
    })
    socket.on('close', () => {
      this.#ended = true
      this.#wake()
    })
    socket.on('error', () => {})
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }
}
