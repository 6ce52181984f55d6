/** The document port on MongoDB, or on what speaks its protocol. */
import { type Db, MongoClient, type MongoClientOptions, ReadConcern } from 'mongodb'
import { BSON_OPTIONS } from './bson.ts'
import { Calls, LIMITS, type Limits, type Within } from './mongo/calls.ts'
import { MongoCollection, type Raw } from './mongo/collection.ts'
import { isCollision, toPortError } from './mongo/error.ts'
import { type Presence, Reach } from './mongo/reach.ts'
import { findDatabaseName } from './mongo/url.ts'
import type { Collection, CollectionSpec, Database, Document, Index } from './port.ts'

const NAMESPACE_EXISTS = 48
const INDEX_CONFLICTS: ReadonlySet<unknown> = new Set([85, 86])

/**
 * A server is asked so often how it is, unless it tells by itself: one that is back is known within that time. It costs
 * each server one small command per process and second.
 */
const HEARTBEAT_MS = 1000
/** A server that does not answer that, or does not take a connection, for so long counts as gone, with all asked of it. */
const SILENCE_MS = 3000
/** For a connection that has died without a word; beyond what any call may take. */
const SOCKET_MS = LIMITS.manyMs + 10_000

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
  serverSelectionTimeoutMS: LIMITS.answerMs,
  waitQueueTimeoutMS: LIMITS.answerMs,
  socketTimeoutMS: SOCKET_MS,
  connectTimeoutMS: SILENCE_MS,
  heartbeatFrequencyMS: HEARTBEAT_MS,
  // Whatever a URL says: what a failover interrupts is then done once, and not perhaps.
  retryWrites: true,
  retryReads: true,
  // The pool stays at the driver's 100 connections, of which two at a time are made; a URL may say otherwise. Who waits for
  // one stands in a queue that `LIMITS` bounds, so that a server that comes back is not run over.
  appName: 'hikyaku',
}

export interface MongoOptions {
  /** Told when the servers are away, and back. */
  readonly presence?: Presence | undefined
  /** Shorter ones, for tests. */
  readonly limits?: Partial<Limits>
  /** Further options of the driver. */
  readonly driver?: MongoClientOptions
}

export class MongoDatabase implements Database {
  readonly #client: MongoClient
  readonly #database: Db
  readonly #reach: Reach
  readonly #calls: Calls
  #pinging: Promise<void> | undefined

  private constructor(client: MongoClient, reach: Reach, limits: Partial<Limits> = {}) {
    this.#client = client
    this.#database = client.db(undefined, DURABLE)
    this.#reach = reach
    this.#calls = new Calls(reach, limits)
  }

  /** The client of the driver, to look at the commands sent; only for tests. */
  get client(): MongoClient {
    return this.#client
  }

  /** @throws {Fault} unavailable */
  static async open(url: string, options: MongoOptions = {}): Promise<MongoDatabase> {
    if (findDatabaseName(url) === undefined) {
      throw new TypeError('A MongoDB URL must name the database: mongodb://host/name')
    }
    const client = new MongoClient(url, { ...OPTIONS, ...options.driver })
    const reach = new Reach(client, options.presence)
    try {
      await client.connect()
    } catch (error) {
      reach.close()
      await client.close()
      throw toPortError(error)
    }
    return new MongoDatabase(client, reach, options.limits)
  }

  async collection<T extends Document>(spec: CollectionSpec<T>): Promise<Collection<T>> {
    await this.#calls.declare((within) => this.#create(spec.name, within))
    if (spec.indexes.length > 0) {
      const unique = spec.indexes.find((index) => index.unique)
      await this.#calls.declare((within) => this.#createIndexes(spec, within), unique?.name)
    }
    const collection = this.#database.collection<Raw>(spec.name)
    return new MongoCollection<T>(collection, spec, this.#calls)
  }

  /** Many who ask at once share an answer. */
  async ping(): Promise<void> {
    const ask = () => this.#calls.ask((within) => this.#database.command({ ping: 1 }, within))
    this.#pinging ??= ask()
      .then(() => undefined)
      .finally(() => {
        this.#pinging = undefined
      })
    await this.#pinging
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#reach.close()
    await this.#client.close()
  }

  async #create(name: string, within: Within): Promise<void> {
    try {
      await this.#database.createCollection(name, within)
    } catch (error) {
      if (codeOf(error) !== NAMESPACE_EXISTS) throw error
    }
  }

  /** Processes that start at once may collide on FerretDB; there is no harm in asking again. */
  async #createIndexes(spec: CollectionSpec<Document>, within: Within): Promise<void> {
    try {
      const indexes = spec.indexes.map(describe)
      await this.#database.collection(spec.name).createIndexes(indexes, within)
    } catch (error) {
      if (isCollision(error) || !INDEX_CONFLICTS.has(codeOf(error))) throw error
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
