/**
 * A process of the store that may die at every step, sleep, and be told that its database does not answer. What it
 * knew is gone with it; a call that it had made may still reach the database.
 */

import { Fault } from '#lib/base/fault.ts'
import type { Collection, Document, Filter, FindOptions, Write } from '#lib/db/port.ts'
import type { Step } from '../commit/apply.ts'
import type { Collections, MailboxDocument } from '../documents.ts'
import type { Store } from '../store.ts'
import { Killed, openStoreOn } from '../testing.ts'
import type { Chance } from './chance.ts'
import type { Owner, Scheduler } from './scheduler.ts'
import type { Weather } from './weather.ts'

export interface ReplicaPorts {
  readonly chance: Chance
  readonly scheduler: Scheduler
  readonly weather: Weather
  readonly collections: Collections
  readonly now: () => number
  readonly announce: (mailbox: MailboxDocument) => void
  /** Whether another one may die, or another call fail: counts it when it does. */
  readonly mayDie: (why: string) => boolean
  readonly mayFail: () => boolean
}

type Method = (...args: unknown[]) => Promise<unknown>

const ONE_PAGE = 3

export class Replica implements Owner {
  readonly store: Store
  /** Rejects when it dies. */
  readonly died: Promise<never>
  dead = false
  asleepUntil = 0
  readonly #ports: ReplicaPorts
  readonly #die: (error: Error) => void

  constructor(ports: ReplicaPorts) {
    this.#ports = ports
    const { promise, reject } = Promise.withResolvers<never>()
    promise.catch(() => undefined)
    this.died = promise
    this.#die = reject
    const wrapped = Object.entries(ports.collections).map(([name, one]) => [name, this.#wrap(one)])
    this.store = openStoreOn(Object.fromEntries(wrapped) as Collections, {
      at: (step) => this.#at(step),
      announce: ports.announce,
      viewBytesMax: ports.weather.viewBytesMax,
      staging: ports.weather.staging,
      random: ports.chance.bytes,
      clock: {
        now: ports.now,
        monotonic: ports.now,
        sleep: () => ports.scheduler.turn(this, () => undefined, 20),
      },
    })
  }

  kill(): void {
    const { scheduler, chance, weather } = this.#ports
    this.dead = true
    scheduler.orphan(this, () => (chance.oneIn(2) ? chance.below(weather.holdMax) : undefined))
    this.#die(new Killed())
  }

  #at(step: Step): void {
    const { chance, weather, mayDie } = this.#ports
    if (!this.dead && chance.oneIn(weather.failpointOneIn) && mayDie(step)) this.kill()
    if (this.dead) throw new Killed()
  }

  #wrap<T extends Document>(collection: Collection<T>): Collection<T> {
    return new Proxy(collection, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name)
        if (typeof method !== 'function') return method
        if (name === 'find') {
          return (filter: Filter, options: FindOptions = {}) => this.#find(target, filter, options)
        }
        const call = (method as Method).bind(target)
        return (...args: unknown[]) =>
          this.#isSplit()
            ? this.#split(target, String(name), args)
            : this.#call(() => call(...args))
      },
    })
  }

  #isSplit(): boolean {
    return this.#ports.chance.oneIn(this.#ports.weather.splitOneIn)
  }

  async #call<A>(work: () => Promise<A>): Promise<A> {
    const { chance, scheduler } = this.#ports
    if (this.dead) return new Promise<never>(() => undefined)
    const answer = await scheduler.turn(this, () => this.#reach(work), this.#hold())
    if (chance.oneIn(3)) await scheduler.turn(this, () => undefined, this.#hold())
    return answer
  }

  #hold(): number {
    const { chance, weather } = this.#ports
    return chance.oneIn(weather.holdOneIn) ? 1 + chance.below(weather.holdMax) : 0
  }

  /** The call, or a network that loses it or its answer. */
  async #reach<A>(work: () => Promise<A>): Promise<A> {
    const { chance, weather, mayFail } = this.#ports
    const fails = chance.oneIn(weather.faultOneIn) && mayFail()
    const lost = fails && chance.oneIn(2)
    const answer = lost ? undefined : await work()
    if (fails) throw new Fault('unavailable', 'The database does not answer')
    return answer as A
  }

  /** What changes many documents changes them one by one, as on a server. */
  async #split(target: object, name: string, args: unknown[]): Promise<unknown> {
    const collection = target as Collection<Document>
    const [filter, update] = args as [Filter, never]
    if (name === 'bulkWrite') {
      for (const write of args[0] as Write<Document>[]) {
        await this.#call(() => collection.bulkWrite([write]))
      }
      return undefined
    }
    if (name === 'updateMany' || name === 'deleteMany') {
      const ids = await this.#call(() => idsOf(collection, filter))
      for (const _id of ids) {
        await this.#call<unknown>(() =>
          name === 'updateMany'
            ? collection.updateOne({ ...filter, _id }, update)
            : collection.deleteOne({ ...filter, _id }),
        )
      }
      return name === 'updateMany' ? { matched: ids.length, upserted: false } : ids.length
    }
    const call = (Reflect.get(target, name) as Method).bind(target)
    return this.#call(() => call(...args))
  }

  async *#find<T extends Document>(
    collection: Collection<T>,
    filter: Filter,
    options: FindOptions,
  ): AsyncGenerator<T> {
    const read = (where: Filter) =>
      this.#call(() => Array.fromAsync(collection.find(where, options)))
    const path = this.#isSplit() ? pagedBy(filter, options) : undefined
    if (path === undefined) {
      yield* await read(filter)
      return
    }
    // As a cursor of a server: what is read later is of a later time.
    for (let where = filter; ; ) {
      const page = (await read(where)) as (T & Paged)[]
      if (path === 'modSeq') page.sort((a, b) => a.modSeq - b.modSeq)
      const last = page[ONE_PAGE - 1]?.[path]
      const rest = page.findIndex((one) => last !== undefined && one[path] > last)
      yield* rest < 0 ? page : page.slice(0, rest)
      if (rest < 0 || last === undefined) return
      const { $gte, ...condition } = where[path] as { $gte?: string }
      where = { ...where, [path]: { ...condition, $gt: last } }
    }
  }
}

async function idsOf(collection: Collection<Document>, filter: Filter): Promise<string[]> {
  const found = await Array.fromAsync(collection.find(filter, { fields: ['_id'] }))
  return found.map(({ _id }) => _id)
}

interface Paged {
  readonly modSeq: number
}

/** The field in whose order it can be read in pages. */
function pagedBy(filter: Filter, { sort, limit }: FindOptions): '_id' | 'modSeq' | undefined {
  const isRange = (path: string) => {
    const condition = filter[path]
    return typeof condition === 'object' && condition !== null && !('$in' in condition)
  }
  if (limit) return undefined
  if (isRange('_id') && sort?._id === 1) return '_id'
  return isRange('modSeq') && sort === undefined ? 'modSeq' : undefined
}
