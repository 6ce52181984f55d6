/**
 * Requests of one method over one call per replica that stays open, those of one turn of the event loop in one message:
 * what a call of its own costs both sides is more than what many a small request costs its server.
 *
 * Whatever happens to that call, each request it leaves without an answer is made again as a call of its own, and goes to
 * another replica if need be; one that is not safe to repeat never goes this way.
 */

import { status } from '@grpc/grpc-js'
import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { systemClock } from '../clock.ts'
import type { CallOptions } from '../contracts.ts'
import type { FindLine, Line } from '../grpc-client.ts'
import { SharedCall, type SharedMethod } from './shared-call.ts'

/** A larger request goes by a call of its own, and nothing waits behind it. */
const REQUEST_BYTES_MAX = 128 * 1024

export interface SharedCallsOptions {
  /** How long a request waits that does not say so itself. */
  readonly deadlineMs?: number
  /** How long an open call is kept that nobody uses. */
  readonly idleMs?: number
  /** How long requests go by themselves after a call broke. */
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
} satisfies SharedCallsOptions

type Ask<Request, Response> = (request: Request, options?: CallOptions) => Promise<Response>

/** Of the method, as it can be called by itself. */
export interface UnaryMethod<Request, Response> extends SharedMethod<Request> {
  readonly ask: Ask<Request, Response>
  /** Whether a request may be made again though it may be done already. */
  repeatable(request: Request): boolean
}

interface Found<Request, Response> {
  readonly call: SharedCall<Request, Response>
  /** Whether another replica could be asked. */
  readonly others: boolean
}

/** Takes requests as the unary method does, and gives the same answers. */
export class SharedCalls<Request extends { readonly account?: string }, Response>
  implements Disposable
{
  readonly #method: UnaryMethod<Request, Response>
  readonly #findLine: FindLine
  readonly #settings: Required<SharedCallsOptions>
  /** By the replica's address. */
  readonly #calls = new Map<string, SharedCall<Request, Response>>()
  readonly #pausedUntil = new Map<string, number>()
  #closed = false

  constructor(
    method: UnaryMethod<Request, Response>,
    findLine: FindLine,
    options: SharedCallsOptions = {},
  ) {
    this.#method = method
    this.#findLine = findLine
    this.#settings = { ...OPTIONS, ...options }
  }

  ask: Ask<Request, Response> = (request, options = {}) => {
    const alone = this.#closed || !this.#fits(request, options)
    const found = alone ? undefined : this.#find(request, options)
    if (found === undefined) return this.#method.ask(request, options)
    return this.#by(found, request, options)
  };

  /** What waits is still answered; nothing new goes by a shared call. */
  [Symbol.dispose](): void {
    this.#closed = true
    for (const call of this.#calls.values()) call.end()
    this.#calls.clear()
  }

  async #by(
    { call, others }: Found<Request, Response>,
    request: Request,
    options: CallOptions,
  ): Promise<Response> {
    const { clock, deadlineMs } = this.#settings
    const ms = options.deadlineMs ?? deadlineMs
    const now = clock.monotonic()
    // Another replica needs some of the time, if it comes to that.
    const response = await call.ask(request, now + (others ? ms / 2 : ms))
    if (response !== undefined) return response
    const left = now + ms - clock.monotonic()
    if (this.#closed || left <= 0) throw new Fault('unavailable', 'Temporarily unavailable')
    return await this.#method.ask(request, { ...options, deadlineMs: left })
  }

  #find(request: Request, { key }: CallOptions): Found<Request, Response> | undefined {
    const line = this.#findLine(key ?? request.account ?? '')
    if (line === undefined) return undefined
    const { address, others } = line
    const open = this.#calls.get(address)
    if (open !== undefined) return { call: open, others }
    const now = this.#settings.clock.monotonic()
    if ((this.#pausedUntil.get(address) ?? 0) > now) return undefined
    const settings = { ...this.#settings, method: this.#method }
    const gone = (code: status | 'ended') => this.#gone(line, made, code)
    const made = new SharedCall<Request, Response>(line, settings, gone)
    this.#calls.set(address, made)
    return { call: made, others }
  }

  #gone({ address }: Line, call: object, code: status | 'ended'): void {
    if (this.#calls.get(address) === call) this.#calls.delete(address)
    if (code === 'ended') return
    const { clock, pauseMs, unknownMs } = this.#settings
    const ms = code === status.UNIMPLEMENTED ? unknownMs : pauseMs
    this.#pausedUntil.set(address, clock.monotonic() + ms)
  }

  /** A signal ends one call, and a shared one is that of many. */
  #fits(request: Request, { signal }: CallOptions): boolean {
    if (signal !== undefined || !this.#method.repeatable(request)) return false
    return this.#method.sizeOf(request) <= REQUEST_BYTES_MAX
  }
}
