/** The document port on MongoDB, or on what speaks its protocol. */
import { type Db, MongoClient, type MongoClientOptions, ReadConcern } from 'mongodb'
import { BSON_OPTIONS } from './bson.ts'
import { MongoCollection, type Raw } from './mongo/collection.ts'
import { isCollision, toUnavailable, translated } from './mongo/error.ts'
import { findDatabaseName } from './mongo/url.ts'
import type { Collection, CollectionSpec, Database, Document, Index } from './port.ts'

const NAMESPACE_EXISTS = 48
const INDEX_TRIES = 10
const INDEX_CONFLICTS: ReadonlySet<unknown> = new Set([85, 86])

/** How long an election may last before callers hear of it. */
const SERVER_SELECTION_MS = 10_000

/**
 * Durable on a majority before it is acknowledged, and read only when it is so: no election takes back
 * what a client has seen. The driver drops a write concern of another form without a word, and a URL may ask for
 * less than the client's options do, but not than the database's.
 */
const DURABLE = {
  writeConcern: { w: 'majority', j: true },
  readConcern: new ReadConcern('majority'),
  readPreference: 'primary',
} as const

const OPTIONS: MongoClientOptions = {
  ...DURABLE,
  ...BSON_OPTIONS,
  ignoreUndefined: true,
  serverSelectionTimeoutMS: SERVER_SELECTION_MS,
  appName: 'hikyaku',
}

export class MongoDatabase implements Database {
  readonly #client: MongoClient
  readonly #database: Db

  private constructor(client: MongoClient) {
    this.#client = client
    this.#database = client.db(undefined, DURABLE)
  }

  /** The client of the driver, to look at the commands sent; only for tests. */
  get client(): MongoClient {
    return this.#client
  }

  /** `more` are further options of the driver. @throws {Fault} unavailable */
  static async open(url: string, more: MongoClientOptions = {}): Promise<MongoDatabase> {
    if (findDatabaseName(url) === undefined) {
      throw new TypeError('A MongoDB URL must name the database: mongodb://host/name')
    }
    const client = new MongoClient(url, { ...OPTIONS, ...more })
    try {
      await client.connect()
    } catch (error) {
      await client.close()
      throw toUnavailable(error)
    }
    return new MongoDatabase(client)
  }

  async collection<T extends Document>(spec: CollectionSpec<T>): Promise<Collection<T>> {
    await translated(this.#create(spec.name))
    if (spec.indexes.length > 0) {
      const unique = spec.indexes.find((index) => index.unique)
      await translated(this.#createIndexes(spec), unique?.name)
    }
    return new MongoCollection<T>(this.#database.collection<Raw>(spec.name), spec)
  }

  async ping(): Promise<void> {
    try {
      await this.#database.command({ ping: 1 })
    } catch (error) {
      throw toUnavailable(error)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close()
  }

  async #create(name: string): Promise<void> {
    try {
      await this.#database.createCollection(name)
    } catch (error) {
      if (codeOf(error) !== NAMESPACE_EXISTS) throw error
    }
  }

  /** Processes that start at once may collide on FerretDB; there is no harm in asking again. */
  async #createIndexes(spec: CollectionSpec<Document>, triesLeft = INDEX_TRIES): Promise<void> {
    try {
      await this.#database.collection(spec.name).createIndexes(spec.indexes.map(describe))
    } catch (error) {
      if (isCollision(error) && triesLeft > 1) return this.#createIndexes(spec, triesLeft - 1)
      if (!INDEX_CONFLICTS.has(codeOf(error))) throw error
      const message = `An index of ${spec.name} exists with another definition`
      throw new TypeError(message, { cause: error })
    }
  }
}

function describe({ name, fields, unique, where, expireAfterSeconds }: Index) {
  return {
    key: new Map(Object.entries(fields)),
    name,
    ...(unique && { unique }),
    ...(where && { partialFilterExpression: where }),
    ...(expireAfterSeconds !== undefined && { expireAfterSeconds }),
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
