/** An IMAP client that tells a refusal from a silence, and shows every line as it came. */

import { connect, type TLSSocket } from 'node:tls'
import { type Endpoint, passwordOf } from '../world.ts'

/** A tagged answer, and the lines before it; a literal stands in its line, behind its CRLF. */
export interface Answer {
  readonly status: string
  readonly text: string
  readonly lines: readonly string[]
}

/** The connection ended, or nothing came for too long. */
export class Silence extends Error {
  readonly kind: string

  constructor(kind: string) {
    super(`No answer: ${kind}`)
    this.kind = kind
  }
}

export class LineImap implements Disposable {
  readonly socket: TLSSocket
  readonly #timeoutMs: number
  #received = Buffer.alloc(0)
  readonly #pieces: Buffer[] = []
  #wake = Promise.withResolvers<void>()
  #ended: string | undefined
  #bye = false
  #tag = 0

  constructor(socket: TLSSocket, timeoutMs: number) {
    this.socket = socket
    this.#timeoutMs = timeoutMs
    socket.on('data', (bytes: Buffer) => {
      this.#pieces.push(bytes)
      this.#wake.resolve()
    })
    const end = (kind: string) => {
      this.#ended ??= kind
      this.#wake.resolve()
    }
    socket.on('error', (error: NodeJS.ErrnoException) =>
      end(error.code === 'ECONNREFUSED' ? 'no connection' : 'lost'),
    )
    socket.on('end', () => end(this.#bye ? 'BYE' : 'lost'))
    socket.on('close', () => end(this.#bye ? 'BYE' : 'lost'))
  }

  /** Runs a command; a literal goes behind it once the server wants it. @throws {Silence} */
  async command(text: string, literal?: Buffer): Promise<Answer> {
    const tag = `d${++this.#tag}`
    const suffix = literal === undefined ? '' : ` {${literal.length}}`
    this.socket.write(`${tag} ${text}${suffix}\r\n`)
    const lines: string[] = []
    for (;;) {
      const line = await this.#line(this.#timeoutMs)
      if (line === undefined) throw this.#silence('timeout')
      if (line.startsWith('+') && literal !== undefined) {
        this.socket.write(literal)
        this.socket.write('\r\n')
      } else if (line.startsWith(`${tag} `)) {
        const [, status = '', rest = ''] = line.split(/^\S+ (\S+) ?/)
        return { status, text: rest, lines }
      } else lines.push(line)
    }
  }

  /** IDLE until something is told or the time is over. @throws {Silence} */
  async idle(forMs: number): Promise<readonly string[]> {
    const tag = `d${++this.#tag}`
    this.socket.write(`${tag} IDLE\r\n`)
    const lines: string[] = []
    let state: 'asked' | 'idling' | 'done' = 'asked'
    for (;;) {
      const line = await this.#line(state === 'idling' ? forMs : this.#timeoutMs)
      if (line?.startsWith(`${tag} `)) return lines
      if (line?.startsWith('+')) {
        state = 'idling'
        continue
      }
      if (line !== undefined) lines.push(line)
      else if (state !== 'idling') throw this.#silence('timeout')
      if (state !== 'idling') continue
      this.socket.write('DONE\r\n')
      state = 'done'
    }
  }

  /** The greeting. @throws {Silence} */
  async greeting(): Promise<string> {
    const line = await this.#line(this.#timeoutMs)
    if (line === undefined) throw this.#silence('timeout')
    return line
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }

  #silence(kind: string): Silence {
    this.socket.destroy()
    return new Silence(kind)
  }

  /** Undefined when the time is over. */
  async #line(timeoutMs: number): Promise<string | undefined> {
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, timeoutMs)
    let passed = false
    void late.promise.then(() => {
      passed = true
    })
    try {
      for (;;) {
        const line = this.#take()
        if (line !== undefined) {
          if (line.startsWith('* BYE')) this.#bye = true
          return line
        }
        if (this.#ended !== undefined) throw new Silence(this.#ended)
        if (passed) return undefined
        await Promise.race([this.#wake.promise, late.promise])
      }
    } finally {
      clearTimeout(timer)
      late.resolve()
    }
  }

  /** A whole line with the literals in it. */
  #take(): string | undefined {
    if (this.#pieces.length > 0) {
      this.#received = Buffer.concat([this.#received, ...this.#pieces.splice(0)])
      this.#wake = Promise.withResolvers<void>()
    }
    let from = 0
    for (;;) {
      const end = this.#received.indexOf('\r\n', from)
      if (end < 0) return undefined
      const size = /\{(\d+)\}$/.exec(
        this.#received.toString('latin1', Math.max(from, end - 20), end),
      )
      if (size === null) {
        const line = this.#received.toString('latin1', 0, end)
        this.#received = this.#received.subarray(end + 2)
        return line
      }
      from = end + 2 + Number(size[1])
      if (this.#received.length < from) return undefined
    }
  }
}

/** Connected, greeted and logged in. @throws {Silence}; an Error with the answer when the log-in is refused */
export async function logIn(at: Endpoint, login: string, timeoutMs: number): Promise<LineImap> {
  const client = new LineImap(connect({ ...at, rejectUnauthorized: false }), timeoutMs)
  try {
    await client.greeting()
    const { status, text } = await client.command(`LOGIN "${login}" "${passwordOf(login)}"`)
    if (status !== 'OK') throw new Silence(`LOGIN ${kindOf({ status, text })}`)
    return client
  } catch (error) {
    client[Symbol.dispose]()
    throw error
  }
}

/** `NO UNAVAILABLE` of `NO [UNAVAILABLE] Try again later`. */
export function kindOf({ status, text }: Pick<Answer, 'status' | 'text'>): string {
  const code = /^\[([A-Z]+)/.exec(text)?.[1]
  return code === undefined ? status : `${status} ${code}`
}
