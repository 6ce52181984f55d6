/**
 * How long a call of the driver may take, and when it is made again. The driver's own time limit for an operation does
 * nothing in this version: it would wait for a server, then for a connection, then for the answer, and all of it
 * once more.
 *
 * Reading is repeated until the time is over. Of a write whose answer was lost nobody knows whether it was done. On a
 * replica set the driver repeats it, once, under a number by which the server knows it again; here a write is repeated
 * only when the server cannot have heard of it. All else is for the caller, who knows what doing it twice means.
 */
import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Fault } from '#lib/base/fault.ts'
import { isUnavailable, isUndone, toPortError, toUnavailable } from './error.ts'
import type { Reach } from './reach.ts'

export interface Limits {
  /** What most calls may take. Less than our own callers wait, so that they hear from us; longer than an election. */
  readonly answerMs: number
  /** What a call may take that reaches many documents, or makes an index. */
  readonly manyMs: number
  /** What a question whether the server is there may take. */
  readonly pingMs: number
  /** Calls at once, those that wait for a connection included. */
  readonly callsMax: number
}

export const LIMITS: Limits = {
  answerMs: 8000,
  manyMs: 30_000,
  pingMs: 2000,
  callsMax: 10_000,
}

const PAUSE_FIRST_MS = 20
const PAUSE_MAX_MS = 500

/**
 * For the options of a driver's method: what ends the call when its time is over. All methods heed it, though the types of
 * some do not know it; `comment` is what those types have in common with this one.
 */
export type Within = { readonly signal: AbortSignal; readonly comment?: unknown }

export type Call<R> = (within: Within) => Promise<R>

type MayRepeat = (error: unknown) => boolean

export class Calls {
  readonly #reach: Reach
  readonly #limits: Limits
  #running = 0

  constructor(reach: Reach, limits: Partial<Limits> = {}) {
    this.#reach = reach
    this.#limits = { ...LIMITS, ...limits }
  }

  /** What may be done any number of times. @throws {Fault} unavailable, busy */
  read<R>(call: Call<R>): Promise<R> {
    return this.#run(call, this.#limits.answerMs, isUnavailable)
  }

  /** A write of single documents. @throws {Fault} unavailable: it may be done, or not; busy */
  write<R>(call: Call<R>, suspect?: string): Promise<R> {
    // Where the driver has repeated it, the error is that of the last try: an earlier one may have been carried out.
    const mayRepeat = (error: unknown) => !this.#reach.numbersWrites && isUndone(error)
    return this.#run(call, this.#limits.answerMs, mayRepeat, suspect)
  }

  /** A write of many documents, which the driver never repeats. @throws {Fault} unavailable, busy */
  writeMany<R>(call: Call<R>): Promise<R> {
    return this.#run(call, this.#limits.manyMs, isUndone)
  }

  /** Makes what may be there already. @throws {Fault} unavailable, busy */
  declare<R>(call: Call<R>, suspect?: string): Promise<R> {
    return this.#run(call, this.#limits.manyMs, isUnavailable, suspect)
  }

  /** What has begun with a call before, and cannot be asked for again. @throws {Fault} unavailable, busy */
  next<R>(call: Call<R>): Promise<R> {
    return this.#run(call, this.#limits.answerMs, () => false)
  }

  /** For who asks every few seconds anyway. @throws {Fault} unavailable, busy */
  ask<R>(call: Call<R>): Promise<R> {
    return this.#run(call, this.#limits.pingMs, () => false)
  }

  async #run<R>(
    call: Call<R>,
    limitMs: number,
    mayRepeat: MayRepeat,
    suspect?: string,
  ): Promise<R> {
    const away = this.#reach.awayFor(this.#limits.answerMs)
    if (away !== undefined) throw away
    if (this.#running >= this.#limits.callsMax) {
      throw new Fault('busy', 'The database has too much to do')
    }
    this.#running++
    const patience = new AbortController()
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      const fault = toUnavailable(new Error(`No answer within ${limitMs} ms`))
      patience.abort(fault)
      // The driver sends nothing any more, but may go on to look for a server: it overlooks what was over before it began.
      late.reject(fault)
    }, limitMs)
    const answer = insist(call, patience.signal, mayRepeat).finally(() => {
      clearTimeout(timer)
      this.#running--
    })
    try {
      return await Promise.race([answer, late.promise])
    } catch (error) {
      throw toPortError(error, suspect)
    }
  }
}

async function insist<R>(call: Call<R>, signal: AbortSignal, mayRepeat: MayRepeat): Promise<R> {
  for (let pauseMs = PAUSE_FIRST_MS; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS)) {
    try {
      return await call({ signal })
    } catch (error) {
      if (signal.aborted || !mayRepeat(error)) throw error
    }
    // Not all of them in the same moment.
    await delay(randomInt(pauseMs) + 1)
    signal.throwIfAborted()
  }
}
