/** The document port on one machine: a SQLite file, or memory. */
import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import type { Collection, CollectionSpec, Database, Document } from './port.ts'
import { SqliteCatalog } from './sqlite/catalog.ts'
import { SqliteCollection } from './sqlite/collection.ts'
import { SqliteConnection } from './sqlite/connection.ts'
import { WriteQueue } from './sqlite/write-queue.ts'

/** How often expired documents are looked for; MongoDB does so once a minute too. */
const SWEEP_INTERVAL_MS = 60_000

type Broken = (error: Error) => void

export class SqliteDatabase implements Database {
  readonly #connection: SqliteConnection
  readonly #catalog: SqliteCatalog
  readonly #writes: WriteQueue
  readonly #clock: Clock
  readonly #sweeping: NodeJS.Timeout
  #closed = false

  private constructor(connection: SqliteConnection, clock: Clock, broken?: Broken) {
    this.#connection = connection
    this.#clock = clock
    this.#catalog = new SqliteCatalog(connection)
    this.#writes = new WriteQueue(connection, () => this.#catalog.refresh(), broken)
    // What fails is tried again in a minute; a reader meanwhile sees what MongoDB's readers see.
    const sweep = () => void this.removeExpired().catch(() => undefined)
    this.#sweeping = setInterval(sweep, SWEEP_INTERVAL_MS).unref()
  }

  /** Opens the file, or makes it. Expired documents go before the first answer. */
  static async open(path: string, clock: Clock, broken?: Broken): Promise<SqliteDatabase> {
    return new SqliteDatabase(await SqliteConnection.open(path), clock, broken)
  }

  async collection<T extends Document>(spec: CollectionSpec<T>): Promise<Collection<T>> {
    const existing = await this.#connection.patiently(() => this.#catalog.find(spec))
    const table = existing ?? (await this.#writes.write(() => this.#catalog.create(spec)))
    table.lazy = spec.lazy === true
    if (spec.indexes.some((index) => index.expireAfterSeconds !== undefined)) {
      await this.removeExpired()
    }
    return new SqliteCollection({ connection: this.#connection, writes: this.#writes }, table, spec)
  }

  async ping(): Promise<void> {
    if (this.#closed) throw new Fault('unavailable', 'The database is closed')
    if (this.#writes.failure !== undefined) throw this.#writes.failure
    await this.#connection.patiently(() => this.#connection.row('SELECT 1 FROM sqlite_schema'))
  }

  /** Removes what has expired by now; called each minute, and by tests that have moved the clock. */
  async removeExpired(): Promise<void> {
    const now = this.#clock.now()
    while (await this.#writes.write(() => this.#catalog.removeExpired(now))) {
      if (this.#closed) return
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    clearInterval(this.#sweeping)
    await this.#writes[Symbol.asyncDispose]()
    this.#connection[Symbol.dispose]()
  }
}
