/** An SMTP client that can misbehave: it sends exactly the bytes it is told to, and says what came back. */

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Endpoint } from '../world.ts'

export interface Reply {
  readonly code: number
  /** The text of all lines, codes cut off. */
  readonly text: string
}

/** Of MAIL, and of every RCPT: `BODY=8BITMIME SMTPUTF8`. */
export interface Parameters {
  readonly mail?: string
  readonly rcpt?: string
}

export class SmtpClient implements Disposable {
  readonly socket: Socket
  #received = ''
  #ended = false
  #wake = Promise.withResolvers<void>()

  constructor(socket: Socket) {
    this.socket = socket
    const wake = () => {
      this.#wake.resolve()
      this.#wake = Promise.withResolvers<void>()
    }
    socket.setEncoding('latin1').on('data', (text: string) => {
      this.#received += text
      wake()
    })
    const end = () => {
      this.#ended = true
      wake()
    }
    socket.on('close', end).on('end', end).on('error', end)
  }

  /** The next reply. Rejects when the connection ends before it is whole. */
  async reply(): Promise<Reply> {
    for (;;) {
      const match = /^(?:\d{3}-[^\n]*\r?\n)*(\d{3})(?: [^\n]*)?\r?\n/.exec(this.#received)
      if (match !== null) {
        this.#received = this.#received.slice(match[0].length)
        const text = match[0].trimEnd().replaceAll(/^\d{3}[ -]?/gm, '')
        return { code: Number(match[1]), text: text.replaceAll('\r', '') }
      }
      if (this.#ended)
        throw new Error(`The connection ended, with ${JSON.stringify(this.#received)}`)
      await this.#wake.promise
    }
  }

  /** Resolves when the server has closed the connection. */
  async closed(): Promise<void> {
    while (!this.#ended) await this.#wake.promise
  }

  /** Sends bytes as they are, waiting while the socket is full. */
  async write(bytes: string | Uint8Array): Promise<void> {
    if (this.socket.destroyed) return
    if (this.socket.write(bytes)) return
    await Promise.race([once(this.socket, 'drain'), this.closed()])
  }

  async command(line: string): Promise<Reply> {
    await this.write(`${line}\r\n`)
    return this.reply()
  }

  /** MAIL, RCPT …, DATA, the message, and the reply to its end. The first refusal is thrown as an Error. */
  async send(
    from: string,
    to: readonly string[],
    message: Uint8Array,
    { mail, rcpt }: Parameters = {},
  ): Promise<Reply> {
    await this.#expect(2, `MAIL FROM:<${from}>${spaced(mail)}`)
    for (const recipient of to) await this.#expect(2, `RCPT TO:<${recipient}>${spaced(rcpt)}`)
    await this.#expect(3, 'DATA')
    await this.write(stuffDots(message))
    await this.write('.\r\n')
    return this.reply()
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }

  async #expect(class_: number, line: string): Promise<void> {
    const { code, text } = await this.command(line)
    if (Math.floor(code / 100) !== class_) throw new Error(`${line}: ${code} ${text}`)
  }
}

/** Connects, reads the greeting and says EHLO. */
export async function openSmtp(at: Endpoint): Promise<SmtpClient> {
  const client = await greetSmtp(at)
  await client.command('EHLO client.elsewhere.test')
  return client
}

/** Connects and reads the greeting. */
export async function greetSmtp(at: Endpoint): Promise<SmtpClient> {
  const client = new SmtpClient(connect(at))
  await client.reply()
  return client
}

function spaced(parameters: string | undefined): string {
  return parameters === undefined ? '' : ` ${parameters}`
}

/** RFC 5321 §4.5.2; the message must end with CRLF. */
function stuffDots(message: Uint8Array): Buffer {
  const text = Buffer.from(message).toString('latin1')
  return Buffer.from(text.replaceAll(/^\./gm, '..'), 'latin1')
}
