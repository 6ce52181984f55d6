/**
 * Calling gRPC: one channel per replica, the replica chosen by key, the next one when it does not answer.
 *
 * A call whose connection broke is made again elsewhere, though the first server may have done it already:
 * every method of proto/ is safe to repeat (by mail id, operation id, or by what it does).
 */

import * as grpc from '@grpc/grpc-js'
import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { rendezvous } from '#lib/base/rendezvous.ts'
import { systemClock } from './clock.ts'
import {
  type CallOptions,
  type Calls,
  loadContract,
  methodName,
  type ProtoName,
  type ServiceName,
} from './contracts.ts'
import { drained } from './drained.ts'
import { fromStatus, isUnreachable } from './fault-status.ts'
import { MESSAGE_BYTES_MAX, SECRET_KEY } from './grpc.ts'
import { type Endpoint, formatAddress } from './setting.ts'

const DEADLINE_MS = 10_000
const STREAM_DEADLINE_MS = 600_000
/** How long a replica that did not answer is asked last. */
const SHUN_MS = 1000
/** How long a client-streaming call, whose pieces cannot be sent twice, waits for a connection. */
const CONNECT_MS = 2000
const WINDOW_BYTES = 1024 * 1024

const CHANNEL: grpc.ChannelOptions = {
  'grpc.enable_channelz': 0,
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
  // A frozen replica is noticed before a call's own deadline.
  'grpc.keepalive_time_ms': 5000,
  'grpc.keepalive_timeout_ms': 2500,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2000,
  'grpc-node.flow_control_window': WINDOW_BYTES,
}

export interface GrpcClientOptions {
  readonly secret: string
  /** For calls that name none. */
  readonly deadlineMs?: number
  readonly messageBytesMax?: number
  readonly clock?: Clock
}

/** A contract's methods as plain functions, which throw the server's own Faults. */
export type GrpcClient<Name extends ServiceName> = Calls<Name> & Disposable

/** One server, for who keeps a call open with it. */
export interface Line {
  readonly address: string
  /** Opens a call of a method whose both sides stream; nothing that happens to it is translated, or made again. */
  open(): grpc.ClientDuplexStream<unknown, unknown>
}

/** Which server a request of the account would go to now. */
export type FindLine = (account: string) => Line

interface Replica {
  readonly address: string
  readonly channel: grpc.Client
  shunnedUntil: number
}

type Method = grpc.MethodDefinition<unknown, unknown>

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
  const caller = new Caller(servers, options)
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
  readonly #names: string[]
  readonly #replicas: Replica[]
  readonly #metadata = new grpc.Metadata()
  readonly #clock: Clock
  readonly #deadlineMs: number
  #turn = 0

  constructor(servers: readonly Endpoint[], options: GrpcClientOptions) {
    const bytesMax = options.messageBytesMax ?? MESSAGE_BYTES_MAX
    const channel = {
      ...CHANNEL,
      'grpc.max_receive_message_length': bytesMax,
      'grpc.max_send_message_length': bytesMax,
    }
    const credentials = grpc.credentials.createInsecure()
    this.#names = servers.map(formatAddress)
    this.#replicas = this.#names.map((address) => ({
      address,
      channel: new grpc.Client(address, credentials, channel),
      shunnedUntil: 0,
    }))
    this.#metadata.set(SECRET_KEY, options.secret)
    this.#clock = options.clock ?? systemClock
    this.#deadlineMs = options.deadlineMs ?? DEADLINE_MS
  }

  bind(method: Method): unknown {
    if (method.requestStream && method.responseStream) return this.#exchange.bind(this, method)
    if (method.requestStream) return this.#send.bind(this, method)
    if (method.responseStream) return this.#stream.bind(this, method)
    return this.#unary.bind(this, method)
  }

  line({ path, requestSerialize, responseDeserialize }: Method, account: string): Line {
    const { address, channel } = this.#order(account)[0] as Replica
    const open = () =>
      channel.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, this.#metadata)
    return { address, open }
  }

  close(): void {
    for (const { channel } of this.#replicas) channel.close()
  }

  async #unary(method: Method, request: unknown, options: CallOptions = {}): Promise<unknown> {
    const deadline = this.#clock.now() + (options.deadlineMs ?? this.#deadlineMs)
    let failure: grpc.ServiceError | undefined
    for (const replica of this.#order(keyOf(request, options))) {
      options.signal?.throwIfAborted()
      try {
        return await this.#ask(replica, method, request, { deadline, signal: options.signal })
      } catch (error) {
        failure = this.#shun(replica, method, error as grpc.ServiceError)
      }
    }
    throw unreachable(method, failure)
  }

  #ask(
    { channel }: Replica,
    method: Method,
    request: unknown,
    { deadline, signal }: { deadline: number; signal: AbortSignal | undefined },
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const settle = (error: grpc.ServiceError | null, response?: unknown) => {
        signal?.removeEventListener('abort', cancel)
        if (error === null) resolve(response)
        else reject(signal?.aborted ? signal.reason : error)
      }
      const { path, requestSerialize, responseDeserialize } = method
      const call = channel.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        this.#metadata,
        { deadline },
        settle,
      )
      const cancel = () => call.cancel()
      signal?.addEventListener('abort', cancel, { once: true })
    })
  }

  async *#stream(method: Method, request: unknown, options: CallOptions = {}) {
    const deadline = this.#clock.now() + (options.deadlineMs ?? STREAM_DEADLINE_MS)
    const { path, requestSerialize, responseDeserialize } = method
    let failure: grpc.ServiceError | undefined
    for (const replica of this.#order(keyOf(request, options))) {
      options.signal?.throwIfAborted()
      const call = replica.channel.makeServerStreamRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        this.#metadata,
        { deadline },
      )
      let begun = false
      try {
        for await (const response of responses(call, options.signal)) {
          begun = true
          yield response
        }
        return
      } catch (error) {
        if (begun) throw this.#translate(method, error)
        failure = this.#shun(replica, method, error as grpc.ServiceError)
      }
    }
    throw unreachable(method, failure)
  }

  async #send(method: Method, requests: AsyncIterable<unknown>, options: CallOptions = {}) {
    const deadline = this.#clock.now() + (options.deadlineMs ?? STREAM_DEADLINE_MS)
    const replica = await this.#connected(method, options, deadline)
    const { path, requestSerialize, responseDeserialize } = method
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const call = replica.channel.makeClientStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      this.#metadata,
      { deadline },
      (error, response) => (error === null ? resolve(response) : reject(error)),
    )
    const cancel = () => call.cancel()
    options.signal?.addEventListener('abort', cancel, { once: true })
    try {
      const answered = promise.then(
        () => undefined,
        () => undefined,
      )
      await pump(requests, call, answered)
      return await promise
    } catch (error) {
      call.cancel()
      promise.catch(() => undefined)
      if (options.signal?.aborted) throw options.signal.reason
      throw this.#translate(method, error)
    } finally {
      options.signal?.removeEventListener('abort', cancel)
    }
  }

  async *#exchange(method: Method, requests: AsyncIterable<unknown>, options: CallOptions = {}) {
    const deadline = this.#clock.now() + (options.deadlineMs ?? STREAM_DEADLINE_MS)
    const replica = await this.#connected(method, options, deadline)
    const { path, requestSerialize, responseDeserialize } = method
    const call = replica.channel.makeBidiStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      this.#metadata,
      { deadline },
    )
    const ended = new Promise<void>((resolve) => call.once('close', resolve))
    let failure: unknown
    const pumped = pump(requests, call, ended).catch((error: unknown) => {
      failure = error
      call.cancel()
    })
    try {
      yield* responses(call, options.signal)
    } catch (error) {
      throw this.#translate(method, failure ?? error)
    }
    await pumped
  }

  /** The replicas for a key, those that did not answer lately at the end. */
  #order(key: string): Replica[] {
    if (this.#replicas.length === 1) return this.#replicas
    const now = this.#clock.monotonic()
    const choice = key === '' ? `${this.#turn++}` : key
    const order = rendezvous(this.#names, choice).map((index) => this.#replicas[index] as Replica)
    if (order.every((replica) => replica.shunnedUntil <= now)) return order
    const shunned = (replica: Replica) => replica.shunnedUntil > now
    return [...order.filter((replica) => !shunned(replica)), ...order.filter(shunned)]
  }

  /** Returns the error when the next replica may be asked; throws it translated otherwise. */
  #shun(replica: Replica, method: Method, error: grpc.ServiceError): grpc.ServiceError {
    if (!isServiceError(error) || !isUnreachable(error)) throw this.#translate(method, error)
    replica.shunnedUntil = this.#clock.monotonic() + SHUN_MS
    return error
  }

  #translate(method: Method, error: unknown): unknown {
    return isServiceError(error) ? fromStatus(error, method.path) : error
  }

  /** The first replica in the key's order that has a connection, or gets one soon. */
  async #connected(method: Method, options: CallOptions, deadline: number): Promise<Replica> {
    for (const replica of this.#order(options.key ?? '')) {
      options.signal?.throwIfAborted()
      const until = Math.min(deadline, this.#clock.now() + CONNECT_MS)
      const { promise, resolve } = Promise.withResolvers<boolean>()
      replica.channel.waitForReady(until, (error) => resolve(error === undefined))
      if (await promise) return replica
      replica.shunnedUntil = this.#clock.monotonic() + SHUN_MS
    }
    throw unreachable(method, undefined)
  }
}

function keyOf(request: unknown, { key }: CallOptions): string {
  if (key !== undefined) return key
  const { account } = request as { account?: unknown }
  return typeof account === 'string' ? account : ''
}

function isServiceError(error: unknown): error is grpc.ServiceError {
  return error instanceof Error && 'metadata' in error && 'details' in error
}

function unreachable(method: Method, cause: grpc.ServiceError | undefined): Error {
  if (cause !== undefined) return fromStatus(cause, method.path)
  return new Fault('unavailable', 'Temporarily unavailable')
}

/** Reads a call's answers; ends the call when the reader stops early or the signal aborts. */
async function* responses(call: grpc.ClientReadableStream<unknown>, signal?: AbortSignal) {
  const cancel = () => call.cancel()
  signal?.addEventListener('abort', cancel, { once: true })
  let finished = false
  try {
    yield* call as AsyncIterable<unknown>
    finished = true
  } catch (error) {
    finished = true
    throw signal?.aborted ? signal.reason : error
  } finally {
    signal?.removeEventListener('abort', cancel)
    if (!finished) {
      call.on('error', () => undefined)
      call.cancel()
    }
  }
}

/** Writes as fast as the other side reads, until there is no more, or nobody listens any more. */
async function pump(
  requests: AsyncIterable<unknown>,
  call: grpc.ClientWritableStream<unknown>,
  answered: Promise<void>,
): Promise<void> {
  let over = false
  const end = answered.then(() => {
    over = true
  })
  for await (const request of requests) {
    if (over) return
    if (!call.write(request)) await Promise.race([drained(call), end])
  }
  if (!over) call.end()
}
