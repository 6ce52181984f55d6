import type { Socket } from 'node:net'
import { type SecureContext, TLSSocket } from 'node:tls'
import { drained } from '#lib/node/drained.ts'
import { Disconnected, type Wire } from '../wire.ts'

/** Text is joined to pieces of this size before it is written. */
const TEXT_LENGTH_MAX = 32_768
/** How long a client may take to fetch the rest of its last answer, and then to close its side. */
const REST_MS = 60_000
const GOODBYE_MS = 2000

export interface SocketWireOptions {
  readonly remoteAddress: string
  readonly secureContext: () => SecureContext
  /** Silence in both directions after which `onIdle` is called; Infinity is never. */
  readonly idleMs: number
}

/** A client's socket. Reads only when asked: what is not asked for stays with the client. */
export class SocketWire implements Wire {
  readonly remoteAddress: string
  onIdle: (() => void) | undefined
  readonly #secureContext: () => SecureContext
  readonly #idleMs: number
  #socket: Socket
  #text = ''
  #flushDue = false
  #interrupted = false
  #waiting: ((chunk: Uint8Array | undefined) => void) | undefined

  constructor(socket: Socket, options: SocketWireOptions) {
    this.remoteAddress = options.remoteAddress
    this.#secureContext = options.secureContext
    this.#idleMs = Number.isFinite(options.idleMs) ? options.idleMs : 0
    this.#socket = socket
    this.#listen(socket)
  }

  get secure(): boolean {
    return this.#socket instanceof TLSSocket
  }

  read(): Promise<Uint8Array | undefined> {
    const chunk = this.#interrupted ? undefined : this.#take()
    if (chunk !== undefined || this.#interrupted || this.#over) return Promise.resolve(chunk)
    const { promise, resolve } = Promise.withResolvers<Uint8Array | undefined>()
    this.#waiting = resolve
    return promise
  }

  interrupt(): void {
    this.#interrupted = true
    this.#wake(undefined)
  }

  write(output: string | Uint8Array): void {
    if (typeof output === 'string') {
      this.#text += output
      if (this.#text.length >= TEXT_LENGTH_MAX) this.#flush()
    } else {
      this.#flush()
      if (this.#socket.writable) this.#socket.write(output)
    }
    if (this.#flushDue || this.#text === '') return
    this.#flushDue = true
    process.nextTick(() => {
      this.#flushDue = false
      this.#flush()
    })
  }

  get blocked(): boolean {
    this.#flush()
    return this.#socket.writableNeedDrain
  }

  async drained(): Promise<void> {
    this.#flush()
    if (this.#socket.writableNeedDrain) await drained(this.#socket)
    if (this.#socket.destroyed) throw new Disconnected('The client has gone')
  }

  async startTls(): Promise<void> {
    this.#flush()
    const plain = this.#socket
    // Clear text behind STARTTLS is not the user's word. RFC 9051 §6.2.1
    if (!this.#fresh) while (plain.read() !== null) {}
    plain.removeAllListeners('readable')
    plain.setTimeout(0)
    const secureContext = this.#secureContext()
    const encrypted = new TLSSocket(plain, { isServer: true, secureContext })
    this.#socket = encrypted
    this.#listen(encrypted)
    plain.once('close', () => encrypted.destroy())
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    encrypted.once('secure', resolve)
    encrypted.once('close', () => reject(new Disconnected('No TLS handshake')))
    await promise
  }

  /** Nothing was read or written yet: then what has come is the handshake itself. */
  get #fresh(): boolean {
    return this.#socket.bytesWritten === 0
  }

  async end(): Promise<void> {
    this.#flush()
    const socket = this.#socket
    if (socket.destroyed) return
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    socket.removeAllListeners('readable')
    const hangUp = () => socket.destroy()
    let timer = setTimeout(hangUp, REST_MS)
    socket.end(() => {
      clearTimeout(timer)
      timer = setTimeout(hangUp, GOODBYE_MS)
    })
    // What the client still sends must not keep the close from reaching it.
    socket.resume()
    await closed
    clearTimeout(timer)
  }

  destroy(): void {
    this.#socket.destroy()
  }

  get #over(): boolean {
    return this.#socket.destroyed || this.#socket.readableEnded
  }

  #listen(socket: Socket): void {
    socket.on('readable', () => {
      if (this.#waiting === undefined || socket !== this.#socket) return
      const chunk = this.#take()
      if (chunk !== undefined) this.#wake(chunk)
    })
    socket.on('end', () => this.#wake(undefined))
    socket.on('close', () => this.#wake(undefined))
    // 'close' follows, and is what matters.
    socket.on('error', () => undefined)
    socket.setTimeout(this.#idleMs, () => this.onIdle?.())
  }

  #take(): Uint8Array | undefined {
    return (this.#socket.read() as Buffer | null) ?? undefined
  }

  #wake(chunk: Uint8Array | undefined): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.(chunk)
  }

  #flush(): void {
    const text = this.#text
    this.#text = ''
    if (text !== '' && this.#socket.writable) this.#socket.write(text)
  }
}
