import * as grpc from '@grpc/grpc-js'
import type { Clock } from '#lib/base/clock.ts'
import { type Failure, failureOf } from '../fault-status.ts'
import type { Circuit } from './circuit.ts'
import type { GrpcClientEvents } from './events.ts'

/** How long a connection may take, when there is somebody else to ask or nothing to lose. */
const CONNECT_MS = 2000
/** Of an answer that took less, a late one says more about the caller's patience than about the replica. */
const LATE_MS_MIN = 1000

const { READY, TRANSIENT_FAILURE, SHUTDOWN } = grpc.connectivityState

interface Parts {
  readonly options: grpc.ChannelOptions
  readonly clock: Clock
  readonly events: GrpcClientEvents
  readonly circuit: (probe: () => Promise<boolean>, signal: AbortSignal) => Circuit
}

/** One server of several that all answer the same. */
export class Replica {
  /** Its name as well: keys find their replica by it. */
  readonly address: string
  readonly circuit: Circuit
  readonly #parts: Parts
  #client: grpc.Client
  #generation = 0
  readonly #closed = new AbortController()

  constructor(address: string, parts: Parts) {
    this.address = address
    this.#parts = parts
    this.#client = this.#connect()
    this.circuit = parts.circuit(() => this.#probe(), this.#closed.signal)
  }

  get client(): grpc.Client {
    return this.#client
  }

  get connected(): boolean {
    return this.#client.getChannel().getConnectivityState(false) === READY
  }

  /** Begins to connect. */
  warm(): void {
    this.#client.getChannel().getConnectivityState(true)
  }

  /** Whether there is a connection, now or soon; false as soon as one could not be made. */
  async connect(withinMs: number): Promise<boolean> {
    return this.connected || (await this.#watch(Math.min(withinMs, CONNECT_MS), false))
  }

  /** What an attempt came to, for the circuit and the metrics. */
  answered(): void {
    this.#parts.events.attempted('answered')
    this.circuit.well()
  }

  failed(error: grpc.ServiceError, tookMs: number): Failure {
    const failure = failureOf(error)
    if (failure === 'answer') this.answered()
    else {
      this.#parts.events.attempted(failure)
      this.#learn(failure, tookMs)
    }
    return failure
  }

  /** No connection came about. */
  unconnected(): void {
    this.#parts.events.attempted('unconnected')
    this.circuit.failed('gone')
  }

  /** Another replica answered what was asked of this one before. */
  overtaken(): void {
    this.#parts.events.attempted('overtaken')
    this.circuit.failed('slow')
  }

  /** Calls under way end as they would have. */
  close(): void {
    this.#closed.abort(new Error('The replica is not asked any more'))
    this.#client.close()
  }

  #learn(failure: Exclude<Failure, 'answer'>, tookMs: number): void {
    switch (failure) {
      case 'unavailable':
      case 'shed':
        this.circuit.complained(failure)
        break
      case 'unconnected':
      case 'broken':
        this.circuit.failed('gone')
        break
      case 'late':
        if (tookMs >= LATE_MS_MIN) this.circuit.failed('slow')
        break
      case 'reset':
        this.circuit.failed('slow')
    }
  }

  #connect(): grpc.Client {
    const { options } = this.#parts
    // The library shares connections of clients with equal options.
    const own = this.#generation === 0 ? {} : { 'hikyaku.generation': this.#generation }
    const credentials = grpc.credentials.createInsecure()
    return new grpc.Client(this.address, credentials, { ...options, ...own })
  }

  async #probe(): Promise<boolean> {
    if (await this.#watch(CONNECT_MS, true)) return true
    if (this.#closed.signal.aborted) return false
    // A first packet that was lost, the system repeats after a second, then after ever longer: a new connection is sooner.
    this.#client.close()
    this.#generation++
    this.#client = this.#connect()
    return false
  }

  #watch(withinMs: number, patient: boolean): Promise<boolean> {
    const channel = this.#client.getChannel()
    const until = this.#parts.clock.now() + withinMs
    return new Promise((resolve) => {
      const look = (error?: Error) => {
        let state = channel.getConnectivityState(false)
        // A closed one must not be asked to connect.
        if (state !== SHUTDOWN && error === undefined) state = channel.getConnectivityState(true)
        if (state === READY) resolve(true)
        else if (error !== undefined || state === SHUTDOWN) resolve(false)
        else if (state === TRANSIENT_FAILURE && !patient) resolve(false)
        else channel.watchConnectivityState(state, until, look)
      }
      look()
    })
  }
}
