/**
 * The beginnings of many documents in one row. Who wants a few fields of 100,000 documents waits most of the time for
 * the rest of each, and for a row of its own to be made of it.
 */
import { documentLength } from '../bson-fields.ts'
import { encodeValue } from '../key-encoding.ts'
import type { KeyRange } from '../key-ranges.ts'
import type { SqliteConnection } from './connection.ts'
import type { SqliteTable } from './table.ts'

const HEAD_BYTES = 512

/** What comes first behind `after`, in the order of the keys, which are the `_id`s. */
export function readHeads(
  connection: SqliteConnection,
  table: SqliteTable,
  { low, high }: KeyRange,
  { after, limit }: { after: Uint8Array | undefined; limit: number },
): Uint8Array[] {
  const sql = after === undefined ? headsSql(table, '>=') : headsSql(table, '>')
  const [joined] = connection.row(sql, after ?? low, high, limit) ?? []
  return joined instanceof Uint8Array ? cut(joined) : []
}

/** All of the document whose beginning did not tell enough. */
export function readWhole(
  connection: SqliteConnection,
  { documents }: SqliteTable,
  id: string,
): Uint8Array | undefined {
  const sql = `SELECT document FROM ${documents} WHERE key = ?`
  return connection.row(sql, encodeValue(id))?.[0] as Uint8Array | undefined
}

/** What is joined is a text to SQLite, of any bytes: it is never looked at as one. */
function headsSql({ documents }: SqliteTable, beyond: '>' | '>='): string {
  return `SELECT CAST(group_concat(substr(document, 1, ${HEAD_BYTES}), '') AS BLOB) FROM (
    SELECT document FROM ${documents} WHERE key ${beyond} ? AND key < ? ORDER BY key LIMIT ?)`
}

function cut(joined: Uint8Array): Uint8Array[] {
  const heads: Uint8Array[] = []
  for (let at = 0; at < joined.length; ) {
    const to = at + Math.min(HEAD_BYTES, documentLength(joined, at))
    heads.push(joined.subarray(at, to))
    at = to
  }
  return heads
}
