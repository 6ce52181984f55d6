/**
 * Serving gRPC: handlers are plain functions of domain-free requests; this file knows about calls, deadlines,
 * the cluster's secret, and the one place where a failure becomes a status.
 */

import assert from 'node:assert/strict'
import { timingSafeEqual } from 'node:crypto'
import { once, setMaxListeners } from 'node:events'
import { unlinkSync } from 'node:fs'
import { connect } from 'node:net'
import * as grpc from '@grpc/grpc-js'
import type { Place } from '#lib/base/fair-places.ts'
import { Fault } from '#lib/base/fault.ts'
import type { Telemetry } from '#lib/base/telemetry.ts'
import { systemClock } from './clock.ts'
import {
  type CallContext,
  type Handlers,
  loadContract,
  methodName,
  type ProtoName,
  type ServiceName,
} from './contracts.ts'
import { drained } from './drained.ts'
import { type ToldFault, toStatus, toTold } from './fault-status.ts'
import { type Endpoint, formatAddress } from './setting.ts'

/** Large mails go by streams of small pieces; this is for lists and packed views. */
export const MESSAGE_BYTES_MAX = 64 * 1024 * 1024
const WINDOW_BYTES = 1024 * 1024
const GRACE_MS = 5000
/** For the last answers to go out. */
const LAST_ANSWERS_MS = 500
const TIMER_MS_MAX = 2 ** 31 - 1

export const SECRET_KEY = 'cluster-secret'

/** A contract with its implementation, ready to be served. */
export interface GrpcService {
  readonly name: ServiceName
  readonly definition: grpc.ServiceDefinition
  readonly handlers: Readonly<Record<string, unknown>>
}

export interface GrpcServerOptions {
  /** What each call must bring. */
  readonly secret: string
  readonly telemetry: Telemetry
  readonly messageBytesMax?: number
  /** What calls under way may take when it is disposed. */
  readonly graceMs?: number
  /** Without it every call begins at once. */
  readonly turns?: Turns
}

/** Where a call waits until it may begin. What comes in a stream is not asked about: whose it is, only its handler learns. */
export interface Turns {
  /**
   * Of `Service.Method`; undefined when it needs no turn.
   *
   * @throws {Fault} busy
   */
  take(method: string, request: unknown): Promise<Place> | undefined
}

/** Joins a contract of proto/ with its handlers; what it lacks is answered UNIMPLEMENTED. */
export function grpcService<Name extends ServiceName>(
  proto: ProtoName,
  name: Name,
  handlers: Partial<Handlers<Name>>,
): GrpcService {
  const definition = loadContract(proto, name)
  const known = new Set(Object.keys(definition).map(methodName))
  for (const method of Object.keys(handlers)) {
    assert(known.has(method), `${name} has no method ${method}`)
  }
  return { name, definition, handlers: handlers as Readonly<Record<string, unknown>> }
}

/**
 * Serves until disposed. Then clients are told to go elsewhere, and what they ask meanwhile goes there by itself; calls under
 * way have the grace to end. What is under way after it is answered `unavailable`.
 * A socket file that nobody listens on any more is replaced.
 */
export async function serveGrpc(
  endpoint: Endpoint,
  services: readonly GrpcService[],
  options: GrpcServerOptions,
): Promise<AsyncDisposable & { readonly address: string }> {
  const bytesMax = options.messageBytesMax ?? MESSAGE_BYTES_MAX
  const server = new grpc.Server({
    'grpc.max_receive_message_length': bytesMax,
    'grpc.max_send_message_length': bytesMax,
    'grpc.enable_channelz': 0,
    'grpc-node.flow_control_window': WINDOW_BYTES,
  })
  const gate = new Gate(options)
  for (const service of services) server.addService(service.definition, gate.wrap(service))
  if ('path' in endpoint) await removeStaleSocket(endpoint.path)
  const port = await bind(server, endpoint)
  return {
    address: formatAddress('path' in endpoint ? endpoint : { host: endpoint.host, port }),
    [Symbol.asyncDispose]: () => {
      gate.close()
      return shutDown(server, gate, Math.min(options.graceMs ?? GRACE_MS, TIMER_MS_MAX))
    },
  }
}

type Surface = grpc.ServerUnaryCall<unknown, unknown>
type Duplex = grpc.ServerDuplexStream<unknown, unknown>
type Answer = grpc.sendUnaryData<unknown>

/** What stands between a call and its handler: the secret on the way in, the table of faults on the way out. */
class Gate {
  readonly #secret: Buffer
  readonly #telemetry: Telemetry
  readonly #turns: Turns | undefined
  readonly #closing = new AbortController()
  /** How each call that is under way is given up. */
  readonly #open = new Set<() => void>()

  constructor({ secret, telemetry, turns }: GrpcServerOptions) {
    this.#secret = Buffer.from(secret)
    this.#telemetry = telemetry
    this.#turns = turns
    // Each call that stays open listens.
    setMaxListeners(0, this.#closing.signal)
  }

  /** Tells the calls that stay open to end. */
  close(): void {
    this.#closing.abort()
  }

  /** Answers what has no answer yet. Whether it is done then, nobody can say. */
  giveUp(): void {
    for (const end of this.#open) end()
    this.#open.clear()
  }

  wrap({ name, definition, handlers }: GrpcService): grpc.UntypedServiceImplementation {
    const wrapped: Record<string, grpc.UntypedHandleCall> = {}
    for (const [method, { requestStream, responseStream }] of Object.entries(definition)) {
      const handler = handlers[methodName(method)]
      if (handler === undefined) continue
      const label = `${name}.${method}`
      const call = responseStream
        ? this.#streaming(label, handler as never, requestStream)
        : this.#answering(label, handler as never, requestStream)
      wrapped[method] = call as grpc.UntypedHandleCall
    }
    return wrapped
  }

  #answering(
    label: string,
    handler: (request: unknown, context: CallContext) => Promise<unknown>,
    requestStream: boolean,
  ) {
    return (call: Surface & Duplex, answer: Answer): void => {
      const run = async () => {
        this.#check(call)
        const request = requestStream ? requestsOf(call) : call.request
        using _ = requestStream ? undefined : await this.#turn(label, call)
        return await handler(request, this.#contextOf(label, call))
      }
      const giveUp = () => answer(toStatus(stopped()))
      this.#open.add(giveUp)
      run().then(
        (response) => this.#open.delete(giveUp) && answer(null, response),
        (error: unknown) => {
          const refusal = this.#refuse(label, error, call.cancelled)
          if (this.#open.delete(giveUp)) answer(refusal)
        },
      )
    }
  }

  #streaming(
    label: string,
    handler: (request: unknown, context: CallContext) => AsyncIterable<unknown>,
    requestStream: boolean,
  ) {
    return (call: Surface & Duplex): void => {
      const giveUp = () => call.emit('error', toStatus(stopped()))
      this.#open.add(giveUp)
      const run = async () => {
        this.#check(call)
        const request = requestStream ? requestsOf(call) : call.request
        using place = requestStream ? undefined : await this.#turn(label, call)
        for await (const response of handler(request, this.#contextOf(label, call))) {
          if (call.cancelled || !this.#open.has(giveUp)) return
          const full = !call.write(response)
          // A slow reader keeps no place, and one who reads much lets others in between.
          if (place === undefined) await (full ? drained(call) : undefined)
          else await (full ? place.without(drained(call)) : place.pass())
        }
        if (this.#open.delete(giveUp)) call.end()
      }
      run()
        .catch((error: unknown) => {
          const refusal = this.#refuse(label, error, call.cancelled)
          if (this.#open.has(giveUp) && !call.destroyed) call.emit('error', refusal)
        })
        .finally(() => this.#open.delete(giveUp))
    }
  }

  async #turn(label: string, call: Surface): Promise<Place | undefined> {
    const taking = this.#turns?.take(label, call.request)
    if (taking === undefined) return undefined
    const asked = systemClock.monotonic()
    const place = await taking
    if (place.waited) {
      const seconds = (systemClock.monotonic() - asked) / 1000
      this.#telemetry.observe('grpc_server_turn_seconds', seconds, { method: label })
    }
    if (!call.cancelled) return place
    place[Symbol.dispose]()
    throw new Fault('unavailable', 'Nobody waits for it any more')
  }

  #check(call: Surface): void {
    const [secret] = call.metadata.get(SECRET_KEY)
    const given = Buffer.from(secret ?? '')
    // That the length differs may be told from the time; what it should be is no secret.
    if (given.length === this.#secret.length && timingSafeEqual(given, this.#secret)) return
    throw new SecretMismatch('Not from this cluster')
  }

  #refuse(label: string, error: unknown, cancelled: boolean) {
    if (error instanceof SecretMismatch) {
      this.#telemetry.count('grpc_server_errors_total', { method: label, kind: 'secret' })
      return { code: grpc.status.UNAUTHENTICATED, details: error.message }
    }
    // Once the caller has gone, what the handler trips over is no failure of ours.
    if (!cancelled) this.#tellBug(label, error)
    return toStatus(error)
  }

  #tellBug(label: string, error: unknown): void {
    if (error instanceof Fault) {
      if (error.code === 'busy') this.#telemetry.count('grpc_server_shed_total', { method: label })
      return
    }
    this.#telemetry.warn('grpc-handler-failed', { method: label, error })
    this.#telemetry.count('grpc_server_errors_total', { method: label, kind: 'bug' })
  }

  #contextOf(label: string, call: Surface): CallContext {
    const refuse = (error: unknown) => {
      this.#tellBug(label, error)
      return toTold(error)
    }
    return new Context(call, this.#closing.signal, refuse)
  }
}

function stopped(): Fault {
  return new Fault('unavailable', 'The service is stopping')
}

class SecretMismatch extends Error {}

/** The signal costs something, and most handlers never look at it: it is made when asked for. */
class Context implements CallContext {
  readonly #call: Surface
  readonly closing: AbortSignal
  readonly refuse: (error: unknown) => ToldFault
  #controller: AbortController | undefined

  constructor(call: Surface, closing: AbortSignal, refuse: (error: unknown) => ToldFault) {
    this.#call = call
    this.closing = closing
    this.refuse = refuse
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const made = new AbortController()
      this.#controller = made
      if (this.#call.cancelled) made.abort()
      else this.#call.once('cancelled', () => made.abort())
    }
    return this.#controller.signal
  }

  get deadlineMs(): number {
    return Number(this.#call.getDeadline()) - systemClock.now()
  }
}

/**
 * Leaves the stream whole when the handler stops reading early: its answer still goes out on it.
 *
 * It may end though the caller gave up half-way: what a cancelled call sends looks like the end, until later. So a
 * contract whose pieces belong together has a last one that says so.
 */
function requestsOf(call: Duplex): AsyncIterable<unknown> {
  return call.iterator({ destroyOnReturn: false })
}

function bind(server: grpc.Server, endpoint: Endpoint): Promise<number> {
  const target = 'path' in endpoint ? `unix:${endpoint.path}` : formatAddress(endpoint)
  return new Promise((resolve, reject) => {
    server.bindAsync(target, grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port)
      else reject(error)
    })
  })
}

/** Only a socket that refuses connections is stale: another process may serve it. */
async function removeStaleSocket(path: string): Promise<void> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') unlinkSync(path)
  } finally {
    socket.destroy()
  }
}

async function shutDown(server: grpc.Server, gate: Gate, graceMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let timer = setTimeout(() => {
    gate.giveUp()
    timer = setTimeout(() => {
      server.forceShutdown()
      resolve()
    }, LAST_ANSWERS_MS)
  }, graceMs)
  server.tryShutdown(() => resolve())
  await promise
  clearTimeout(timer)
}
