/**
 * Appends of small messages over one call per replica that stays open, those of one turn of the event loop in one message:
 * what a call of its own costs both sides is more than what an append costs the store.
 *
 * Whatever happens to that call, each append it leaves without an answer is made again as a call of its own, which is safe
 * by its mail id, and goes to another replica if need be; one without a mail id never goes this way.
 */

import { status } from '@grpc/grpc-js'
import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import type { AppendRequest } from '#proto/types/hikyaku/mailbox_store/AppendRequest.ts'
import type { AppendResponse__Output } from '#proto/types/hikyaku/mailbox_store/AppendResponse.ts'
import { systemClock } from '../clock.ts'
import type { CallOptions } from '../contracts.ts'
import type { FindLine, Line } from '../grpc-client.ts'
import { AppendStream } from './stream.ts'

/** A larger message goes by a call of its own, and nothing waits behind it. */
const CONTENT_BYTES_MAX = 128 * 1024

export interface AppendStreamsOptions {
  /** How long an append waits that does not say so itself. */
  readonly deadlineMs?: number
  /** How long an open call is kept that nobody uses. */
  readonly idleMs?: number
  /** How long appends go by themselves after a call broke. */
  readonly pauseMs?: number
  /** The same when the server did not know the method: it may be a newer one later. */
  readonly unknownMs?: number
  readonly clock?: Clock
}

const OPTIONS = {
  deadlineMs: 10_000,
  idleMs: 30_000,
  pauseMs: 1000,
  unknownMs: 600_000,
  clock: systemClock,
} satisfies AppendStreamsOptions

type Append = (request: AppendRequest, options?: CallOptions) => Promise<AppendResponse__Output>

interface Found {
  readonly stream: AppendStream
  /** Whether another replica could be asked. */
  readonly others: boolean
}

/** Takes appends as the unary method does, and gives the same answers. */
export class AppendStreams implements Disposable {
  readonly #unary: Append
  readonly #findLine: FindLine
  readonly #settings: Required<AppendStreamsOptions>
  /** By the replica's address. */
  readonly #streams = new Map<string, AppendStream>()
  readonly #pausedUntil = new Map<string, number>()
  #closed = false

  constructor(unary: Append, findLine: FindLine, options: AppendStreamsOptions = {}) {
    this.#unary = unary
    this.#findLine = findLine
    this.#settings = { ...OPTIONS, ...options }
  }

  append: Append = (request, options = {}) => {
    const found = this.#closed || !fits(request, options) ? undefined : this.#find(request, options)
    if (found === undefined) return this.#unary(request, options)
    return this.#by(found, request, options)
  };

  /** What waits is still answered; nothing new goes by a stream. */
  [Symbol.dispose](): void {
    this.#closed = true
    for (const stream of this.#streams.values()) stream.end()
    this.#streams.clear()
  }

  async #by(
    { stream, others }: Found,
    request: AppendRequest,
    options: CallOptions,
  ): Promise<AppendResponse__Output> {
    const { clock, deadlineMs } = this.#settings
    const ms = options.deadlineMs ?? deadlineMs
    const now = clock.monotonic()
    // Another replica needs some of the time, if it comes to that.
    const response = await stream.append(request, now + (others ? ms / 2 : ms))
    if (response !== undefined) return response
    const left = now + ms - clock.monotonic()
    if (this.#closed || left <= 0) throw new Fault('unavailable', 'Temporarily unavailable')
    return await this.#unary(request, { ...options, deadlineMs: left })
  }

  #find(request: AppendRequest, { key }: CallOptions): Found | undefined {
    const line = this.#findLine(key ?? request.account ?? '')
    if (line === undefined) return undefined
    const { address, others } = line
    const open = this.#streams.get(address)
    if (open !== undefined) return { stream: open, others }
    const now = this.#settings.clock.monotonic()
    if ((this.#pausedUntil.get(address) ?? 0) > now) return undefined
    const made = new AppendStream(line, this.#settings, (code) => this.#gone(line, made, code))
    this.#streams.set(address, made)
    return { stream: made, others }
  }

  #gone({ address }: Line, stream: AppendStream, code: status | 'ended'): void {
    if (this.#streams.get(address) === stream) this.#streams.delete(address)
    if (code === 'ended') return
    const { clock, pauseMs, unknownMs } = this.#settings
    const ms = code === status.UNIMPLEMENTED ? unknownMs : pauseMs
    this.#pausedUntil.set(address, clock.monotonic() + ms)
  }
}

/** A signal ends one call, and a stream is that of many. */
function fits({ mailId, content }: AppendRequest, { signal }: CallOptions): boolean {
  if (mailId === undefined || mailId === '' || signal !== undefined) return false
  return content instanceof Uint8Array && content.length <= CONTENT_BYTES_MAX
}
