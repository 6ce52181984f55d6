/** A connection to another host's mail server, as the sessions of ../../outbound see it. */

import { type NetConnectOpts, connect as netConnect, type Socket } from 'node:net'
import { type TLSSocket, connect as tlsConnect } from 'node:tls'
import { Fault } from '#lib/base/fault.ts'
import { type ReceivedReply, ReplyReader } from '#lib/smtp/reply-reader.ts'
import { Broken, Stopped, type Target, type Wire } from '../../outbound/wire.ts'

/** More replies than commands: nothing that speaks SMTP. */
const UNREAD_MAX = 2000
/** Of those, in all: a hundred recipients with lines of an essay each are less. */
const UNREAD_CHARACTERS_MAX = 1024 * 1024

export interface ConnectOptions {
  /** Our address; undefined leaves it to the system. */
  readonly source: string | undefined
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** @throws {Stopped} */
export async function connectWire(target: Target, options: ConnectOptions): Promise<Wire> {
  const { source, timeoutMs, signal } = options
  const { address: host, port } = target
  const how: NetConnectOpts = { host, port, noDelay: true, ...(source && { localAddress: source }) }
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = netConnect(how)
  const timer = setTimeout(() => reject(new Error('no answer in time')), timeoutMs)
  const abort = () => reject(new Error('we had no more time for it'))
  signal.addEventListener('abort', abort, { once: true })
  socket.once('connect', resolve).once('error', reject)
  if (signal.aborted) abort()
  try {
    await promise
    return new SocketWire(target, socket)
  } catch (error) {
    socket.on('error', () => {}).destroy()
    const { code, message } = error as NodeJS.ErrnoException
    throw new Stopped({
      stage: 'connect',
      text: `Could not connect to ${host} port ${port}: ${code ?? message}`,
    })
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
    socket.off('connect', resolve).off('error', reject)
  }
}

class SocketWire implements Wire {
  readonly target: Target
  readonly source: string
  tls: string | undefined
  #socket: Socket
  #reader = new ReplyReader()
  readonly #replies: ReceivedReply[] = []
  #broken: Broken | undefined
  #wake: () => void = () => {}

  constructor(target: Target, socket: Socket) {
    this.target = target
    this.source = socket.localAddress ?? ''
    this.#socket = socket
    this.#listen(socket)
  }

  get sound(): boolean {
    return this.#broken === undefined && this.#replies.length === 0 && !this.#reader.partial
  }

  async send(bytes: string | readonly Buffer[], timeoutMs: number): Promise<void> {
    const socket = this.#socket
    const pieces = typeof bytes === 'string' ? [Buffer.from(bytes, 'utf8')] : bytes
    if (this.#broken) throw this.#broken
    if (pieces.length === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    socket.cork()
    for (const [at, piece] of pieces.entries()) {
      socket.write(piece, at === pieces.length - 1 ? () => resolve() : undefined)
    }
    socket.uncork()
    await this.#within(timeoutMs, promise)
    if (this.#broken) throw this.#broken
  }

  async reply(timeoutMs: number): Promise<ReceivedReply> {
    const ready = this.#replies.shift()
    if (ready !== undefined) return ready
    if (this.#broken) throw this.#broken
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    await this.#within(timeoutMs, promise)
    const reply = this.#replies.shift()
    if (reply !== undefined) return reply
    throw this.#broken ?? new Broken('The connection was lost')
  }

  early(): ReceivedReply | undefined {
    return this.#replies.shift()
  }

  async startTls(timeoutMs: number, verified: boolean): Promise<void> {
    // What came behind the 220 in plain text is somebody else's: read later, it would be taken for the server's.
    if (!this.sound) throw this.#break('The server spoke before the handshake')
    const plain = this.#socket
    plain.removeAllListeners('data')
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const { host } = this.target
    const secure: TLSSocket = tlsConnect({
      socket: plain,
      ...(/^[A-Za-z0-9-.]*[A-Za-z-][A-Za-z0-9-.]*$/.test(host) && { servername: host }),
      host,
      // Without a password, anybody's certificate will do: else we would send in plain text. RFC 7435 §3
      rejectUnauthorized: verified,
      minVersion: 'TLSv1',
    })
    this.#socket = secure
    const timer = setTimeout(() => reject(new Error('no answer in time')), timeoutMs)
    secure.once('secureConnect', resolve)
    secure.once('error', reject)
    secure.once('close', () => reject(new Error('the connection was closed')))
    try {
      await promise
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      throw this.#break(`The TLS handshake failed: ${code ?? message}`)
    } finally {
      clearTimeout(timer)
    }
    this.tls = `${secure.getProtocol()} ${secure.getCipher().standardName}`
    this.#listen(secure)
  }

  destroy(why = 'The connection was closed by us'): void {
    this.#break(why)
  }

  #listen(socket: Socket): void {
    socket.on('data', (bytes: Buffer) => this.#take(bytes))
    socket.on('end', () => this.#break('The connection was closed by the server'))
    socket.on('close', () => this.#break('The connection was lost'))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#break(`The connection was lost (${error.code ?? error.message})`)
    })
  }

  #take(bytes: Buffer): void {
    if (this.#broken) return
    try {
      this.#replies.push(...this.#reader.push(bytes))
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      this.#break(error.message)
    }
    if (this.#replies.length > UNREAD_MAX || charactersOf(this.#replies) > UNREAD_CHARACTERS_MAX) {
      this.#break('The server answers what was not asked')
    }
    // Part of a reply is none: whoever waits goes on waiting, and its time goes on running.
    if (this.#replies.length > 0) this.#wake()
  }

  #break(text: string): Broken {
    this.#broken ??= new Broken(text)
    this.#socket.on('error', () => {})
    this.#socket.destroy()
    this.#wake()
    return this.#broken
  }

  async #within(timeoutMs: number, wait: Promise<void>): Promise<void> {
    if (timeoutMs === Number.POSITIVE_INFINITY) return wait
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.#break('The server did not answer in time')
        resolve()
      }, timeoutMs)
    })
    try {
      await Promise.race([wait, late])
    } finally {
      clearTimeout(timer)
    }
  }
}

function charactersOf(replies: readonly ReceivedReply[]): number {
  return replies.reduce(
    (sum, { lines }) => sum + lines.reduce((all, { length }) => all + length, 0),
    0,
  )
}
