/** One request, one answer: asked of one replica after the other, and of two at once when a read takes long. */

import type * as grpc from '@grpc/grpc-js'
import type { Clock } from '#lib/base/clock.ts'
import type { Failure } from '../fault-status.ts'
import { Alarms } from './alarms.ts'
import type { GrpcClientEvents } from './events.ts'
import { Budget, Pace } from './hedge.ts'
import type { Replica } from './replica.ts'
import type { Safety } from './safety.ts'
import type { Tries } from './tries.ts'

export type Method = grpc.MethodDefinition<unknown, unknown>

export interface Question {
  readonly method: Method
  readonly request: unknown
  readonly metadata: grpc.Metadata
  readonly safety: Safety
  readonly signal: AbortSignal | undefined
}

export interface AskerParts {
  readonly clock: Clock
  readonly events: GrpcClientEvents
  /** Earned by every answer; spent elsewhere. */
  readonly opinions: Budget
}

type Outcome = { readonly by: Replica } & (
  | { readonly kind: 'answer'; readonly response: unknown }
  | { readonly kind: 'failed'; readonly error: grpc.ServiceError; readonly failure: Failure }
)

interface Attempt {
  readonly beganAt: number
  readonly outcome: Promise<Outcome>
  /** Nobody looks at the outcome any more. */
  cancel(): void
}

/** Of all answers, this part may be asked for twice in vain: when all are slow, it does not help, and is work for them. */
const HEDGES_SHARE = 0.02

export class Asker implements Disposable {
  readonly #parts: AskerParts
  readonly #paces = new Map<Method, Pace>()
  readonly #hedges = new Budget(HEDGES_SHARE)
  readonly #alarms: Alarms

  constructor(parts: AskerParts) {
    this.#parts = parts
    this.#alarms = new Alarms(parts.clock)
  }

  /** Calls under way are answered, each by whom it was asked of. */
  [Symbol.dispose](): void {
    this.#alarms[Symbol.dispose]()
  }

  async ask(question: Question, tries: Tries): Promise<unknown> {
    for (;;) {
      const { replica, other, ms } = await tries.next()
      const outcome =
        question.safety === 'read' && other !== undefined
          ? await this.#askTwo(question, { replica, other, ms }, tries)
          : await this.#attempt(question, replica, ms).outcome
      if (outcome.kind === 'answer') return outcome.response
      question.signal?.throwIfAborted()
      tries.failed(outcome.error, outcome.failure)
    }
  }

  /** The other one as well, when the first takes longer than such answers do. */
  async #askTwo(
    question: Question,
    { replica, other, ms }: { replica: Replica; other: Replica; ms: number },
    tries: Tries,
  ): Promise<Outcome> {
    const { events, clock } = this.#parts
    const pace = this.#paceOf(question.method)
    const first = this.#attempt(question, replica, ms)
    const soon = await this.#within(pace.delayMs, first.outcome)
    if (soon !== undefined) return soon
    // What ails would only have more to do.
    if (other.circuit.ailing || !other.connected || !this.#hedges.take()) {
      events.hedged('refused')
      return await first.outcome
    }
    tries.also(other)
    const second = this.#attempt(question, other, ms)
    const outcome = await Promise.race([first.outcome, second.outcome])
    const won = outcome.by === other
    if (outcome.kind === 'failed' && outcome.failure !== 'answer') {
      return await (won ? first : second).outcome
    }
    events.hedged(won ? 'won' : 'lost')
    if (won) {
      first.cancel()
      replica.overtaken()
      this.#hedges.refund()
      // It took so long at least; without it, only what is quick would count.
      pace.took(clock.monotonic() - first.beganAt)
    } else second.cancel()
    return outcome
  }

  #attempt(question: Question, replica: Replica, ms: number): Attempt {
    const { clock, opinions } = this.#parts
    const { method, request, metadata, safety, signal } = question
    const { path, requestSerialize, responseDeserialize } = method
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    const beganAt = clock.monotonic()
    let cancelled = false
    const settle = (error: grpc.ServiceError | null, response?: unknown) => {
      signal?.removeEventListener('abort', cancel)
      const tookMs = clock.monotonic() - beganAt
      if (error === null) {
        replica.answered()
        this.#hedges.earn()
        opinions.earn()
        if (safety === 'read') this.#paceOf(method).took(tookMs)
        return resolve({ by: replica, kind: 'answer', response })
      }
      const failure = cancelled ? 'answer' : replica.failed(error, tookMs)
      resolve({ by: replica, kind: 'failed', error, failure })
    }
    const call = replica.client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      metadata,
      { deadline: clock.now() + ms },
      settle,
    )
    const cancel = () => {
      cancelled = true
      call.cancel()
    }
    signal?.addEventListener('abort', cancel, { once: true })
    return { beganAt, outcome: promise, cancel }
  }

  /** Undefined when there is no outcome by then. */
  #within(ms: number, outcome: Promise<Outcome>): Promise<Outcome | undefined> {
    return new Promise((resolve) => {
      const alarm = this.#alarms.set(ms, () => resolve(undefined))
      void outcome.then((settled) => {
        this.#alarms.delete(alarm)
        resolve(settled)
      })
    })
  }

  #paceOf(method: Method): Pace {
    const known = this.#paces.get(method)
    if (known !== undefined) return known
    const made = new Pace()
    this.#paces.set(method, made)
    return made
  }
}
