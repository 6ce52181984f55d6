/** Documents as BSON, with the same JavaScript types out as in, on both engines. */
import { deserialize, serialize } from 'bson'
import { Fault } from '#lib/base/fault.ts'
import type { Fields } from './path.ts'

/** MongoDB's own limit, kept on SQLite too, so that what fits one engine fits the other. */
const DOCUMENT_BYTES_MAX = 16 * 1024 * 1024

/** How bytes become values: 64-bit integers as bigint, binaries as Buffer. The driver takes the same. */
export const BSON_OPTIONS = { useBigInt64: true, promoteBuffers: true, promoteLongs: true } as const

const READ_OPTIONS = { ...BSON_OPTIONS, validation: { utf8: false } } as const

/** @throws {Fault} too-large */
export function encodeDocument(document: Fields): Uint8Array {
  const bytes = serialize(document)
  if (bytes.length > DOCUMENT_BYTES_MAX) throw new Fault('too-large', 'The document is too large')
  return bytes
}

/** Reads what `encodeDocument` wrote; it is trusted to be well formed. */
export function decodeDocument(bytes: Uint8Array): Fields {
  return deserialize(bytes, READ_OPTIONS) as Fields
}
