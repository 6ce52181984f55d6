/**
 * Some top-level fields of a BSON document, without building the rest of it: what a reader of 100,000 documents wants
 * is a few numbers of each. What is common is read here, everything else by the bson library, field by field.
 */
import { decodeDocument } from './bson.ts'
import type { Fields } from './path.ts'
import type { Value } from './port.ts'

const TYPE = {
  double: 0x01,
  string: 0x02,
  document: 0x03,
  array: 0x04,
  binary: 0x05,
  boolean: 0x08,
  date: 0x09,
  null: 0x0a,
  int32: 0x10,
  int64: 0x12,
} as const
const BINARY_HEAD = 5
const STRING_HEAD = 4
/** Of the types that have no length of their own. */
const SIZES: ReadonlyMap<number, number> = new Map([
  [TYPE.double, 8],
  [TYPE.boolean, 1],
  [TYPE.date, 8],
  [TYPE.null, 0],
  [TYPE.int32, 4],
  [TYPE.int64, 8],
])

type Wanted = { readonly name: string; readonly key: Uint8Array }
type MutableFields = Record<string, Value | undefined>

/** Eight bytes as a number, on the little-endian machines that we run on. */
const eight = new Uint8Array(8)
const asDouble = new Float64Array(eight.buffer)
const asInt64 = new BigInt64Array(eight.buffer)

/** Bytes of a document, as it says itself in its first four. */
export function documentLength(bytes: Uint8Array, at: number): number {
  return int32At(bytes, at)
}

/** Reads what `encodeDocument` wrote. Only the fields named, and `_id`, are in the documents that it makes. */
export function fieldsReader(fields: Iterable<string>): (bytes: Uint8Array) => Fields {
  const names = namesOf(fields)
  const wanted = wantedOf(names)
  return (bytes) => readFields(bytes, wanted, names.length) ?? pick(decodeDocument(bytes), names)
}

/** The same of documents of which only the first bytes are there; undefined when these do not tell all. */
export function headReader(fields: Iterable<string>): (head: Uint8Array) => Fields | undefined {
  const names = namesOf(fields)
  const wanted = wantedOf(names)
  return (head) => readFields(head, wanted, names.length)
}

function namesOf(fields: Iterable<string>): string[] {
  return [...new Set(['_id', ...fields])]
}

function wantedOf(names: readonly string[]): Map<number, Wanted[]> {
  const byLength = new Map<number, Wanted[]>()
  for (const name of names) {
    const key = Buffer.from(name)
    byLength.set(key.length, [...(byLength.get(key.length) ?? []), { name, key }])
  }
  return byLength
}

/** Undefined when there is something in the document that only the library knows, or that would be behind the bytes. */
function readFields(
  bytes: Uint8Array,
  wanted: ReadonlyMap<number, readonly Wanted[]>,
  count: number,
): Fields | undefined {
  const result: MutableFields = {}
  let missing = count
  const end = documentLength(bytes, 0) - 1
  for (let at = 4; at < end && missing > 0; ) {
    const keyAt = at + 1
    const valueAt = afterKey(bytes, keyAt)
    // Every value that has a length of its own has it at its beginning.
    if (bytes.length <= end && valueAt + 4 > bytes.length) return undefined
    const size = sizeOf(bytes, at, valueAt)
    if (size === undefined) return undefined
    const candidates = wanted.get(valueAt - 1 - keyAt)
    const name = candidates && nameAt(bytes, keyAt, candidates)
    if (name !== undefined) {
      if (valueAt + size > bytes.length) return undefined
      result[name] = readElement(bytes, at, valueAt, size)
      missing--
    }
    at = valueAt + size
  }
  return result
}

/** Behind the zero that ends a key. Keys are short: a loop finds it sooner than a call would. */
function afterKey(bytes: Uint8Array, keyAt: number): number {
  let at = keyAt
  while (at < bytes.length && bytes[at] !== 0) at++
  return at + 1
}

function nameAt(
  bytes: Uint8Array,
  keyAt: number,
  candidates: readonly Wanted[],
): string | undefined {
  for (const { name, key } of candidates) {
    let same = 0
    while (same < key.length && bytes[keyAt + same] === key[same]) same++
    if (same === key.length) return name
  }
  return undefined
}

/** Bytes of an element's value. */
function sizeOf(bytes: Uint8Array, at: number, valueAt: number): number | undefined {
  switch (bytes[at]) {
    case TYPE.string:
      return STRING_HEAD + int32At(bytes, valueAt)
    case TYPE.document:
    case TYPE.array:
      return int32At(bytes, valueAt)
    case TYPE.binary:
      return BINARY_HEAD + int32At(bytes, valueAt)
    default:
      return SIZES.get(bytes[at] ?? 0)
  }
}

function readElement(bytes: Uint8Array, at: number, valueAt: number, size: number): Value {
  const plain = readPlain(bytes, bytes[at] ?? 0, valueAt, size)
  if (plain !== undefined) return plain
  if (bytes[at] === TYPE.array) {
    const array = readArray(bytes, valueAt)
    if (array !== undefined) return array
  }
  // A document of this element alone.
  const element = bytes.subarray(at, valueAt + size)
  const alone = Buffer.alloc(4 + element.length + 1)
  alone.writeInt32LE(alone.length)
  alone.set(element, 4)
  const [value] = Object.values(decodeDocument(alone))
  return value as Value
}

function readPlain(bytes: Uint8Array, type: number, at: number, size: number): Value | undefined {
  switch (type) {
    case TYPE.double:
      load(bytes, at)
      return asDouble[0]
    case TYPE.int32:
      return int32At(bytes, at)
    case TYPE.string:
      return textOf(bytes, at + STRING_HEAD, at + size - 1)
    case TYPE.boolean:
      return bytes[at] === 1
    case TYPE.null:
      return null
    case TYPE.date:
      load(bytes, at)
      return new Date(Number(asInt64[0]))
    case TYPE.int64:
      load(bytes, at)
      return asInt64[0]
    default:
      return undefined
  }
}

/** An array of plain values; undefined when it holds others. */
function readArray(bytes: Uint8Array, from: number): Value | undefined {
  const values: Value[] = []
  for (let at = from + 4; bytes[at] !== 0; ) {
    const valueAt = afterKey(bytes, at + 1)
    const size = sizeOf(bytes, at, valueAt)
    const value = size === undefined ? undefined : readPlain(bytes, bytes[at] ?? 0, valueAt, size)
    if (size === undefined || value === undefined) return undefined
    values.push(value)
    at = valueAt + size
  }
  return values
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString()
}

function int32At(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)
  return low | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)
}

function load(bytes: Uint8Array, at: number): void {
  for (let i = 0; i < 8; i++) eight[i] = bytes[at + i] ?? 0
}

function pick(document: Fields, names: readonly string[]): Fields {
  const result: MutableFields = {}
  for (const name of names) {
    if (document[name] !== undefined) result[name] = document[name]
  }
  return result
}
