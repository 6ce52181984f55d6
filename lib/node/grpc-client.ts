/**
 * Calling gRPC: one channel per replica, the replica chosen by key. What gets no answer is tried at another replica, as
 * often as its contract allows, for as long as its caller waits.
 */

import * as grpc from '@grpc/grpc-js'
import type { Clock, Random } from '#lib/base/clock.ts'
import type { Telemetry } from '#lib/base/telemetry.ts'
import { systemClock, systemRandom } from './clock.ts'
import {
  type CallOptions,
  type Calls,
  loadContract,
  methodName,
  type ProtoName,
  type ServiceName,
} from './contracts.ts'
import { failureOf } from './fault-status.ts'
import { MESSAGE_BYTES_MAX, SECRET_KEY } from './grpc.ts'
import { grpcClientEvents } from './grpc-client/events.ts'
import { Budget } from './grpc-client/hedge.ts'
import { type Lookup, lookupAddresses } from './grpc-client/names.ts'
import type { Replica } from './grpc-client/replica.ts'
import { Replicas } from './grpc-client/replicas.ts'
import { type Safety, safetyOf } from './grpc-client/safety.ts'
import { exchangeStreams, readStream, sendStream } from './grpc-client/streams.ts'
import { Tries } from './grpc-client/tries.ts'
import { Asker, type Method } from './grpc-client/unary.ts'
import type { Endpoint } from './setting.ts'

const DEADLINE_MS = 10_000
const STREAM_DEADLINE_MS = 600_000
/** How long a stream is tried to begin. */
const BEGIN_MS = 10_000
const PATIENCE_MS = 5000
const WINDOW_BYTES = 1024 * 1024

const CHANNEL: grpc.ChannelOptions = {
  'grpc.enable_channelz': 0,
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.dns_min_time_between_resolutions_ms': 1000,
  // A frozen replica is noticed within four seconds, also when nothing is asked of it.
  'grpc.keepalive_time_ms': 2000,
  'grpc.keepalive_timeout_ms': 2000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1000,
  'grpc-node.flow_control_window': WINDOW_BYTES,
}

export interface GrpcClientOptions {
  readonly secret: string
  /** For calls that name none. */
  readonly deadlineMs?: number
  readonly messageBytesMax?: number
  /** How long calls wait after the last replica went away; from then on they fail at once until one is back. */
  readonly patienceMs?: number
  readonly telemetry?: Telemetry | undefined
  readonly lookup?: Lookup
  readonly clock?: Clock
  readonly random?: Random
}

/** A contract's methods as plain functions, which throw the server's own Faults. */
export type GrpcClient<Name extends ServiceName> = Calls<Name> & Disposable

/** One server, for who keeps a call open with it. */
export interface Line {
  readonly address: string
  /** Whether another one could be asked instead. */
  readonly others: boolean
  /** Opens a call of a method whose both sides stream; nothing that happens to it is translated, or made again. */
  open(): grpc.ClientDuplexStream<unknown, unknown>
  /** Tells what became of something that was asked by it, so that others are asked when this one does not answer. */
  answered(): void
  late(): void
  /** It answered that it cannot work now; returns whether another one may be asked instead. */
  complained(): boolean
  failed(error: grpc.ServiceError): void
}

/** Which server a request of the account would go to now; undefined when there is none. */
export type FindLine = (account: string) => Line | undefined

/** Connects in the background: it returns at once, and calls wait or fail by themselves. */
export function connectGrpc<Name extends ServiceName>(
  proto: ProtoName,
  name: Name,
  servers: readonly Endpoint[],
  options: GrpcClientOptions,
): GrpcClient<Name> {
  return connectWithLines(proto, name, servers, options).client
}

/** The same, and a way to keep calls open by oneself; they end with the client. */
export function connectWithLines<Name extends ServiceName>(
  proto: ProtoName,
  name: Name,
  servers: readonly Endpoint[],
  options: GrpcClientOptions,
): { readonly client: GrpcClient<Name>; linesOf(method: keyof Calls<Name> & string): FindLine } {
  const contract = loadContract(proto, name)
  const caller = new Caller(name, servers, options)
  const client: Record<string | symbol, unknown> = { [Symbol.dispose]: () => caller.close() }
  const methods = new Map<string, Method>()
  for (const [title, method] of Object.entries(contract)) {
    methods.set(methodName(title), method)
    client[methodName(title)] = caller.bind(method)
  }
  return {
    client: client as unknown as GrpcClient<Name>,
    linesOf: (method) => (account) => caller.line(methods.get(method) as Method, account),
  }
}

class Caller {
  readonly #replicas: Replicas
  readonly #asker: Asker
  readonly #opinions = new Budget()
  readonly #metadata = new grpc.Metadata()
  readonly #clock: Clock
  readonly #random: Random
  readonly #deadlineMs: number

  constructor(name: string, servers: readonly Endpoint[], options: GrpcClientOptions) {
    const bytesMax = options.messageBytesMax ?? MESSAGE_BYTES_MAX
    const events = grpcClientEvents(options.telemetry, name)
    this.#metadata.set(SECRET_KEY, options.secret)
    this.#clock = options.clock ?? systemClock
    this.#random = options.random ?? systemRandom
    this.#deadlineMs = options.deadlineMs ?? DEADLINE_MS
    this.#asker = new Asker({ clock: this.#clock, events, opinions: this.#opinions })
    this.#replicas = new Replicas(servers, {
      channel: {
        ...CHANNEL,
        'grpc.max_receive_message_length': bytesMax,
        'grpc.max_send_message_length': bytesMax,
      },
      clock: this.#clock,
      random: this.#random,
      lookup: options.lookup ?? lookupAddresses,
      patienceMs: options.patienceMs ?? PATIENCE_MS,
      events,
    })
  }

  bind(method: Method): unknown {
    if (method.requestStream && method.responseStream) return this.#exchange.bind(this, method)
    if (method.requestStream) return this.#send.bind(this, method)
    const safety = safetyOf(method)
    if (method.responseStream) return this.#stream.bind(this, method, safety)
    return this.#unary.bind(this, method, safety)
  }

  line({ path, requestSerialize, responseDeserialize }: Method, account: string): Line | undefined {
    const [replica, ...others] = this.#replicas.order(account)
    if (replica === undefined) return undefined
    const open = () =>
      replica.client.makeBidiStreamRequest(
        path,
        requestSerialize,
        responseDeserialize,
        this.#metadata,
      )
    return {
      address: replica.address,
      others: others.length > 0,
      open,
      answered: () => {
        replica.circuit.well()
        this.#opinions.earn()
      },
      late: () => {
        replica.circuit.failed('slow')
        replica.circuit.ails()
      },
      complained: () => {
        // At once: what it is asked instead shall not come back to it.
        replica.circuit.complained('shed')
        return others.length > 0 && this.#opinions.take()
      },
      failed: (error) => {
        if (failureOf(error) !== 'answer') replica.failed(error, 0)
      },
    }
  }

  close(): void {
    this.#asker[Symbol.dispose]()
    this.#replicas[Symbol.dispose]()
  }

  #unary(
    method: Method,
    safetyOfRequest: (request: unknown) => Safety,
    request: unknown,
    options: CallOptions = {},
  ): Promise<unknown> {
    const safety = safetyOfRequest(request)
    const key = keyOf(request, options)
    const tries = this.#tries(method, safety, {
      ...{ key, signal: options.signal, ms: options.deadlineMs ?? this.#deadlineMs },
    })
    const { signal } = options
    return this.#asker.ask({ method, request, metadata: this.#metadata, safety, signal }, tries)
  }

  #stream(
    method: Method,
    safetyOfRequest: (request: unknown) => Safety,
    request: unknown,
    options: CallOptions = {},
  ): AsyncIterable<unknown> {
    const safety = safetyOfRequest(request)
    const { signal, deadlineMs = STREAM_DEADLINE_MS } = options
    const ms = Math.min(deadlineMs, BEGIN_MS)
    const tries = this.#tries(method, safety, { key: keyOf(request, options), signal, ms })
    const deadline = this.#clock.now() + deadlineMs
    const question = { method, request, metadata: this.#metadata, safety, signal }
    return readStream(question, tries, { deadline, clock: this.#clock })
  }

  async #send(method: Method, requests: AsyncIterable<unknown>, options: CallOptions = {}) {
    const { signal } = options
    const chosen = await this.#connected(method, options)
    return await sendStream({ method, metadata: this.#metadata, signal }, requests, chosen)
  }

  async *#exchange(method: Method, requests: AsyncIterable<unknown>, options: CallOptions = {}) {
    const { signal } = options
    const chosen = await this.#connected(method, options)
    yield* exchangeStreams({ method, metadata: this.#metadata, signal }, requests, chosen)
  }

  /** The first replica in the key's order that has a connection, or gets one soon. */
  async #connected(
    method: Method,
    { key = '', deadlineMs = STREAM_DEADLINE_MS, signal }: CallOptions,
  ): Promise<{ replica: Replica; deadline: number }> {
    const deadline = this.#clock.now() + deadlineMs
    const ms = Math.min(deadlineMs, BEGIN_MS)
    const { replica } = await this.#tries(method, 'once', { key, signal, ms }).next()
    return { replica, deadline }
  }

  #tries(
    { path }: Method,
    safety: Safety,
    { key, signal, ms }: { key: string; signal: AbortSignal | undefined; ms: number },
  ): Tries {
    const until = this.#clock.monotonic() + ms
    return new Tries(
      { key, safety, path, until, signal },
      {
        replicas: this.#replicas,
        opinions: this.#opinions,
        clock: this.#clock,
        random: this.#random,
      },
    )
  }
}

function keyOf(request: unknown, { key }: CallOptions): string {
  if (key !== undefined) return key
  const { account } = request as { account?: unknown }
  return typeof account === 'string' ? account : ''
}
