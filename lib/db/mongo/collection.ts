/** The port's Collection on MongoDB: straight through to the driver, with the planned index as a hint. */
import {
  type AnyBulkWriteOperation,
  Double,
  type Collection as DriverCollection,
  type Filter as DriverFilter,
  type FindOptions as DriverFindOptions,
  type FindCursor,
  type UpdateFilter,
} from 'mongodb'
import { toCondition } from '../match.ts'
import { ID_INDEX, planQuery } from '../plan.ts'
import type {
  Collection,
  CollectionSpec,
  Document,
  Filter,
  FindOptions,
  Sort,
  Update,
  UpdateResult,
  Write,
} from '../port.ts'
import { checkUpdate, checkUpsert, requireId } from '../update.ts'
import type { Calls } from './calls.ts'

/** A document as the driver sees it. */
export interface Raw {
  _id: string
  [field: string]: unknown
}

/** Documents per round trip of a cursor; the server sends at most 16 MB of them anyway. */
const CURSOR_BATCH = 500

type Hint = { readonly hint?: string }

export class MongoCollection<T extends Document> implements Collection<T> {
  readonly #driver: DriverCollection<Raw>
  readonly #spec: CollectionSpec<T>
  readonly #calls: Calls

  constructor(driver: DriverCollection<Raw>, spec: CollectionSpec<T>, calls: Calls) {
    this.#driver = driver
    this.#spec = spec
    this.#calls = calls
  }

  async findOne(filter: Filter, options: FindOptions = {}): Promise<T | undefined> {
    if (options.limit === 0) return undefined
    const findOptions = this.#findOptions(filter, options)
    const found = await this.#calls.read((within) =>
      this.#driver.findOne(toFilter(filter), { ...findOptions, ...within }),
    )
    return (found ?? undefined) as T | undefined
  }

  async *find(filter: Filter, options: FindOptions = {}): AsyncIterable<T> {
    const findOptions = this.#findOptions(filter, options)
    if (options.limit === 0) return
    // Only the first batch can be asked for again: a cursor lives on one server.
    let { cursor, filled } = await this.#calls.read(({ signal }) =>
      this.#open(filter, findOptions, signal),
    )
    try {
      for (; filled; filled = await this.#calls.next(({ signal }) => fill(cursor, signal))) {
        for (const document of cursor.readBufferedDocuments()) yield document as unknown as T
      }
    } finally {
      // The server forgets a cursor by itself: nobody need wait for that, or hear that it did not work.
      void cursor.close().catch(() => undefined)
    }
  }

  async count(filter: Filter): Promise<number> {
    const options = this.#hint(filter)
    return this.#calls.read((within) =>
      this.#driver.countDocuments(toFilter(filter), { ...options, ...within }),
    )
  }

  async insertOne(document: T): Promise<void> {
    const raw = toRaw(document)
    await this.#calls.write((within) => this.#driver.insertOne(raw, within))
  }

  async updateOne(
    filter: Filter,
    update: Update,
    options: { upsert?: boolean } = {},
  ): Promise<UpdateResult> {
    const changes = toUpdate(filter, update, options.upsert)
    const more = { upsert: options.upsert === true, ...this.#hint(filter) }
    const updated = await this.#calls.write((within) =>
      this.#driver.updateOne(toFilter(filter), changes, { ...more, ...within }),
    )
    return toResult(updated)
  }

  async updateMany(filter: Filter, update: Update): Promise<UpdateResult> {
    const changes = toUpdate(filter, update)
    const more = this.#hint(filter)
    const updated = await this.#calls.writeMany((within) =>
      this.#driver.updateMany(toFilter(filter), changes, { ...more, ...within }),
    )
    return toResult(updated)
  }

  async replaceOne(
    filter: Filter,
    document: T,
    options: { upsert?: boolean } = {},
  ): Promise<UpdateResult> {
    const raw = toRaw(document)
    const more = { upsert: options.upsert === true, ...this.#hint(filter) }
    const replaced = await this.#calls.write((within) =>
      this.#driver.replaceOne(toFilter(filter), raw, { ...more, ...within }),
    )
    return toResult(replaced)
  }

  async findOneAndUpdate(
    filter: Filter,
    update: Update,
    options: { upsert?: boolean; returns?: 'before' | 'after'; sort?: Sort } = {},
  ): Promise<T | undefined> {
    const changes = toUpdate(filter, update, options.upsert)
    // The driver takes the plan's index here only as a key pattern, and FerretDB takes none at all.
    this.#hint(filter, options.sort)
    const more = {
      upsert: options.upsert === true,
      returnDocument: options.returns ?? 'after',
      ...(options.sort && { sort: { ...options.sort } }),
    }
    const suspect = uniqueIndexOf(this.#spec, Object.values(update))
    const found = await this.#calls.write(
      (within) => this.#driver.findOneAndUpdate(toFilter(filter), changes, { ...more, ...within }),
      suspect,
    )
    return (found ?? undefined) as T | undefined
  }

  async deleteOne(filter: Filter): Promise<boolean> {
    const more = this.#hint(filter)
    const deleted = await this.#calls.write((within) =>
      this.#driver.deleteOne(toFilter(filter), { ...more, ...within }),
    )
    return deleted.deletedCount > 0
  }

  async deleteMany(filter: Filter): Promise<number> {
    const more = this.#hint(filter)
    const deleted = await this.#calls.writeMany((within) =>
      this.#driver.deleteMany(toFilter(filter), { ...more, ...within }),
    )
    return deleted.deletedCount
  }

  async bulkWrite(writes: readonly Write<T>[]): Promise<void> {
    if (writes.length === 0) return
    const operations = writes.map((write) => this.#operation(write))
    await this.#calls.write((within) =>
      this.#driver.bulkWrite(operations, { ordered: true, ...within }),
    )
  }

  /** A cursor with its first documents. */
  async #open(filter: Filter, options: DriverFindOptions, signal: AbortSignal) {
    const cursor = this.#driver.find(toFilter(filter), { ...options, batchSize: CURSOR_BATCH })
    try {
      return { cursor, filled: await fill(cursor, signal) }
    } catch (error) {
      void cursor.close().catch(() => undefined)
      throw error
    }
  }

  #operation(write: Write<T>): AnyBulkWriteOperation<Raw> {
    if (write.kind === 'insert') return { insertOne: { document: toRaw(write.document) } }
    const filter = toFilter(write.filter)
    const hint = this.#hint(write.filter)
    if (write.kind === 'delete') return { deleteOne: { filter, ...hint } }
    const upsert = write.upsert === true
    if (write.kind === 'replace') {
      return { replaceOne: { filter, replacement: toRaw(write.document), upsert, ...hint } }
    }
    const update = toUpdate(write.filter, write.update, upsert)
    return { updateOne: { filter, update, upsert, ...hint } }
  }

  #findOptions(filter: Filter, { sort, limit, skip, fields }: FindOptions): DriverFindOptions {
    return {
      ...(sort && { sort }),
      ...(Number.isFinite(limit) && { limit: limit as number }),
      ...(skip && { skip }),
      ...(fields && {
        projection: Object.fromEntries(['_id', ...fields].map((name) => [name, 1])),
      }),
      ...this.#hint(filter, sort),
    }
  }

  /** The index that the plan names. One `_id` needs none: the server has a shorter way for that. */
  #hint(filter: Filter, sort?: Sort): Hint {
    if (typeof filter._id === 'string' && sort === undefined) {
      for (const path of Object.keys(filter)) toCondition(path, filter[path])
      return {}
    }
    return { hint: planQuery(this.#spec.indexes, filter, sort).index.name }
  }
}

function toFilter(filter: Filter): DriverFilter<Raw> {
  return filter as unknown as DriverFilter<Raw>
}

function toRaw(document: Document): Raw {
  requireId(document as never)
  return document as unknown as Raw
}

/** Sums of numbers stay numbers: `$inc` by an int32 would become a 64-bit integer beyond 2^31. */
function toUpdate(filter: Filter, update: Update, upsert = false): UpdateFilter<Raw> {
  checkUpdate(update)
  if (upsert) checkUpsert(filter, update)
  if (update.$inc === undefined) return update as unknown as UpdateFilter<Raw>
  const amounts = Object.entries(update.$inc).map(([path, by]) => [
    path,
    typeof by === 'number' ? new Double(by) : by,
  ])
  return { ...update, $inc: Object.fromEntries(amounts) } as unknown as UpdateFilter<Raw>
}

function toResult(result: { matchedCount: number; upsertedCount: number }): UpdateResult {
  return { matched: result.matchedCount, upserted: result.upsertedCount > 0 }
}

/** Gets a cursor's next documents, if there are any. A cursor takes a signal only for all of its life. */
async function fill(cursor: FindCursor<Raw>, signal: AbortSignal): Promise<boolean> {
  const late = Promise.withResolvers<never>()
  const give = () => late.reject(signal.reason)
  signal.addEventListener('abort', give, { once: true })
  try {
    return await Promise.race([cursor.hasNext(), late.promise])
  } finally {
    signal.removeEventListener('abort', give)
  }
}

/** The unique index that changes of these paths may violate: FerretDB does not always say. */
function uniqueIndexOf({ indexes }: CollectionSpec<Document>, changes: readonly object[]): string {
  const paths = changes.flatMap((change) => Object.keys(change))
  const touched = indexes.find(
    ({ unique, fields }) => unique && Object.keys(fields).some((path) => paths.includes(path)),
  )
  return touched?.name ?? ID_INDEX.name
}
