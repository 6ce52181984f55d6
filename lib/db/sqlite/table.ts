/**
 * One collection in SQLite: a table of documents, and beside it one table of keys for each index (so
 * that a document may have several keys). All of it is synchronous, and the writes belong into a
 * transaction; each finds out what can refuse it before it changes anything.
 */
import { decodeDocument, encodeDocument } from '../bson.ts'
import { type IndexKeys, indexKeys, keysOf } from '../index-keys.ts'
import { encodeValue } from '../key-encoding.ts'
import { type Fields, steps } from '../path.ts'
import { ID_INDEX } from '../plan.ts'
import { DuplicateKey, type Index } from '../port.ts'
import { requireId } from '../update.ts'
import type { SqliteConnection } from './connection.ts'
import type { Written } from './write-queue.ts'

/** A document and where it is kept. */
export interface Stored {
  readonly row: number
  readonly document: Fields
}

interface KeyTable extends IndexKeys {
  readonly unique: boolean
  /** The top-level fields that its keys are made of. */
  readonly roots: readonly string[]
  readonly find: string
  readonly add: string
  readonly remove: string
}

const UNCHANGED: { readonly gone: readonly Buffer[]; readonly added: readonly Buffer[] } = {
  gone: [],
  added: [],
}

export class SqliteTable implements Written {
  readonly name: string
  lazy = false
  lastCommit = 0
  readonly documents: string
  readonly #connection: SqliteConnection
  readonly #sql: { insert: string; update: string; remove: string; byKey: string; byRow: string }
  #keyTables: readonly KeyTable[] = []

  constructor(connection: SqliteConnection, name: string) {
    this.name = name
    this.#connection = connection
    this.documents = documentsTable(name)
    this.#sql = {
      insert: `INSERT INTO ${this.documents} (key, document) VALUES (?, ?) ON CONFLICT DO NOTHING`,
      update: `UPDATE ${this.documents} SET document = ? WHERE n = ?`,
      remove: `DELETE FROM ${this.documents} WHERE n = ?`,
      byKey: `SELECT n, document FROM ${this.documents} WHERE key = ?`,
      byRow: `SELECT n, document FROM ${this.documents} WHERE n = ?`,
    }
  }

  /** Every index that the file has, declared by this process or by another. */
  get indexes(): readonly Index[] {
    return this.#keyTables.map(({ index }) => index)
  }

  set indexes(indexes: readonly Index[]) {
    this.#keyTables = indexes.map((index) => {
      const table = keysTable(this.name, index.name)
      return {
        ...indexKeys(index),
        unique: index.unique === true,
        roots: Object.keys({ ...index.fields, ...index.where }).map((path) => steps(path)[0] ?? ''),
        find: `SELECT n FROM ${table} WHERE key = ?`,
        add: `INSERT INTO ${table} (key, n) VALUES (?, ?)`,
        remove: `DELETE FROM ${table} WHERE key = ? AND n = ?`,
      }
    })
  }

  byId(id: string): Stored | undefined {
    return toStored(this.#connection.row(this.#sql.byKey, encodeValue(id)))
  }

  byRow(row: number): Stored | undefined {
    return toStored(this.#connection.row(this.#sql.byRow, row))
  }

  /** Returns the document as it is stored. @throws {DuplicateKey} */
  insert(document: Fields): Uint8Array {
    const id = encodeValue(requireId(document))
    const bytes = encodeDocument(document)
    const keys = this.#keyTables.map((table) => keysOf(table, document))
    if (this.#keyTables.some(({ unique }) => unique)) {
      if (this.#connection.row(this.#sql.byKey, id)) throw new DuplicateKey(ID_INDEX.name)
      this.#requireFree(keys, 0)
    }
    const { changes, lastInsertRowid } = this.#connection.statement(this.#sql.insert).run(id, bytes)
    if (changes === 0) throw new DuplicateKey(ID_INDEX.name)
    for (const [at, table] of this.#keyTables.entries()) {
      for (const key of keys[at] ?? [])
        this.#connection.statement(table.add).run(key, lastInsertRowid)
    }
    return bytes
  }

  /** Returns the document as it is stored. @throws {DuplicateKey} */
  update(old: Stored, document: Fields): Uint8Array {
    if (document._id !== old.document._id) throw new TypeError('_id never changes')
    const bytes = encodeDocument(document)
    const changes = this.#keyTables.map((table) => {
      // Most updates touch nothing that is indexed, and what they leave alone is the same value still.
      if (table.roots.every((root) => old.document[root] === document[root])) return UNCHANGED
      const before = keysOf(table, old.document)
      const now = keysOf(table, document)
      return { gone: without(before, now), added: without(now, before) }
    })
    const added = changes.map((change) => change.added)
    this.#requireFree(added, old.row)
    this.#connection.statement(this.#sql.update).run(bytes, old.row)
    for (const [at, table] of this.#keyTables.entries()) {
      for (const key of changes[at]?.gone ?? []) {
        this.#connection.statement(table.remove).run(key, old.row)
      }
      for (const key of added[at] ?? []) this.#connection.statement(table.add).run(key, old.row)
    }
    return bytes
  }

  remove(old: Stored): void {
    this.#connection.statement(this.#sql.remove).run(old.row)
    for (const table of this.#keyTables) {
      for (const key of keysOf(table, old.document)) {
        this.#connection.statement(table.remove).run(key, old.row)
      }
    }
  }

  /** Gives every document its keys in an index that is new. @throws {DuplicateKey} */
  fill(index: Index): void {
    const [table] = this.#keyTables.filter((one) => one.index.name === index.name)
    if (table === undefined) throw new TypeError(`No index ${index.name}`)
    const next = `SELECT n, document FROM ${this.documents} WHERE n > ? ORDER BY n LIMIT 1`
    for (let row = 0; ; ) {
      const stored = toStored(this.#connection.row(next, row))
      if (stored === undefined) return
      row = stored.row
      for (const key of keysOf(table, stored.document)) {
        if (table.unique && this.#connection.row(table.find, key))
          throw new DuplicateKey(index.name)
        this.#connection.statement(table.add).run(key, row)
      }
    }
  }

  #requireFree(keys: readonly (readonly Buffer[])[], row: number): void {
    for (const [at, table] of this.#keyTables.entries()) {
      if (!table.unique) continue
      for (const key of keys[at] ?? []) {
        const [owner] = this.#connection.row(table.find, key) ?? []
        if (owner !== undefined && owner !== row) throw new DuplicateKey(table.index.name)
      }
    }
  }
}

export function documentsTable(collection: string): string {
  return `"documents ${collection}"`
}

export function keysTable(collection: string, index: string): string {
  return `"keys ${collection} ${index}"`
}

function toStored(row: readonly unknown[] | undefined): Stored | undefined {
  if (row === undefined) return undefined
  return { row: row[0] as number, document: decodeDocument(row[1] as Uint8Array) }
}

function without(keys: readonly Buffer[], others: readonly Buffer[]): Buffer[] {
  return keys.filter((key) => !others.some((other) => other.equals(key)))
}
