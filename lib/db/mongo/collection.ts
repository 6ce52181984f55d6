/** The port's Collection on MongoDB: straight through to the driver, with the planned index as a hint. */
import {
  type AnyBulkWriteOperation,
  Double,
  type Collection as DriverCollection,
  type Filter as DriverFilter,
  type FindOptions as DriverFindOptions,
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
import { toPortError, translated } from './error.ts'

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

  constructor(driver: DriverCollection<Raw>, spec: CollectionSpec<T>) {
    this.#driver = driver
    this.#spec = spec
  }

  async findOne(filter: Filter, options: FindOptions = {}): Promise<T | undefined> {
    if (options.limit === 0) return undefined
    const found = this.#driver.findOne(toFilter(filter), this.#findOptions(filter, options))
    return ((await translated(found)) ?? undefined) as T | undefined
  }

  async *find(filter: Filter, options: FindOptions = {}): AsyncIterable<T> {
    const findOptions = this.#findOptions(filter, options)
    if (options.limit === 0) return
    const cursor = this.#driver.find(toFilter(filter), { ...findOptions, batchSize: CURSOR_BATCH })
    try {
      for await (const document of cursor) yield document as unknown as T
    } catch (error) {
      throw toPortError(error)
    } finally {
      await translated(cursor.close())
    }
  }

  async count(filter: Filter): Promise<number> {
    const options = this.#hint(filter)
    return translated(this.#driver.countDocuments(toFilter(filter), options))
  }

  async insertOne(document: T): Promise<void> {
    await translated(this.#driver.insertOne(toRaw(document)))
  }

  async updateOne(
    filter: Filter,
    update: Update,
    options: { upsert?: boolean } = {},
  ): Promise<UpdateResult> {
    const changes = toUpdate(filter, update, options.upsert)
    const more = { upsert: options.upsert === true, ...this.#hint(filter) }
    return toResult(await translated(this.#driver.updateOne(toFilter(filter), changes, more)))
  }

  async updateMany(filter: Filter, update: Update): Promise<UpdateResult> {
    const changes = toUpdate(filter, update)
    const more = this.#hint(filter)
    return toResult(await translated(this.#driver.updateMany(toFilter(filter), changes, more)))
  }

  async replaceOne(
    filter: Filter,
    document: T,
    options: { upsert?: boolean } = {},
  ): Promise<UpdateResult> {
    const more = { upsert: options.upsert === true, ...this.#hint(filter) }
    const replaced = this.#driver.replaceOne(toFilter(filter), toRaw(document), more)
    return toResult(await translated(replaced))
  }

  async findOneAndUpdate(
    filter: Filter,
    update: Update,
    options: { upsert?: boolean; returns?: 'before' | 'after'; sort?: Sort } = {},
  ): Promise<T | undefined> {
    const changes = toUpdate(filter, update, options.upsert)
    // The driver takes the plan's index here only as a key pattern, and FerretDB takes none at all.
    this.#hint(filter, options.sort)
    const found = this.#driver.findOneAndUpdate(toFilter(filter), changes, {
      upsert: options.upsert === true,
      returnDocument: options.returns ?? 'after',
      ...(options.sort && { sort: { ...options.sort } }),
    })
    const suspect = uniqueIndexOf(this.#spec, Object.values(update))
    return ((await translated(found, suspect)) ?? undefined) as T | undefined
  }

  async deleteOne(filter: Filter): Promise<boolean> {
    const deleted = this.#driver.deleteOne(toFilter(filter), this.#hint(filter))
    return (await translated(deleted)).deletedCount > 0
  }

  async deleteMany(filter: Filter): Promise<number> {
    const deleted = this.#driver.deleteMany(toFilter(filter), this.#hint(filter))
    return (await translated(deleted)).deletedCount
  }

  async bulkWrite(writes: readonly Write<T>[]): Promise<void> {
    if (writes.length === 0) return
    const operations = writes.map((write) => this.#operation(write))
    await translated(this.#driver.bulkWrite(operations, { ordered: true }))
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

/** The unique index that changes of these paths may violate: FerretDB does not always say. */
function uniqueIndexOf({ indexes }: CollectionSpec<Document>, changes: readonly object[]): string {
  const paths = changes.flatMap((change) => Object.keys(change))
  const touched = indexes.find(
    ({ unique, fields }) => unique && Object.keys(fields).some((path) => paths.includes(path)),
  )
  return touched?.name ?? ID_INDEX.name
}
