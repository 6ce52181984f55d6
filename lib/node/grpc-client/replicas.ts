/** All replicas of one contract: in which order a key asks them, and what to do when there is none to ask. */

import type * as grpc from '@grpc/grpc-js'
import type { Clock, Random } from '#lib/base/clock.ts'
import { rendezvous } from '#lib/base/rendezvous.ts'
import type { Endpoint } from '../setting.ts'
import { Circuit } from './circuit.ts'
import type { GrpcClientEvents } from './events.ts'
import { type Lookup, Names } from './names.ts'
import { Replica } from './replica.ts'

/** Those who waited for a replica do not all ask it at once. */
const STAGGER_MS = 50

export interface ReplicasParts {
  readonly channel: grpc.ChannelOptions
  readonly clock: Clock
  readonly random: Random
  readonly lookup: Lookup
  /** How long after the last replica went away calls still wait for one to come back. */
  readonly patienceMs: number
  readonly events: GrpcClientEvents
}

export class Replicas implements Disposable {
  readonly #parts: ReplicasParts
  readonly #names: Names
  readonly #over = new AbortController()
  readonly #waiting = new Set<() => void>()
  #all: readonly Replica[] = []
  #addresses: readonly string[] = []
  /** None of them is there since then. */
  #awaySince: number | undefined
  #turn = 0

  constructor(servers: readonly Endpoint[], parts: ReplicasParts) {
    this.#parts = parts
    const { clock, random, lookup, events } = parts
    const changed = (addresses: readonly string[]) => this.#take(addresses)
    const { signal } = this.#over
    this.#names = new Names(servers, { lookup, clock, random, events, changed, signal })
  }

  /**
   * Those to ask for a key, the best first; those that ail come last. Those that are away are left out, and those that are
   * slow unless there is nobody else: to wait for them is better than nothing.
   */
  order(key: string): readonly Replica[] {
    const order = this.#ranked(key)
    if (order.every(({ circuit }) => !circuit.open && !circuit.ailing)) return order
    const open = order.filter(({ circuit }) => !circuit.open)
    if (open.length === 0) return order.filter(({ circuit }) => !circuit.away)
    return [
      ...open.filter(({ circuit }) => !circuit.ailing),
      ...open.filter(({ circuit }) => circuit.ailing),
    ]
  }

  /** All are away, and have been for so long that nobody need wait for them: it is noticed when one is back. */
  get hopeless(): boolean {
    if (this.#over.signal.aborted) return true
    const { clock, patienceMs } = this.#parts
    return this.#awaySince !== undefined && clock.monotonic() - this.#awaySince >= patienceMs
  }

  /** Resolves when there may be somebody to ask again, or nobody will be for too long; at `until` at the latest. */
  async change(until: number, signal: AbortSignal | undefined): Promise<void> {
    const { clock, random, patienceMs } = this.#parts
    const now = clock.monotonic()
    const end = Math.min(until, (this.#awaySince ?? now) + patienceMs)
    const woken = Promise.withResolvers<boolean>()
    const wake = () => woken.resolve(true)
    const over = new AbortController()
    this.#waiting.add(wake)
    const signals = [over.signal, this.#over.signal, ...(signal === undefined ? [] : [signal])]
    const slept = clock.sleep(end - now, AbortSignal.any(signals)).then(
      () => false,
      () => false,
    )
    const back = await Promise.race([woken.promise, slept])
    this.#waiting.delete(wake)
    over.abort()
    const [chance = 0] = random(1)
    if (back) await clock.sleep((STAGGER_MS * chance) / 256, signal)
  }

  [Symbol.dispose](): void {
    this.#over.abort(new Error('The client was closed'))
    for (const replica of this.#all) replica.close()
  }

  #ranked(key: string): readonly Replica[] {
    if (this.#all.length === 1) return this.#all
    const choice = key === '' ? `${this.#turn++}` : key
    return rendezvous(this.#addresses, choice).map((index) => this.#all[index] as Replica)
  }

  #take(addresses: readonly string[]): void {
    const before = new Map(this.#all.map((replica) => [replica.address, replica]))
    this.#all = addresses.map((address) => before.get(address) ?? this.#make(address))
    // A second replica is of use at once only when it is connected.
    for (const replica of this.#all) replica.warm()
    this.#addresses = addresses
    for (const address of addresses) before.delete(address)
    for (const replica of before.values()) replica.close()
    this.#look()
  }

  #make(address: string): Replica {
    const { channel: options, clock, random, events } = this.#parts
    return new Replica(address, {
      options,
      clock,
      events,
      circuit: (probe, signal) =>
        new Circuit({
          ...{ clock, random, probe, signal },
          changed: (open, why) => {
            if (open) {
              events.left(address, why)
              this.#names.hurry()
            } else events.returned(address)
            this.#look()
          },
        }),
    })
  }

  #look(): void {
    const { clock, events } = this.#parts
    const tripped = this.#all.filter(({ circuit }) => circuit.tripped).length
    events.counted(this.#all.length, tripped)
    if (this.#all.every(({ circuit }) => circuit.away)) {
      this.#awaySince ??= clock.monotonic()
      return
    }
    this.#awaySince = undefined
    for (const wake of this.#waiting) wake()
  }
}
