/** A client of SMTP or IMAP that says something and waits for an answer; no more than a benchmark needs. */

import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

export class Client implements Disposable {
  readonly #socket: Socket
  #text = ''
  #waiting: { pattern: RegExp; resolve: (text: string) => void } | undefined
  #failed: ((error: Error) => void) | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay()
    socket.on('data', (bytes) => {
      this.#text += bytes.toString('latin1')
      this.#look()
    })
    const gone = () => this.#failed?.(new Error('The server has hung up'))
    socket.on('close', gone)
    socket.on('error', gone)
  }

  static async open(at: { host: string; port: number }, tls: boolean): Promise<Client> {
    if (!tls) {
      const socket = connectTcp(at)
      await once(socket, 'connect')
      return new Client(socket)
    }
    const socket = connectTls({ ...at, rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    return new Client(socket)
  }

  /** What comes, up to the line that matches. */
  ask(text: string, pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting = { pattern, resolve }
      this.#failed = reject
      this.#socket.write(text, 'latin1')
      this.#look()
    })
  }

  [Symbol.dispose](): void {
    this.#failed = undefined
    this.#socket.destroy()
  }

  #look(): void {
    const found = this.#waiting?.pattern.exec(this.#text)
    if (!found || this.#waiting === undefined) return
    const { resolve } = this.#waiting
    const end = found.index + found[0].length
    const text = this.#text.slice(0, end)
    this.#text = this.#text.slice(end)
    this.#waiting = undefined
    this.#failed = undefined
    resolve(text)
  }
}
