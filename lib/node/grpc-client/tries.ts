/** The replicas that one call is tried at, one after the other, until it is answered or its time is over. */

import type { ServiceError } from '@grpc/grpc-js'
import type { Clock, Random } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { type Failure, fromStatus } from '../fault-status.ts'
import type { Budget } from './hedge.ts'
import type { Replica } from './replica.ts'
import type { Replicas } from './replicas.ts'
import type { Safety } from './safety.ts'

/** A request that breaks connections may be what breaks the servers: it shall not break all of them. */
const BROKEN_MAX = 3
/** The least that a replica gets of the time, while there are others. */
const SHARE_MS_MIN = 1000
/** After all have been tried, the first pause, which doubles up to the last. */
const PAUSE_MS = { first: 50, max: 1000 }

export interface TriesParts {
  readonly replicas: Replicas
  /** For a second opinion when a replica says that it cannot work. */
  readonly opinions: Budget
  readonly clock: Clock
  readonly random: Random
}

interface Wish {
  readonly key: string
  readonly safety: Safety
  /** The method's path. */
  readonly path: string
  /** On the monotonic clock. */
  readonly until: number
  readonly signal: AbortSignal | undefined
}

/** Whom to ask, for how long, and whom else. */
interface Try {
  readonly replica: Replica
  readonly other: Replica | undefined
  readonly ms: number
}

export class Tries {
  readonly #wish: Wish
  readonly #parts: TriesParts
  readonly #tried = new Set<Replica>()
  #rounds = 0
  #broken = 0
  /** What the caller hears when there is nothing better to say. */
  #failure: ServiceError | undefined
  /** It is what a replica said that cannot work: one other one is asked, and only an answer of that one is better. */
  #complained = false

  constructor(wish: Wish, parts: TriesParts) {
    this.#wish = wish
    this.#parts = parts
  }

  /** @throws {Fault} unavailable, when there is nobody to ask, or no time left */
  async next(): Promise<Try> {
    const { signal, safety } = this.#wish
    for (;;) {
      signal?.throwIfAborted()
      const candidates = this.#candidates()
      const [replica, other] = candidates
      if (replica === undefined) {
        await this.#pause()
        continue
      }
      this.#tried.add(replica)
      replica.circuit.asked()
      if (!replica.connected && !(await replica.connect(this.#leftMs()))) {
        replica.unconnected()
        continue
      }
      const leftMs = this.#leftMs()
      if (leftMs <= 0) throw this.#end()
      const parts = safety === 'once' ? 1 : candidates.length
      return { replica, other, ms: Math.min(leftMs, Math.max(leftMs / parts, SHARE_MS_MIN)) }
    }
  }

  /** It has been asked as well. */
  also(replica: Replica): void {
    this.#tried.add(replica)
  }

  /** Returns when the next replica may be asked; throws what the caller is to hear otherwise. */
  failed(error: ServiceError, failure: Failure): void {
    if (this.#complained && failure !== 'answer') throw this.#end()
    this.#failure = error
    if (!this.#mayRepeat(failure)) throw this.#end()
    this.#complained = failure === 'unavailable' || failure === 'shed'
  }

  #mayRepeat(failure: Failure): boolean {
    const repeatable = this.#wish.safety !== 'once'
    switch (failure) {
      case 'answer':
        return false
      case 'unconnected':
        return true
      case 'shed':
        return this.#secondOpinion()
      case 'unavailable':
        return repeatable && this.#secondOpinion()
      case 'late':
        return repeatable && this.#leftMs() > 0
      case 'broken':
      case 'reset':
        return repeatable && ++this.#broken < BROKEN_MAX
    }
  }

  #secondOpinion(): boolean {
    return this.#candidates().length > 0 && this.#parts.opinions.take()
  }

  #candidates(): readonly Replica[] {
    const order = this.#parts.replicas.order(this.#wish.key)
    return this.#tried.size === 0 ? order : order.filter((replica) => !this.#tried.has(replica))
  }

  /** Until all may be tried again. */
  async #pause(): Promise<void> {
    const { replicas, clock, random } = this.#parts
    const { until, signal, key } = this.#wish
    const leftMs = this.#leftMs()
    if (this.#complained || leftMs <= 0 || replicas.hopeless) throw this.#end()
    this.#tried.clear()
    if (replicas.order(key).length === 0) return await replicas.change(until, signal)
    const [chance = 0] = random(1)
    const ms = Math.min(PAUSE_MS.first * 2 ** this.#rounds++, PAUSE_MS.max) * (0.5 + chance / 256)
    if (ms >= leftMs) throw this.#end()
    await clock.sleep(ms, signal)
  }

  #leftMs(): number {
    return this.#wish.until - this.#parts.clock.monotonic()
  }

  #end(): Error {
    if (this.#failure !== undefined) return fromStatus(this.#failure, this.#wish.path)
    return new Fault('unavailable', 'Temporarily unavailable')
  }
}
