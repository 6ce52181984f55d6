/**
 * A database that this process touches only while it knows what form it has, and of which it takes no document whose form
 * it does not know: what is not understood is refused, and not damaged.
 */

import { Fault } from '#lib/base/fault.ts'
import type {
  Collection,
  CollectionSpec,
  Database,
  Document,
  Filter,
  FindOptions,
  Update,
  UpdateResult,
  Write,
} from '../port.ts'

export interface Guard {
  /** The newest form that this release knows. */
  readonly knows: number
  readonly trusted: boolean
  /** Makes it trusted, or throws. */
  renew(): Promise<void>
  /** Somebody found a document that a newer release wrote. */
  newer(collection: string, schema: number): void
}

export function guardDatabase(database: Database, guard: Guard): Database {
  return {
    collection: async <T extends Document>(spec: CollectionSpec<T>) =>
      new GuardedCollection<T>(await database.collection(spec), spec.name, guard),
    ping: () => database.ping(),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

class GuardedCollection<T extends Document> implements Collection<T> {
  readonly #inner: Collection<T>
  readonly #name: string
  readonly #guard: Guard

  constructor(inner: Collection<T>, name: string, guard: Guard) {
    this.#inner = inner
    this.#name = name
    this.#guard = guard
  }

  /** Waits for nothing as long as all is as it was: this is on the way of every call. */
  #run<A>(work: () => Promise<A>): Promise<A> {
    return this.#guard.trusted ? work() : this.#guard.renew().then(work)
  }

  #known<D extends T | undefined>(document: D): D {
    const schema = (document as { readonly v?: unknown } | undefined)?.v
    if (typeof schema !== 'number' || schema <= this.#guard.knows) return document
    this.#guard.newer(this.#name, schema)
    throw new Fault('unavailable', 'A newer release has written this')
  }

  async findOne(filter: Filter, options?: FindOptions): Promise<T | undefined> {
    return this.#known(await this.#run(() => this.#inner.findOne(filter, options)))
  }

  async *find(filter: Filter, options?: FindOptions): AsyncIterable<T> {
    if (!this.#guard.trusted) await this.#guard.renew()
    for await (const document of this.#inner.find(filter, options)) yield this.#known(document)
  }

  async findOneAndUpdate(
    filter: Filter,
    update: Update,
    options?: { upsert?: boolean; returns?: 'before' | 'after' },
  ): Promise<T | undefined> {
    const found = await this.#run(() => this.#inner.findOneAndUpdate(filter, update, options))
    return this.#known(found)
  }

  count(filter: Filter): Promise<number> {
    return this.#run(() => this.#inner.count(filter))
  }

  insertOne(document: T): Promise<void> {
    return this.#run(() => this.#inner.insertOne(document))
  }

  updateOne(filter: Filter, update: Update, options?: { upsert?: boolean }): Promise<UpdateResult> {
    return this.#run(() => this.#inner.updateOne(filter, update, options))
  }

  updateMany(filter: Filter, update: Update): Promise<UpdateResult> {
    return this.#run(() => this.#inner.updateMany(filter, update))
  }

  replaceOne(filter: Filter, document: T, options?: { upsert?: boolean }): Promise<UpdateResult> {
    return this.#run(() => this.#inner.replaceOne(filter, document, options))
  }

  deleteOne(filter: Filter): Promise<boolean> {
    return this.#run(() => this.#inner.deleteOne(filter))
  }

  deleteMany(filter: Filter): Promise<number> {
    return this.#run(() => this.#inner.deleteMany(filter))
  }

  bulkWrite(writes: readonly Write<T>[]): Promise<void> {
    return this.#run(() => this.#inner.bulkWrite(writes))
  }
}
