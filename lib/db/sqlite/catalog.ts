/**
 * Which collections and indexes a SQLite file has. An index that another process has added is kept up by
 * this one too, from its next transaction on, whether this one's code knows it or not.
 */
import { decodeDocument, encodeDocument } from '../bson.ts'
import { keyRanges } from '../key-ranges.ts'
import type { Fields } from '../path.ts'
import type { CollectionSpec, Document, Index } from '../port.ts'
import type { SqliteConnection } from './connection.ts'
import { SqliteScan } from './scan.ts'
import { documentsTable, keysTable, SqliteTable } from './table.ts'

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,99}$/
const EXPIRED_PER_COMMIT_MAX = 500

const CATALOG = `
  CREATE TABLE IF NOT EXISTS catalog (
    collection TEXT NOT NULL, name TEXT NOT NULL, definition BLOB NOT NULL,
    PRIMARY KEY (collection, name)
  ) WITHOUT ROWID`

export class SqliteCatalog {
  readonly #connection: SqliteConnection
  readonly #tables = new Map<string, SqliteTable>()
  #schemaVersion: unknown

  constructor(connection: SqliteConnection) {
    this.#connection = connection
  }

  /** The collection when it and all its indexes exist. */
  find(spec: CollectionSpec<Document>): SqliteTable | undefined {
    if (!this.#exists(`documents ${spec.name}`)) return undefined
    const existing = this.#definitions(spec.name)
    if (spec.indexes.some((index) => !isDeclared(existing, index))) return undefined
    return this.#table(spec.name)
  }

  /** Makes what is missing, or nothing when that fails. Belongs into a transaction. */
  create(spec: CollectionSpec<Document>): SqliteTable {
    this.#schemaVersion = undefined
    try {
      return this.#connection.atomically(() => this.#make(spec))
    } catch (error) {
      for (const table of this.#tables.values()) this.#load(table)
      throw error
    }
  }

  #make(spec: CollectionSpec<Document>): SqliteTable {
    for (const name of [spec.name, ...spec.indexes.map((index) => index.name)]) {
      if (!NAME.test(name)) throw new TypeError(`Not a name: ${name}`)
    }
    this.#connection.exec(CATALOG)
    this.#connection.exec(`
      CREATE TABLE IF NOT EXISTS ${documentsTable(spec.name)} (
        n INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, document BLOB NOT NULL)`)
    const table = this.#table(spec.name)
    const existing = this.#definitions(spec.name)
    for (const index of spec.indexes) {
      if (!isDeclared(existing, index)) this.#createIndex(table, index)
    }
    return table
  }

  /** Called in each transaction: notices what others have changed. */
  refresh(): void {
    const [version] = this.#connection.row('PRAGMA schema_version') ?? []
    if (version === this.#schemaVersion) return
    for (const table of this.#tables.values()) this.#load(table)
    this.#schemaVersion = version
  }

  /** Removes some documents whose time was up at `now`; true when there may be more. */
  removeExpired(now: number): boolean {
    let more = false
    for (const table of this.#tables.values()) {
      for (const index of table.indexes) {
        if (this.#removeExpiredOf(table, index, now)) more = true
      }
    }
    return more
  }

  #removeExpiredOf(table: SqliteTable, index: Index, now: number): boolean {
    const { expireAfterSeconds } = index
    if (expireAfterSeconds === undefined) return false
    const value = new Date(now - expireAfterSeconds * 1000)
    const scans = [{ kind: 'range', high: { value, inclusive: true } }] as const
    const plan = { index, scans, backward: false, exact: true }
    if (keyRanges(plan).length === 0) return false
    const scan = new SqliteScan(this.#connection, table, { plan, filter: {} })
    const expired = scan.next(EXPIRED_PER_COMMIT_MAX)
    for (const stored of expired) table.remove(stored)
    return !scan.done
  }

  #createIndex(table: SqliteTable, index: Index): void {
    const key = index.unique ? 'PRIMARY KEY (key)' : 'PRIMARY KEY (key, n)'
    this.#connection.exec(`
      CREATE TABLE ${keysTable(table.name, index.name)} (
        key BLOB NOT NULL, n INTEGER NOT NULL, ${key}) WITHOUT ROWID`)
    this.#connection
      .statement('INSERT INTO catalog (collection, name, definition) VALUES (?, ?, ?)')
      .run(table.name, index.name, definitionOf(index))
    this.#load(table)
    table.fill(index)
  }

  #table(name: string): SqliteTable {
    let table = this.#tables.get(name)
    if (table === undefined) {
      table = new SqliteTable(this.#connection, name)
      this.#tables.set(name, table)
      this.#load(table)
    }
    return table
  }

  #load(table: SqliteTable): void {
    const definitions = [...this.#definitions(table.name).values()]
    table.indexes = definitions.map((bytes) => decodeDocument(bytes) as unknown as Index)
  }

  #definitions(collection: string): ReadonlyMap<string, Uint8Array> {
    if (!this.#exists('catalog')) return new Map()
    const rows = this.#connection
      .statement('SELECT name, definition FROM catalog WHERE collection = ?')
      .all(collection) as unknown as [string, Uint8Array][]
    return new Map(rows)
  }

  #exists(table: string): boolean {
    const sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"
    return this.#connection.row(sql, table) !== undefined
  }
}

function isDeclared(existing: ReadonlyMap<string, Uint8Array>, index: Index): boolean {
  const definition = existing.get(index.name)
  if (definition === undefined) return false
  if (Buffer.compare(definition, definitionOf(index)) === 0) return true
  throw new TypeError(`Index ${index.name} exists with another definition`)
}

function definitionOf(index: Index): Uint8Array {
  return encodeDocument(index as unknown as Fields)
}
