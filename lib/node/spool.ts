/**
 * The spool: what was answered `250` and is not settled yet, in JetStream.
 *
 * A mail comes out at least once. It may come twice: when its handler died, when its answer was lost, when
 * nats-server was killed and had not written down that it was settled. Handlers are safe to repeat.
 */

import {
  AckPolicy,
  DiscardPolicy,
  type JsMsg,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream'
import type { Pieces } from '#lib/base/bytes.ts'
import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { Slots } from '#lib/base/slots.ts'
import type { Telemetry } from '#lib/base/telemetry.ts'
import type { Envelope } from '#lib/mail/envelope.ts'
import { systemClock } from './clock.ts'
import type { Nats } from './nats.ts'
import { BytesMissing, SpoolBytes } from './spool/bytes.ts'
import { copyToDead, toReason } from './spool/dead-letters.ts'
import { nameOf, PIECES_HEADER, piecesOf } from './spool/headers.ts'
import { Jet } from './spool/jetstream.ts'
import {
  DEAD,
  INLINE_BYTES_MAX,
  packMail,
  type SpoolSubjects,
  spoolSubjects,
  unpackMail,
} from './spool/message.ts'
import { Patience } from './spool/patience.ts'
import { pullMails } from './spool/pull.ts'
import { split, streamOf } from './spool/split.ts'
import { stayAlive } from './spool/stay-alive.ts'
import { SpoolSweep } from './spool/sweep.ts'

const SHARD = 0
const CONSUMER = 'delivery'
const NANOS = 1_000_000
const DUPLICATE_WINDOW_MS = 120_000
/** A mail that was given out and of which nothing was heard for so long is given out again. */
export const ACK_WAIT_MS = 12_000
/** Fetched ahead of its turn, for each mail under way: what lies there says nothing, so it should not lie long. */
const AHEAD = 0.5
const AHEAD_MIN = 8
/** A mail that waited so long for a slot waits for something that lasts: others may have what lies behind it. */
const TURN_MS = 2500
/** For mails that the server sent before it heard that we leave: those that nobody takes wait for long. */
const LEAVE_MS = 200
/** Not to us again. */
const HAND_BACK_MS = 300
/**
 * Given out and not settled, by all processes together: those that wait for their next attempt count too. When there are as
 * many, what comes behind them waits, mail for elsewhere too; nats-server writes all of them down again and again.
 */
const PENDING_MAX = 100_000
const ACK_MS = 10_000
const CONSUME_AGAIN_MS = 1000
/** After it, a large mail is given up: its first pieces might be swept soon. */
const PUBLISH_LARGE_MS_MAX = 600_000
const THROWN_RETRY_MS = 5000
const THROWN_RETRY_MS_MAX = 300_000
const DEAD_RETRY_MS = 30_000

export interface SpoolSettings {
  readonly SPOOL_REPLICAS: number
  readonly SPOOL_BYTES_MAX: number
}

/** What became of a mail that was taken from the spool. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly afterMs: number }
  | { readonly kind: 'poison'; readonly reason: string }

/** A mail as its handler sees it; its bytes can be had until the handler returns. */
export interface SpooledMail {
  readonly envelope: Envelope
  /** 1 at first; an attempt that ended without an answer counts. */
  readonly attempt: number
  read(): Promise<Uint8Array>
  /** May be called again, and then begins anew. */
  stream(): AsyncIterable<Uint8Array>
}

/** What it holds, and may hold; Infinity: what the servers' disks allow. */
export interface SpoolUsage {
  readonly bytes: number
  readonly bytesMax: number
}

export interface ConsumeOptions {
  readonly concurrency: number
  readonly signal: AbortSignal
}

export interface SpoolParts {
  readonly telemetry: Telemetry
  readonly clock?: Clock
}

/** Returns at once; the streams are made as soon as NATS is there. */
export function openSpool(nats: Nats, settings: SpoolSettings, parts: SpoolParts): Spool {
  return new Spool(nats, settings, parts)
}

export class Spool implements AsyncDisposable {
  readonly #jet: Jet
  readonly #subjects: SpoolSubjects = spoolSubjects(SHARD)
  readonly #bytes: SpoolBytes
  readonly #sweep: SpoolSweep
  readonly #settings: SpoolSettings
  readonly #telemetry: Telemetry
  readonly #clock: Clock
  readonly #stop = new AbortController()
  #made: Promise<void>

  constructor(nats: Nats, settings: SpoolSettings, { telemetry, clock }: SpoolParts) {
    this.#clock = clock ?? systemClock
    this.#telemetry = telemetry
    this.#settings = settings
    const jet = new Jet(nats, this.#clock)
    this.#jet = jet
    this.#bytes = new SpoolBytes(jet, this.#subjects)
    const parts = { jet, bytes: this.#bytes, subjects: this.#subjects, telemetry }
    this.#sweep = new SpoolSweep({ ...parts, clock: this.#clock })
    this.#made = this.#make()
  }

  /**
   * Resolves once the mail is on the disk of a majority; only then may a `250` go out. Repeating it with the
   * same mail id makes no second mail, within two minutes.
   *
   * @throws {Fault} busy when the spool is full, unavailable when it cannot be reached
   */
  async publish(envelope: Envelope, body: Uint8Array | Pieces): Promise<void> {
    const { small, rest } = await split(body)
    if (rest === undefined) {
      const packed = packMail(envelope, small)
      if (packed.length <= INLINE_BYTES_MAX) {
        await this.#jet.publish(this.#subjects.small, packed, { id: envelope.mailId })
        this.#telemetry.count('spool_published_total', { size: 'small' })
        return
      }
    }
    await this.#publishLarge(envelope, rest ?? streamOf(small))
    this.#telemetry.count('spool_published_total', { size: 'large' })
  }

  /** @throws {Fault} unavailable */
  async usage(): Promise<SpoolUsage> {
    const { manager } = await this.#jet.client()
    const { config, state } = await manager.streams.info(this.#subjects.stream)
    const bytesMax = config.max_bytes > 0 ? config.max_bytes : Number.POSITIVE_INFINITY
    return { bytes: state.bytes, bytesMax }
  }

  /**
   * Hands mails to `handler`, at most `concurrency` at a time, until `signal` aborts and those under way have
   * ended. A handler that throws is a retry.
   */
  async consume(
    handler: (mail: SpooledMail) => Promise<Outcome>,
    { concurrency, signal }: ConsumeOptions,
  ): Promise<void> {
    const stop = AbortSignal.any([signal, this.#stop.signal])
    const slots = new Slots(concurrency)
    const sweeping = this.#made.then(() => this.#sweep.run(stop))
    while (!stop.aborted) {
      try {
        await this.#consumeOnce(handler, slots, { concurrency, signal: stop })
      } catch (error) {
        if (stop.aborted) break
        this.#telemetry.log('spool-consumer-interrupted', { error })
        // An operator may have emptied the server's disk.
        this.#made = this.#make()
        await this.#clock.sleep(CONSUME_AGAIN_MS, stop).catch(() => undefined)
      }
    }
    await slots.idle()
    await sweeping
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error('The spool was closed'))
  }

  async #publishLarge(envelope: Envelope, body: AsyncIterable<Uint8Array>): Promise<void> {
    const { mailId } = envelope
    const until = this.#clock.monotonic() + PUBLISH_LARGE_MS_MAX
    let pieces: number
    try {
      pieces = await this.#bytes.write(mailId, body)
      if (this.#clock.monotonic() > until) throw new Fault('unavailable', 'It took too long')
    } catch (error) {
      // Nothing refers to them; if it fails, the sweep will find them. Waited for, as who repeats the mail
      // writes them again.
      await this.#bytes.remove(mailId).catch(() => undefined)
      throw error
    }
    await this.#jet.publish(this.#subjects.large(mailId), packMail(envelope, []), {
      id: mailId,
      headers: { [PIECES_HEADER]: String(pieces) },
    })
  }

  async #consumeOnce(
    handler: (mail: SpooledMail) => Promise<Outcome>,
    slots: Slots,
    { concurrency, signal }: ConsumeOptions,
  ): Promise<void> {
    await this.#made
    const { stream } = this.#subjects
    await this.#jet.ensureConsumer(stream, CONSUMER, {
      ack_policy: AckPolicy.Explicit,
      filter_subjects: [...this.#subjects.mails],
      ack_wait: ACK_WAIT_MS * NANOS,
      max_deliver: -1,
      max_ack_pending: PENDING_MAX,
    })
    const { js } = await this.#jet.client()
    const consumer = await js.consumers.get(stream, CONSUMER)
    const ahead = Math.max(AHEAD_MIN, Math.ceil(concurrency * AHEAD))
    const messages = await pullMails(consumer, ahead)
    using patience = new Patience(this.#clock, TURN_MS)
    const stop = () => messages.stop()
    /** Those that wait for a slot. */
    const held = new Set<JsMsg>()
    const leave = () => {
      patience[Symbol.dispose]()
      for (const message of held) message.nak(HAND_BACK_MS)
      // What is on its way to us is still received, and handed back.
      setTimeout(stop, LEAVE_MS)
    }
    signal.addEventListener('abort', leave, { once: true })
    if (signal.aborted) leave()
    let stalled: Promise<void> | undefined
    try {
      for await (const message of messages) {
        // What was fetched ahead goes to another process at once.
        if (signal.aborted || stalled !== undefined) {
          message.nak(signal.aborted ? HAND_BACK_MS : undefined)
          continue
        }
        const full = slots.running >= concurrency
        held.add(message)
        const begun = slots.start(async () => {
          held.delete(message)
          if (!signal.aborted) await this.#handle(message, handler)
        })
        if (!full || (await patience.endsSoon(begun))) continue
        // The library would ask for more every few seconds, and be given all of it at once in the end.
        stalled = stayAlive(message, begun)
        stop()
      }
      await stalled
    } finally {
      signal.removeEventListener('abort', leave)
      messages.stop()
    }
  }

  async #handle(message: JsMsg, handler: (mail: SpooledMail) => Promise<Outcome>): Promise<void> {
    try {
      await stayAlive(message, this.#answer(message, handler))
    } catch (error) {
      // Without an answer it comes again by itself.
      this.#telemetry.warn('spool-settle-failed', { error })
    }
  }

  async #answer(message: JsMsg, handler: (mail: SpooledMail) => Promise<Outcome>): Promise<void> {
    const mail = this.#mailOf(message)
    const outcome = mail instanceof Fault ? poison(mail) : await this.#attempt(mail, handler)
    await this.#settle(message, outcome)
    this.#telemetry.count('spool_settled_total', { outcome: outcome.kind })
  }

  #mailOf(message: JsMsg): SpooledMail | Fault {
    try {
      const { envelope, body } = unpackMail(message.data)
      const pieces = piecesOf(message)
      const stream = () =>
        pieces === 0 ? streamOf([body]) : this.#bytes.read(envelope.mailId, pieces)
      const read = async () =>
        pieces === 0 ? body : Buffer.concat(await Array.fromAsync(stream()))
      return { envelope, attempt: message.info.deliveryCount, read, stream }
    } catch (error) {
      return error instanceof Fault ? error : new Fault('invalid', String(error))
    }
  }

  async #attempt(
    mail: SpooledMail,
    handler: (mail: SpooledMail) => Promise<Outcome>,
  ): Promise<Outcome> {
    const { mailId } = mail.envelope
    try {
      return await handler(mail)
    } catch (error) {
      if (error instanceof BytesMissing) return { kind: 'poison', reason: error.message }
      this.#telemetry.warn('spool-handler-failed', { mail: mailId, attempt: mail.attempt, error })
      const afterMs = THROWN_RETRY_MS * 2 ** Math.min(mail.attempt - 1, 10)
      return { kind: 'retry', afterMs: Math.min(afterMs, THROWN_RETRY_MS_MAX) }
    }
  }

  async #settle(message: JsMsg, outcome: Outcome): Promise<void> {
    switch (outcome.kind) {
      case 'done':
        // The pieces of a large mail may only go when it is certain that it does not come again.
        if (piecesOf(message) === 0) message.ack()
        else if (await message.ackAck({ timeout: ACK_MS })) this.#sweep.settled(nameOf(message))
        return
      case 'retry':
        return message.nak(Math.max(0, Math.round(outcome.afterMs)))
      case 'poison':
        return await this.#bury(message, outcome.reason)
    }
  }

  /** Poison goes out of the way, whole, and only once its copy is safe. */
  async #bury(message: JsMsg, reason: string): Promise<void> {
    const name = nameOf(message)
    const text = toReason(reason)
    try {
      await copyToDead(message, text, { jet: this.#jet, bytes: this.#bytes })
    } catch (error) {
      this.#telemetry.warn('spool-burial-failed', { mail: name, error })
      message.nak(DEAD_RETRY_MS)
      return
    }
    this.#telemetry.warn('spool-poison', { mail: name, reason: text })
    message.term(text)
    if (piecesOf(message) > 0) this.#sweep.settled(name)
  }

  /** Tries until it worked: without NATS there is nothing to do anyway. */
  async #make(): Promise<void> {
    const { signal } = this.#stop
    const { SPOOL_REPLICAS, SPOOL_BYTES_MAX } = this.#settings
    const common = { storage: StorageType.File, num_replicas: SPOOL_REPLICAS, allow_direct: true }
    const bytesMax = Number.isFinite(SPOOL_BYTES_MAX) ? SPOOL_BYTES_MAX : -1
    while (!signal.aborted) {
      try {
        await this.#jet.ensureStream({
          ...common,
          name: this.#subjects.stream,
          subjects: [...this.#subjects.all],
          retention: RetentionPolicy.Workqueue,
          discard: DiscardPolicy.New,
          max_bytes: bytesMax,
          duplicate_window: DUPLICATE_WINDOW_MS * NANOS,
        })
        await this.#jet.ensureStream({
          ...common,
          name: DEAD.stream,
          subjects: [...DEAD.all],
          discard: DiscardPolicy.Old,
          max_msgs_per_subject: 1,
        })
        return
      } catch (error) {
        if (!(error instanceof Fault)) this.#telemetry.warn('spool-not-made', { error })
        await this.#clock.sleep(CONSUME_AGAIN_MS, signal).catch(() => undefined)
      }
    }
  }
}

function poison(fault: Fault): Outcome {
  return { kind: 'poison', reason: fault.message }
}
