/** The connection to NATS: made in the background, remade for ever, and honest about being away. */

import type { Socket } from 'node:net'
import { connect, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node'
import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import type { Telemetry } from '#lib/base/telemetry.ts'
import { systemClock } from './clock.ts'
import { type Endpoint, formatAddress } from './setting.ts'

/** For one of several servers; a frozen one takes all of it. */
const CONNECT_MS = 1500
const RETRY_MS = 250
/** Two of them without an answer, and the connection counts as lost a moment later. */
const PING_MS = 1000
const DRAIN_MS_MAX = 3000

export interface NatsSettings {
  readonly NATS_SERVERS: readonly Endpoint[]
  readonly NATS_TOKEN?: string | undefined
}

export type SubjectHandler = (data: Uint8Array, subject: string) => void

/** Starts to connect and returns at once. Nothing here throws for want of a server but what says so. */
export function connectNats(
  settings: NatsSettings,
  telemetry: Telemetry,
  clock: Clock = systemClock,
): Nats {
  return new Nats(settings, telemetry, clock)
}

/** A connection that outlives its servers. */
export class Nats implements AsyncDisposable {
  readonly #settings: NatsSettings
  readonly #telemetry: Telemetry
  readonly #clock: Clock
  readonly #stop = new AbortController()
  readonly #subscriptions = new Set<(connection: NatsConnection) => void>()
  readonly #connecting: Promise<void>
  /** One each: what races against a promise that may last for hours stays in memory as long. */
  readonly #waiting = new Set<PromiseWithResolvers<NatsConnection>>()
  #connection: NatsConnection | undefined
  #up = false

  constructor(settings: NatsSettings, telemetry: Telemetry, clock: Clock) {
    this.#settings = settings
    this.#telemetry = telemetry
    this.#clock = clock
    telemetry.gauge('nats_connected', 0)
    this.#connecting = this.#connect()
  }

  /** For `Host.addReadyCheck`. */
  async ready(): Promise<void> {
    if (!this.#up) throw new Error('no connection to NATS')
  }

  /**
   * The connection, as soon as there is one.
   *
   * @throws {Fault} unavailable, when there is none for `withinMs`
   */
  async connected(withinMs = 0): Promise<NatsConnection> {
    if (this.#up && this.#connection !== undefined) return this.#connection
    if (this.#stop.signal.aborted) throw away()
    const waiter = Promise.withResolvers<NatsConnection>()
    this.#waiting.add(waiter)
    const timer = setTimeout(() => waiter.reject(away()), withinMs)
    try {
      return await waiter.promise
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(waiter)
    }
  }

  /** Tells whoever listens now; nobody may, and without a connection nobody does. */
  publish(subject: string, data: Uint8Array | string): void {
    if (this.#up) this.#connection?.publish(subject, data)
  }

  /** Hands what is published on `subject` (`*` and `>` as NATS has them) to `handler` until disposed. */
  subscribe(subject: string, handler: SubjectHandler): Disposable {
    let subscription: Subscription | undefined
    const callback = (error: Error | null, message: Msg) => {
      if (error !== null) return this.#telemetry.warn('nats-subscription', { subject, error })
      try {
        handler(message.data, message.subject)
      } catch (failure) {
        this.#telemetry.warn('nats-handler-failed', { subject, error: failure })
      }
    }
    // Once made, the library makes it again on each new connection.
    const make = (connection: NatsConnection) => {
      subscription = connection.subscribe(subject, { callback })
    }
    if (this.#connection === undefined) this.#subscriptions.add(make)
    else make(this.#connection)
    return {
      [Symbol.dispose]: () => {
        this.#subscriptions.delete(make)
        subscription?.unsubscribe()
      },
    }
  }

  /** Lets what was published go out, when there is a way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error('The connection to NATS was closed'))
    for (const waiter of this.#waiting) waiter.reject(away())
    await this.#connecting
    const connection = this.#connection
    if (connection === undefined) return
    const up = this.#up
    // From here on the library would throw at who publishes.
    this.#setUp(false)
    if (up) {
      const patience = new AbortController()
      const late = this.#clock.sleep(DRAIN_MS_MAX, patience.signal).catch(() => undefined)
      await Promise.race([connection.drain().catch(() => undefined), late])
      patience.abort()
    }
    await connection.close()
  }

  async #connect(): Promise<void> {
    const { signal } = this.#stop
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        this.#connection = await this.#open()
        break
      } catch (error) {
        if (attempt === 0) this.#telemetry.warn('nats-unreachable', { error })
        await this.#clock.sleep(RETRY_MS, signal).catch(() => undefined)
      }
    }
    const connection = this.#connection
    if (connection === undefined || signal.aborted) return
    for (const make of this.#subscriptions) make(connection)
    this.#subscriptions.clear()
    this.#setUp(true)
    // Its rejection is left to end the process: without a connection that mends itself it is of no use.
    void this.#watch(connection)
  }

  #open(): Promise<NatsConnection> {
    const { NATS_SERVERS, NATS_TOKEN } = this.#settings
    return connect({
      servers: NATS_SERVERS.map(formatAddress),
      ...(NATS_TOKEN === undefined ? {} : { token: NATS_TOKEN }),
      name: 'hikyaku',
      timeout: CONNECT_MS,
      // A stack for each publish, in case it fails, is a tenth of what the edge does.
      noAsyncTraces: true,
      reconnect: true,
      maxReconnectAttempts: -1,
      // A server that is being set up may refuse us for a while.
      ignoreAuthErrorAbort: true,
      reconnectTimeWait: RETRY_MS,
      reconnectJitter: RETRY_MS,
      pingInterval: PING_MS,
      maxPingOut: 2,
    })
  }

  async #watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      switch (status.type) {
        case 'staleConnection':
          cut(connection)
          break
        case 'disconnect':
          if (this.#up) this.#telemetry.log('nats-disconnected', { server: connection.getServer() })
          this.#setUp(false)
          break
        case 'reconnect':
          this.#telemetry.log('nats-reconnected', { server: connection.getServer() })
          this.#setUp(true)
          break
        case 'error':
          this.#telemetry.warn('nats-error', { error: status.error })
          break
        default:
      }
    }
    this.#setUp(false)
    if (!this.#stop.signal.aborted) throw new Error('The connection to NATS closed for good')
  }

  #setUp(up: boolean): void {
    if (up === this.#up) return
    this.#up = up
    this.#telemetry.gauge('nats_connected', up ? 1 : 0)
    const connection = this.#connection
    if (!up || connection === undefined) return
    for (const waiter of this.#waiting) waiter.resolve(connection)
  }
}

/**
 * Before it connects anew, the library waits until what it wrote last has left. It never does when the server is frozen and
 * the buffers between are full.
 */
function cut(connection: NatsConnection): void {
  const { protocol } = connection as unknown as {
    readonly protocol?: { readonly transport?: { readonly socket?: Socket } }
  }
  protocol?.transport?.socket?.destroy()
}

function away(): Fault {
  return new Fault('unavailable', 'The queue is unavailable')
}
