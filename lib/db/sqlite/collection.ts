/** The port's Collection on SQLite. */
import { setImmediate as turn } from 'node:timers/promises'
import { decodeDocument } from '../bson.ts'
import { matches } from '../match.ts'
import type { Fields } from '../path.ts'
import { type Plan, planQuery } from '../plan.ts'
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
import { applyUpdate, checkUpdate, checkUpsert, documentFromFilter, requireId } from '../update.ts'
import type { SqliteConnection } from './connection.ts'
import { countKeys, SqliteScan } from './scan.ts'
import type { SqliteTable, Stored } from './table.ts'
import type { WriteQueue } from './write-queue.ts'

/** Documents per stretch of a cursor: few at first, as many readers want only those. */
const STRETCH_FIRST = 16
const STRETCH_MAX = 256

const NOTHING: UpdateResult = { matched: 0, upserted: false }
const ONE: UpdateResult = { matched: 1, upserted: false }
const UPSERTED: UpdateResult = { matched: 0, upserted: true }

export interface SqliteEngine {
  readonly connection: SqliteConnection
  readonly writes: WriteQueue
}

export class SqliteCollection<T extends Document> implements Collection<T> {
  readonly #connection: SqliteConnection
  readonly #writes: WriteQueue
  readonly #table: SqliteTable
  readonly #spec: CollectionSpec<T>

  constructor({ connection, writes }: SqliteEngine, table: SqliteTable, spec: CollectionSpec<T>) {
    this.#connection = connection
    this.#writes = writes
    this.#table = table
    this.#spec = spec
  }

  async findOne(filter: Filter, options: FindOptions = {}): Promise<T | undefined> {
    if (options.skip) {
      for await (const document of this.find(filter, { ...options, limit: 1 })) return document
      return undefined
    }
    const find = this.#finder(filter, options.sort, options.fields)
    const found = await this.#connection.patiently(find)
    await this.#writes.seen(this.#table)
    return found && (project(found.document, options.fields) as unknown as T)
  }

  async *find(filter: Filter, options: FindOptions = {}): AsyncIterable<T> {
    const { limit = Number.POSITIVE_INFINITY, fields } = options
    if (typeof filter._id === 'string' && options.sort === undefined && !options.skip) {
      const found =
        limit > 0 ? await this.findOne(filter, { ...(fields && { fields }) }) : undefined
      if (found !== undefined) yield found
      return
    }
    const scan = this.#scan(filter, this.#plan(filter, options.sort), fields)
    let skip = options.skip ?? 0
    let left = limit
    for (let size = STRETCH_FIRST; left > 0 && !scan.done; size = Math.min(size * 4, STRETCH_MAX)) {
      const stretch = Math.min(size, left + skip)
      const documents = await this.#connection.patiently(() => scan.nextDocuments(stretch))
      await this.#writes.seen(this.#table)
      for (const document of documents) {
        if (skip-- > 0) continue
        yield (scan.projected ? document : project(document, fields)) as unknown as T
        if (--left <= 0) return
      }
      skip = Math.max(skip, 0)
      if (!scan.done) await turn()
    }
  }

  async count(filter: Filter): Promise<number> {
    const plan = this.#plan(filter)
    const single = plan.scans.every((scan) => scan.kind === 'range' || scan.values.length === 1)
    if (plan.exact && single) {
      const keys = await this.#connection.patiently(() =>
        countKeys(this.#connection, this.#table, plan),
      )
      await this.#writes.seen(this.#table)
      return keys
    }
    let count = 0
    const scan = this.#scan(filter, plan, [])
    while (!scan.done) {
      count += (await this.#connection.patiently(() => scan.next(STRETCH_MAX))).length
      await turn()
    }
    await this.#writes.seen(this.#table)
    return count
  }

  async insertOne(document: T): Promise<void> {
    const fields = toFields(document)
    await this.#writes.write(() => this.#table.insert(fields), this.#table)
  }

  async updateOne(
    filter: Filter,
    update: Update,
    options: { upsert?: boolean } = {},
  ): Promise<UpdateResult> {
    const run = this.#updater(filter, update, options)
    return this.#writes.write(() => run().result, this.#table)
  }

  async updateMany(filter: Filter, update: Update): Promise<UpdateResult> {
    checkUpdate(update)
    const plan = this.#plan(filter)
    const run = () => {
      const rows = this.#matchingRows(filter, plan)
      for (const row of rows) {
        const stored = this.#table.byRow(row)
        if (stored) this.#table.update(stored, applyUpdate(stored.document, update))
      }
      return { matched: rows.length, upserted: false }
    }
    return this.#writes.write(() => this.#connection.atomically(run), this.#table)
  }

  async replaceOne(
    filter: Filter,
    document: T,
    options: { upsert?: boolean } = {},
  ): Promise<UpdateResult> {
    return this.#writes.write(this.#replacer(filter, document, options.upsert), this.#table)
  }

  async findOneAndUpdate(
    filter: Filter,
    update: Update,
    options: { upsert?: boolean; returns?: 'before' | 'after'; sort?: Sort } = {},
  ): Promise<T | undefined> {
    const run = this.#updater(filter, update, options)
    const { before, after } = await this.#writes.write(run, this.#table)
    const wanted = options.returns === 'before' ? before : after && decodeDocument(after)
    return wanted as T | undefined
  }

  async deleteOne(filter: Filter): Promise<boolean> {
    return this.#writes.write(this.#deleter(filter), this.#table)
  }

  async deleteMany(filter: Filter): Promise<number> {
    const plan = this.#plan(filter)
    return this.#writes.write(() => {
      const rows = this.#matchingRows(filter, plan)
      for (const row of rows) {
        const stored = this.#table.byRow(row)
        if (stored) this.#table.remove(stored)
      }
      return rows.length
    }, this.#table)
  }

  async bulkWrite(writes: readonly Write<T>[]): Promise<void> {
    const steps = writes.map((write) => this.#stepOf(write))
    await this.#writes.write(() => {
      for (const step of steps) step()
    }, this.#table)
  }

  #stepOf(write: Write<T>): () => unknown {
    switch (write.kind) {
      case 'insert':
        return () => this.#table.insert(toFields(write.document))
      case 'update':
        return this.#updater(write.filter, write.update, write)
      case 'replace':
        return this.#replacer(write.filter, write.document, write.upsert)
      case 'delete':
        return this.#deleter(write.filter)
    }
  }

  #updater(
    filter: Filter,
    update: Update,
    options: { readonly upsert?: boolean; readonly sort?: Sort },
  ): () => { result: UpdateResult; before?: Fields; after?: Uint8Array } {
    checkUpdate(update)
    if (options.upsert) checkUpsert(filter, update)
    const find = this.#finder(filter, options.sort)
    return () => {
      const stored = find()
      if (stored !== undefined) {
        const after = this.#table.update(stored, applyUpdate(stored.document, update))
        return { result: ONE, before: stored.document, after }
      }
      if (!options.upsert) return { result: NOTHING }
      const inserted = applyUpdate(documentFromFilter(filter), update, true)
      const after = this.#table.insert(inserted)
      return { result: UPSERTED, after }
    }
  }

  #replacer(filter: Filter, document: T, upsert = false): () => UpdateResult {
    const find = this.#finder(filter)
    return () => {
      const stored = find()
      if (stored !== undefined) {
        this.#table.update(stored, toFields(document))
        return ONE
      }
      if (!upsert) return NOTHING
      this.#table.insert(toFields(document))
      return UPSERTED
    }
  }

  #deleter(filter: Filter): () => boolean {
    const find = this.#finder(filter)
    return () => {
      const stored = find()
      if (stored !== undefined) this.#table.remove(stored)
      return stored !== undefined
    }
  }

  /** Looks the first match up, again each time it is called. One `_id` needs no plan. */
  #finder(filter: Filter, sort?: Sort, fields?: readonly string[]): () => Stored | undefined {
    const id = filter._id
    if (typeof id === 'string' && sort === undefined) {
      const only = Object.keys(filter).length === 1
      return () => {
        const stored = this.#table.byId(id)
        return stored && (only || matches(stored.document, filter)) ? stored : undefined
      }
    }
    const plan = this.#plan(filter, sort)
    return () => {
      const scan = this.#scan(filter, plan, fields)
      while (!scan.done) {
        const [stored] = scan.next(1)
        if (stored !== undefined) return stored
      }
      return undefined
    }
  }

  /** All of them before the first is changed, so that a change never brings a document up again. */
  #matchingRows(filter: Filter, plan: Plan): number[] {
    const scan = this.#scan(filter, plan, [])
    const rows: number[] = []
    while (!scan.done) {
      for (const { row } of scan.next(STRETCH_MAX)) rows.push(row)
    }
    return rows
  }

  #plan(filter: Filter, sort?: Sort): Plan {
    return planQuery(this.#spec.indexes, filter, sort)
  }

  #scan(filter: Filter, plan: Plan, fields?: readonly string[]): SqliteScan {
    const wanted = { plan, filter, ...(fields && { fields }) }
    return new SqliteScan(this.#connection, this.#table, wanted)
  }
}

function project(document: Fields, fields: readonly string[] | undefined): Fields {
  if (fields === undefined) return document
  const result: Record<string, Fields[string]> = { _id: document._id }
  for (const field of fields) {
    if (document[field] !== undefined) result[field] = document[field]
  }
  return result
}

function toFields(document: Document): Fields {
  const fields = document as unknown as Fields
  requireId(fields)
  return fields
}
