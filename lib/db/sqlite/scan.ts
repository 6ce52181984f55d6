/**
 * Walks an index of a SQLite collection a stretch at a time. Nothing stays open in between: each stretch
 * goes on behind the last key seen, so a slow reader holds up neither writers nor checkpoints.
 */
import { decodeDocument } from '../bson.ts'
import { fieldsReader, headReader } from '../bson-fields.ts'
import { type IndexKeys, indexKeys, keysOf } from '../index-keys.ts'
import { encodeValue } from '../key-encoding.ts'
import { type KeyRange, keyRanges } from '../key-ranges.ts'
import { matches } from '../match.ts'
import { type Fields, leavesAt, steps } from '../path.ts'
import { ID_INDEX, type Plan } from '../plan.ts'
import type { Filter } from '../port.ts'
import type { SqliteConnection } from './connection.ts'
import { readHeads, readWhole } from './heads.ts'
import { keysTable, type SqliteTable, type Stored } from './table.ts'

/** What one stretch may read, beyond its last document, so that it does not keep the event loop. */
const STRETCH_BYTES_MAX = 1024 * 1024
const STRETCH_ROWS_MAX = 1000

/** When more of a stretch have to be read again, their beginnings are not worth it. */
const WHOLE_SHARE_MAX = 0.25
/** Behind all rows of a key. */
const ROW_MAX = Number.MAX_SAFE_INTEGER

/** The key of an `_id` is left out: the document has it. */
type Row = [row: number, document: Uint8Array, key?: Uint8Array]

export class SqliteScan {
  /** Whether what it finds has no more than the fields that were asked for. */
  readonly projected: boolean
  readonly #connection: SqliteConnection
  readonly #table: SqliteTable
  readonly #plan: Plan
  readonly #filter: Filter
  readonly #keys: IndexKeys
  readonly #ranges: readonly KeyRange[]
  readonly #sql: string
  readonly #decode: (bytes: Uint8Array) => Fields
  /** Undefined when documents are read whole. */
  #decodeHead: ((head: Uint8Array) => Fields | undefined) | undefined
  #range = 0
  #last: readonly [key: Uint8Array, row: number] | undefined

  /** Of documents of which only some fields are asked for, nothing else is read that is not needed to find them. */
  constructor(
    connection: SqliteConnection,
    table: SqliteTable,
    { plan, filter, fields }: { plan: Plan; filter: Filter; fields?: readonly string[] },
  ) {
    this.#connection = connection
    this.#table = table
    this.#plan = plan
    this.#filter = filter
    this.#keys = indexKeys(plan.index)
    this.#ranges = keyRanges(plan)
    this.#sql = scanSql(table, plan)
    const needed = new Set([...(fields ?? []), ...(fields ? fieldsToFind(plan, filter) : [])])
    this.#decode = fields === undefined ? decodeDocument : fieldsReader(needed)
    const oneStretch = plan.index === ID_INDEX && this.#ranges.length === 1
    if (fields !== undefined && oneStretch && plan.exact && !plan.backward) {
      this.#decodeHead = headReader(needed)
    }
    this.projected = needed.size === new Set(fields).size
  }

  get done(): boolean {
    return this.#range >= this.#ranges.length
  }

  /** As `next`, without where they are kept: of documents of which a few fields are wanted, it reads no more if it can. */
  nextDocuments(limit: number): Fields[] {
    const read = this.#decodeHead
    const found = read && !this.done ? this.#nextHeads(limit, read) : undefined
    return found ?? this.next(limit).map(({ document }) => document)
  }

  /** Undefined when not even the `_id` is in the beginning: then nothing has been read. */
  #nextHeads(limit: number, read: (head: Uint8Array) => Fields | undefined): Fields[] | undefined {
    const [range] = this.#ranges
    if (range === undefined) return undefined
    const after = this.#last?.[0]
    const heads = readHeads(this.#connection, this.#table, range, { after, limit })
    const found: Fields[] = []
    let [last, whole] = ['', 0]
    for (const head of heads) {
      let document = read(head)
      if (document === undefined) {
        whole++
        const id = readId(head)?._id
        if (typeof id !== 'string') {
          this.#decodeHead = undefined
          return undefined
        }
        last = id
        const bytes = readWhole(this.#connection, this.#table, id)
        // Perhaps another process has removed it just now.
        if (bytes === undefined) continue
        document = this.#decode(bytes)
      }
      last = document._id as string
      found.push(document)
    }
    if (heads.length < limit) this.#range++
    else this.#last = [encodeValue(last), ROW_MAX]
    if (whole > heads.length * WHOLE_SHARE_MAX) this.#decodeHead = undefined
    return found
  }

  /** Up to `limit` matching documents; fewer, even none, does not mean the end: `done` does. */
  next(limit: number): Stored[] {
    const found: Stored[] = []
    let [bytes, rows] = [0, 0]
    const enough = () =>
      found.length >= limit || bytes >= STRETCH_BYTES_MAX || rows >= STRETCH_ROWS_MAX
    while (!this.done && !enough()) {
      const range = this.#ranges[this.#range]
      let ended = true
      let last: (Stored & { key: Uint8Array | undefined }) | undefined
      for (const [row, blob, indexed] of this.#rows(range)) {
        bytes += blob.length
        rows++
        const document = this.#decode(blob)
        last = { row, document, key: indexed }
        if (this.#wants(document, indexed)) found.push({ row, document })
        if (enough()) {
          ended = false
          break
        }
      }
      if (ended) {
        this.#range++
        this.#last = undefined
      } else if (last !== undefined) {
        this.#last = [last.key ?? encodeValue(last.document._id as string), last.row]
      }
    }
    return found
  }

  #rows(range: KeyRange | undefined): Iterable<Row> {
    if (range === undefined) return []
    const { low, high } = range
    const [key, row] = this.#last ?? [this.#plan.backward ? high : low, 0]
    const parameters = [this.#plan.backward ? low : high, key, row]
    const rows = this.#connection.statement(this.#sql).iterate(...parameters)
    return rows as unknown as Iterable<Row>
  }

  #wants(document: Fields, key: Uint8Array | undefined): boolean {
    if (!this.#plan.exact && !matches(document, this.#filter)) return false
    return key === undefined || this.#isFirst(key, document)
  }

  /** A document with several keys within the scan is given once: at the first of them. */
  #isFirst(key: Uint8Array, document: Fields): boolean {
    if (!this.#keys.paths.some((path) => hasArray(document, path))) return true
    const keys = keysOf(this.#keys, document).sort(Buffer.compare)
    if (this.#plan.backward) keys.reverse()
    const first = keys.find((one) => this.#ranges.some((range) => isWithin(one, range)))
    return first?.equals(key) ?? false
  }
}

/** Of the beginning of a document that does not have all that is wanted. */
const readId = headReader([])

/** Top-level fields that tell whether a document is to be found, and whether it is the first time. */
function fieldsToFind(plan: Plan, filter: Filter): string[] {
  const paths = [...Object.keys(plan.index.fields), ...(plan.exact ? [] : Object.keys(filter))]
  return paths.map((path) => steps(path)[0] ?? path).filter((name) => name !== '_id')
}

/** How many documents an exact plan finds, without reading them. */
export function countKeys(connection: SqliteConnection, table: SqliteTable, plan: Plan): number {
  const [range] = keyRanges(plan)
  if (range === undefined) return 0
  const source = sourceOf(table, plan)
  const counted = source === table.documents ? '*' : 'DISTINCT n'
  const sql = `SELECT count(${counted}) FROM ${source} WHERE key >= ? AND key < ?`
  return Number(connection.row(sql, range.low, range.high)?.[0] ?? 0)
}

function sourceOf(table: SqliteTable, { index }: Plan): string {
  return index === ID_INDEX ? table.documents : keysTable(table.name, index.name)
}

/** Rows are numbered from 1, so (bound, 0) is before all that have the bound's key. */
function scanSql(table: SqliteTable, plan: Plan): string {
  const source = sourceOf(table, plan)
  const from =
    source === table.documents
      ? `SELECT n, document FROM ${source} AS k`
      : `SELECT k.n, d.document, k.key FROM ${source} AS k CROSS JOIN ${table.documents} AS d ON d.n = k.n`
  return plan.backward
    ? `${from} WHERE k.key >= ? AND (k.key, k.n) < (?, ?) ORDER BY k.key DESC, k.n DESC`
    : `${from} WHERE k.key < ? AND (k.key, k.n) > (?, ?) ORDER BY k.key, k.n`
}

function isWithin(key: Buffer, { low, high }: KeyRange): boolean {
  return key.compare(low) >= 0 && key.compare(high) < 0
}

function hasArray(document: Fields, path: string): boolean {
  if (!path.includes('.')) return Array.isArray(document[path])
  const { values, spread } = leavesAt(document, path)
  return spread || Array.isArray(values[0])
}
