/** Publishing to JetStream so that "it returned" means "it is on the disk of a majority". */

import {
  type ConsumerConfig,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  type StreamConfig,
} from '@nats-io/jetstream'
import { headers, type MsgHdrs } from '@nats-io/transport-node'
import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import type { Nats } from '../nats.ts'

/** How long a publish is tried in all: an election (four to nine seconds), or a restart of the only server, is shorter. */
const PUBLISH_MS = 12_000
/** What no server answers in it is sent again: the server that had it may be frozen. The message id makes that safe. */
const ATTEMPT_MS = 2000
const PAUSE_MS = 100

const STREAM_NOT_FOUND = 10_059
const CONSUMER_EXISTS = 10_148
const MESSAGE_IN_PROCESS = 10_158
/** Storage exhausted, in the server's several words for it. */
const FULL = new Set([10_023, 10_047, 10_077, 10_167])
/** Nothing that waiting could help: the request itself is wrong. */
const WRONG = new Set([10_054, 10_003])

export interface JetPublishOptions {
  /** The server takes only the first message with it, within its duplicate window. */
  readonly id?: string
  readonly headers?: Readonly<Record<string, string>>
}

type StreamSettings = Partial<StreamConfig> & { readonly name: string }
type ConsumerSettings = Partial<ConsumerConfig>

/** JetStream over a connection that may be away. */
export class Jet {
  readonly #nats: Nats
  readonly #clock: Clock
  #client: { js: JetStreamClient; manager: JetStreamManager } | undefined

  constructor(nats: Nats, clock: Clock) {
    this.#nats = nats
    this.#clock = clock
  }

  /** @throws {Fault} unavailable */
  async client(withinMs = PUBLISH_MS): Promise<{ js: JetStreamClient; manager: JetStreamManager }> {
    const connection = await this.#nats.connected(withinMs)
    this.#client ??= {
      js: jetstream(connection, { timeout: ATTEMPT_MS }),
      manager: await jetstreamManager(connection, { timeout: ATTEMPT_MS, checkAPI: false }),
    }
    return this.#client
  }

  /**
   * Resolves once the stream has synced the message. With an `id`, trying again within the duplicate window
   * makes no second message.
   *
   * @throws {Fault} busy when the stream is full, unavailable when there is no answer
   */
  async publish(subject: string, data: Uint8Array, options: JetPublishOptions = {}): Promise<void> {
    const until = this.#clock.monotonic() + PUBLISH_MS
    const settings = {
      timeout: ATTEMPT_MS,
      ...(options.id === undefined ? {} : { msgID: options.id }),
      ...(options.headers === undefined ? {} : { headers: toHeaders(options.headers) }),
    }
    for (;;) {
      const left = until - this.#clock.monotonic()
      const { js } = await this.client(Math.max(left, 0))
      try {
        await js.publish(subject, data, settings)
        return
      } catch (error) {
        const fault = toFault(error)
        if (!(fault instanceof Fault) || fault.code === 'busy') throw fault
        if (this.#clock.monotonic() + PAUSE_MS > until) throw fault
        await this.#clock.sleep(PAUSE_MS)
      }
    }
  }

  /** Makes the stream, or gives it these settings. Repeating it is safe, also by several at a time. */
  async ensureStream(settings: StreamSettings): Promise<void> {
    const { manager } = await this.client()
    try {
      const { config } = await manager.streams.info(settings.name)
      const same = Object.entries(settings).every(
        ([name, value]) =>
          JSON.stringify(config[name as keyof StreamConfig]) === JSON.stringify(value),
      )
      if (!same) await manager.streams.update(settings.name, settings)
    } catch (error) {
      if (!(error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND)) throw error
      await manager.streams.add(settings)
    }
  }

  /** Makes the durable consumer, or gives it these settings: another version of us may have made it. */
  async ensureConsumer(stream: string, name: string, settings: ConsumerSettings): Promise<void> {
    const { manager } = await this.client()
    try {
      await manager.consumers.add(stream, { ...settings, durable_name: name })
    } catch (error) {
      if (!(error instanceof JetStreamApiError && error.code === CONSUMER_EXISTS)) throw error
      await manager.consumers.update(stream, name, settings)
    }
  }
}

function toHeaders(fields: Readonly<Record<string, string>>): MsgHdrs {
  const all = headers()
  for (const [name, value] of Object.entries(fields)) all.set(name, value)
  return all
}

function toFault(error: unknown): unknown {
  if (error instanceof JetStreamApiError) {
    if (FULL.has(error.code)) return new Fault('busy', 'The queue is full', { cause: error })
    if (WRONG.has(error.code)) return error
    if (error.code === MESSAGE_IN_PROCESS || error.status >= 500 || error.status === 429) {
      return new Fault('unavailable', 'The queue is unavailable', { cause: error })
    }
    return error
  }
  // No answer: no server, no leader, or none in time. Wrong arguments come as another class.
  if (error instanceof Error && RETRIED.has(error.name)) {
    return new Fault('unavailable', 'The queue is unavailable', { cause: error })
  }
  return error
}

const RETRIED = new Set([
  'TimeoutError',
  'RequestError',
  'NoRespondersError',
  'ConnectionError',
  'ClosedConnectionError',
  'DrainingConnectionError',
  'JetStreamNotEnabled',
  'JetStreamError',
])
