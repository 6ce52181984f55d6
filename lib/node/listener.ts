/**
 * Accepting TCP connections: who it really is (behind a load balancer), whether there is room, and nothing of any
 * protocol but PROXY.
 */

import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { Fault } from '#lib/base/fault.ts'
import type { Telemetry } from '#lib/base/telemetry.ts'
import { PROXY_HEADER_BYTES_MAX, type ProxySource, parseProxyHeader } from './proxy-protocol.ts'
import { type Cidr, type Endpoint, formatAddress, networkMatcher, unmapped } from './setting.ts'

/**
 * How long a trusted peer may take to begin its header. Servers of mail speak first, so a peer that sends none
 * cannot be told from one whose header is still on its way; when the time is over it is taken to speak for itself.
 * A load balancer sends its header with the first packet after the handshake: a second is plenty on any network.
 */
const PROXY_WAIT_MS = 1000
/** On the loopback there is no way to be late, and many a client that is no load balancer. */
const PROXY_WAIT_LOOPBACK_MS = 50
/** A header that has begun must end. */
const PROXY_REST_MS = 5000
/** The same, once the listener is closing. */
const CLOSING_MS = 1000
const BACKLOG = 1024
/** A crowd that never ends must not keep a listener open. */
const REST_TURNS_MAX = 2 * BACKLOG
const KEEP_ALIVE_MS = 60_000

/** An accepted connection; nothing has been read from it or written to it. */
export interface Connection {
  readonly socket: Socket
  /** Of the client, as the PROXY header tells when there was one; IPv4 never in IPv6's clothes. */
  readonly remoteAddress: string
  readonly remotePort: number
}

export interface ListenerOptions {
  /** For metrics: `smtp`, `imap` … */
  readonly name: string
  /** Whose PROXY header is believed. */
  readonly proxyFrom: readonly Cidr[]
  readonly connectionsMax: number
  /** Per IPv4 address or IPv6 /64. */
  readonly perAddressMax: number
  /** Sent to whom there is no room for, before the connection is closed: `421 …`, `* BYE …`. */
  readonly busyLine?: string
  readonly telemetry: Telemetry
  readonly proxyWaitMs?: number
}

export interface Listener extends AsyncDisposable {
  /** With the port that was taken. */
  readonly address: string
}

/**
 * Listens until disposed. Disposing accepts whom the system has let in already, then nobody else, and resolves when none of
 * them will be handed out any more, within a second or so; connections that were handed out are their owner's to end.
 */
export async function listenTcp(
  endpoint: Endpoint,
  onConnection: (connection: Connection) => void,
  options: ListenerOptions,
): Promise<Listener> {
  const door = new Door(onConnection, options)
  const server = createServer({
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
    pauseOnConnect: false,
  })
  server.on('connection', (socket) => door.enter(socket))
  server.listen({ ...endpoint, backlog: BACKLOG })
  await once(server, 'listening')
  server.on('error', (error) => options.telemetry.warn('listener-failed', { error }))
  return {
    address: addressOf(server, endpoint),
    async [Symbol.asyncDispose]() {
      await acceptRest(door)
      server.close()
      await door.close()
    },
  }
}

/**
 * Those who wait in the system's queue believe that they are connected, and would be reset by its end. What remains is who
 * comes between the last look at it and its end.
 */
async function acceptRest(door: Door): Promise<void> {
  for (let turn = 0; turn < REST_TURNS_MAX; turn++) {
    const { entered } = door
    // The first may be over before the sockets are looked at.
    for (const _ of ['this turn', 'the next']) await new Promise(setImmediate)
    if (door.entered === entered) return
  }
}

class Door {
  readonly #onConnection: (connection: Connection) => void
  readonly #options: ListenerOptions
  readonly #trusted: (address: string) => boolean
  readonly #waiting = new Set<Socket>()
  readonly #perAddress = new Map<string, number>()
  #open = 0
  #allSettled: (() => void) | undefined
  entered = 0

  constructor(onConnection: (connection: Connection) => void, options: ListenerOptions) {
    this.#onConnection = onConnection
    this.#options = options
    this.#trusted = networkMatcher(options.proxyFrom)
  }

  enter(socket: Socket): void {
    // Until its owner listens, and for ones that we refuse.
    socket.on('error', ignore)
    this.entered++
    const peer = { address: unmapped(socket.remoteAddress ?? ''), port: socket.remotePort ?? 0 }
    if (this.#open >= this.#options.connectionsMax) {
      this.#refuse(socket, 'full')
      return
    }
    this.#open++
    this.#measure()
    socket.once('close', () => {
      this.#open--
      this.#measure()
    })
    if (!this.#trusted(peer.address)) {
      this.#admit(socket, peer)
      return
    }
    this.#waiting.add(socket)
    readProxyHeader(socket, this.#waitMs(peer.address))
      .then((source) => {
        if (!socket.destroyed) this.#admit(socket, source ?? peer)
      })
      .catch((error: unknown) => {
        socket.destroy()
        this.#count(error instanceof Fault ? 'bad-proxy' : 'failed')
      })
      .finally(() => {
        this.#waiting.delete(socket)
        if (this.#waiting.size === 0) this.#allSettled?.()
      })
  }

  /** Those whose header we still wait for have no owner yet. */
  async close(): Promise<void> {
    if (this.#waiting.size === 0) return
    const timer = setTimeout(() => {
      for (const socket of this.#waiting) socket.destroy()
    }, CLOSING_MS)
    await new Promise<void>((resolve) => {
      this.#allSettled = resolve
    })
    clearTimeout(timer)
  }

  #admit(socket: Socket, { address, port }: ProxySource): void {
    const remoteAddress = unmapped(address)
    const key = limitKey(remoteAddress)
    const count = this.#perAddress.get(key) ?? 0
    if (count >= this.#options.perAddressMax) {
      this.#refuse(socket, 'too-many')
      return
    }
    this.#perAddress.set(key, count + 1)
    socket.once('close', () => this.#leave(key))
    socket.off('error', ignore)
    this.#count('accepted')
    this.#onConnection({ socket, remoteAddress, remotePort: port })
    // An owner that does not care about errors must not bring down the process.
    if (socket.listenerCount('error') === 0) socket.on('error', ignore)
  }

  #leave(key: string): void {
    const left = (this.#perAddress.get(key) ?? 1) - 1
    if (left > 0) this.#perAddress.set(key, left)
    else this.#perAddress.delete(key)
  }

  #refuse(socket: Socket, outcome: string): void {
    this.#count(outcome)
    const { busyLine } = this.#options
    if (busyLine === undefined) socket.destroy()
    else socket.end(`${busyLine}\r\n`, () => socket.destroy())
  }

  #waitMs(address: string): number {
    const ms = this.#options.proxyWaitMs ?? PROXY_WAIT_MS
    return isLoopback(address) ? Math.min(ms, PROXY_WAIT_LOOPBACK_MS) : ms
  }

  #count(outcome: string): void {
    const { name, telemetry } = this.#options
    telemetry.count('connections_total', { listener: name, outcome })
  }

  #measure(): void {
    const { name, telemetry } = this.#options
    telemetry.gauge('connections', this.#open, { listener: name })
  }
}

/**
 * Takes the header off the socket, if there is one, and leaves every other byte on it. Undefined when the peer
 * speaks for itself.
 */
function readProxyHeader(socket: Socket, waitMs: number): Promise<ProxySource | undefined> {
  return new Promise((resolve, reject) => {
    let seen: Buffer = Buffer.alloc(0)
    let over = false
    const giveUp = () => {
      if (!over && seen.length === 0) settle()
    }
    // After a busy stretch, timers come before what lies on sockets: that must be seen first.
    let timer = setTimeout(() => setImmediate(giveUp), waitMs)
    const settle = (error?: unknown, source?: ProxySource) => {
      over = true
      clearTimeout(timer)
      socket.off('readable', look)
      socket.off('close', gone)
      if (error !== undefined) return reject(error)
      if (seen.length > 0) socket.unshift(seen)
      resolve(source)
    }
    const gone = () => settle(new Error('The peer has gone'))
    const look = () => {
      const more = socket.read() as Buffer | null
      if (more === null) return
      if (seen.length === 0) {
        clearTimeout(timer)
        const late = new Fault('invalid', 'The PROXY header does not end')
        timer = setTimeout(() => settle(late), PROXY_REST_MS)
      }
      seen = Buffer.concat([seen, more])
      try {
        const header = parseProxyHeader(seen.subarray(0, PROXY_HEADER_BYTES_MAX))
        if (header.kind === 'incomplete') return
        if (header.kind === 'complete') seen = seen.subarray(header.bytes)
        settle(undefined, header.kind === 'complete' ? header.source : undefined)
      } catch (error) {
        settle(error)
      }
    }
    socket.on('readable', look)
    socket.on('close', gone)
  })
}

function ignore(): void {
  // The socket's 'close' follows, and says all there is to say.
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}

/** One household has a /64, with more addresses than could be counted. */
function limitKey(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right]
  return groups.slice(0, 4).join(':')
}

function addressOf(server: Server, endpoint: Endpoint): string {
  const bound = server.address()
  if ('path' in endpoint || bound === null || typeof bound === 'string')
    return formatAddress(endpoint)
  return formatAddress({ host: endpoint.host, port: bound.port })
}
