/**
 * Values as bytes that sort, compared byte by byte, as MongoDB sorts the values: the keys of SQLite's
 * index tables, and the comparison of everything that is not a plain pair of numbers or strings.
 *
 * Each value is self-delimiting, so a compound key is its parts in a row. A descending part has every
 * byte inverted. No part begins with 0x00 or 0xff, so `after(part)` lies behind everything that
 * begins with the part.
 */
import type { Value } from './port.ts'

/** First byte of each type, in MongoDB's order of types. The gaps leave room. */
export const TAG = {
  /** What an empty array has in a multikey index: before null, and equal to nothing one can ask for. */
  empty: 0x02,
  null: 0x04,
  number: 0x06,
  string: 0x08,
  object: 0x0a,
  array: 0x0c,
  binary: 0x0e,
  boolean: 0x10,
  date: 0x12,
} as const

export type Tag = (typeof TAG)[keyof typeof TAG]

const SCRATCH_BYTES = 4096

let scratch = Buffer.allocUnsafe(SCRATCH_BYTES)
let position = 0

/** The key of the values in order; `directions[i]` of -1 makes that part descend. */
export function encodeKey(values: readonly Value[], directions: readonly (1 | -1)[]): Buffer {
  position = 0
  for (const [at, value] of values.entries()) {
    const start = position
    writeValue(value)
    if (directions[at] === -1) invert(start)
  }
  return Buffer.from(scratch.subarray(0, position))
}

/** The key of one value, ascending. */
export function encodeValue(value: Value, direction: 1 | -1 = 1): Buffer {
  position = 0
  writeValue(value)
  if (direction === -1) invert(0)
  return Buffer.from(scratch.subarray(0, position))
}

/** The part that marks an empty array. */
export function encodeEmpty(direction: 1 | -1): Buffer {
  return Buffer.of(direction === 1 ? TAG.empty : 0xff - TAG.empty)
}

/** The bound behind every key that begins with `part`. */
export function after(part: Uint8Array): Buffer {
  return Buffer.concat([part, Buffer.of(0xff)])
}

/** The type's place in MongoDB's order. Missing counts as null. */
export function tagOf(value: Value | undefined): Tag {
  if (value === undefined || value === null) return TAG.null
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return TAG.number
    case 'string':
      return TAG.string
    case 'boolean':
      return TAG.boolean
    default:
      if (value instanceof Date) return TAG.date
      if (value instanceof Uint8Array) return TAG.binary
      return Array.isArray(value) ? TAG.array : TAG.object
  }
}

/** Compares as MongoDB sorts: by type, then by value. Missing is null; numbers compare by value. */
export function compareValues(a: Value | undefined, b: Value | undefined): number {
  if (typeof a === 'string' && typeof b === 'string' && a === b) return 0
  if (typeof a === 'number' && typeof b === 'number' && !Number.isNaN(a) && !Number.isNaN(b)) {
    return a < b ? -1 : a > b ? 1 : 0
  }
  return Buffer.compare(encodeValue(a ?? null), encodeValue(b ?? null))
}

/** Whether MongoDB calls the two equal: 5 is 5n, and the order of an object's fields counts. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  return tagOf(a) === tagOf(b) && compareValues(a, b) === 0
}

function writeValue(value: Value | undefined): void {
  const tag = tagOf(value)
  reserve(16)
  scratch[position++] = tag
  switch (tag) {
    case TAG.number:
      writeNumber(value as number | bigint)
      return
    case TAG.string:
      writeString(value as string)
      return
    case TAG.boolean:
      scratch[position++] = value === true ? 2 : 1
      return
    case TAG.date:
      position = scratch.writeBigUInt64BE(
        BigInt.asUintN(64, BigInt((value as Date).getTime()) ^ (1n << 63n)),
        position,
      )
      return
    case TAG.binary:
      writeBinary(value as Uint8Array)
      return
    case TAG.array:
      for (const element of value as readonly Value[]) writeValue(element)
      reserve(1)
      scratch[position++] = 0
      return
    case TAG.object:
      writeObject(value as Readonly<Record<string, Value | undefined>>)
      return
  }
}

/**
 * The double nearest to the number, made sortable, then how far the number is from that double. Rounding
 * never swaps two numbers, so 64-bit integers that share a double are told apart by the remainder alone.
 */
function writeNumber(value: number | bigint): void {
  const double = Number(value)
  if (Number.isNaN(double)) {
    scratch.fill(0, position, position + 10)
    position += 10
    return
  }
  const start = position
  scratch.writeDoubleBE(double === 0 ? 0 : double, start)
  if (double < 0) invertRange(start, start + 8)
  else scratch[start] = (scratch[start] ?? 0) | 0x80
  const remainder = typeof value === 'bigint' ? Number(value - BigInt(double)) : 0
  position = scratch.writeUInt16BE(remainder + 0x8000, start + 8)
}

/** UTF-8, 0x00 as 00 ff, ended by 00 01. */
function writeString(text: string): void {
  reserve(text.length * 6 + 2)
  if (text.includes('\0')) {
    for (const byte of Buffer.from(text)) {
      scratch[position++] = byte
      if (byte === 0) scratch[position++] = 0xff
    }
  } else {
    position += scratch.write(text, position)
  }
  scratch[position++] = 0
  scratch[position++] = 1
}

/** The shorter first, then by bytes, as MongoDB has it. */
function writeBinary(bytes: Uint8Array): void {
  reserve(bytes.length + 4)
  position = scratch.writeUInt32BE(bytes.length, position)
  scratch.set(bytes, position)
  position += bytes.length
}

/** Field by field: type, name, value; `undefined` is missing. */
function writeObject(object: Readonly<Record<string, Value | undefined>>): void {
  for (const [name, value] of Object.entries(object)) {
    if (value === undefined) continue
    reserve(1)
    scratch[position++] = tagOf(value)
    writeString(name)
    writeValue(value)
  }
  reserve(1)
  scratch[position++] = 0
}

function invert(from: number): void {
  invertRange(from, position)
}

function invertRange(from: number, to: number): void {
  for (let at = from; at < to; at++) scratch[at] = 0xff - (scratch[at] ?? 0)
}

function reserve(bytes: number): void {
  if (position + bytes <= scratch.length) return
  const larger = Buffer.allocUnsafe((position + bytes) * 2)
  scratch.copy(larger, 0, 0, position)
  scratch = larger
}
