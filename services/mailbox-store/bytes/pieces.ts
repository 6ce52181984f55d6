/** Pieces in the database: several in one question, and only what is not there already is written. */

import { createHmac } from 'node:crypto'
import { type Collection, DuplicateKey, type Write } from '#lib/db/port.ts'
import type { PieceDocument } from '../documents.ts'
import { compressAside, decompress } from './frame.ts'
import type { Recent } from './recent.ts'

/** Pieces of one question: 1 MB. */
export const PIECES_AT_ONCE = 4
const TOUCHED_AT_ONCE = 1000

type Pieces = Pick<Collection<PieceDocument>, 'find' | 'count' | 'updateMany' | 'bulkWrite'>

/** Where pieces are put: the tenant whose they are, with its key, and the day. */
export interface PiecePlace {
  readonly tenant: string
  readonly key: Buffer
  readonly day: number
}

/** Stores pieces and tells their ids, in order. What is there is marked as used. */
export async function writePieces(
  contents: readonly Uint8Array[],
  place: PiecePlace,
  { pieces, recent }: { pieces: Pieces; recent: Recent },
): Promise<string[]> {
  const { tenant, key, day } = place
  const ids = contents.map((content) => pieceId(tenant, key, content))
  const unknown = new Map(ids.map((id, i) => [id, contents[i] as Uint8Array]))
  for (const id of ids) if (recent.has(id, day)) unknown.delete(id)
  if (unknown.size === 0) {
    await othersTurn()
    return ids
  }
  const young = { _id: { $in: [...unknown.keys()] }, usedDay: { $gte: day } }
  for await (const { _id } of pieces.find(young, { fields: ['usedDay'] })) {
    unknown.delete(_id)
    recent.add(_id, day)
  }
  const writes = await Promise.all([...unknown].map(([_id, one]) => putPiece(_id, one, day)))
  if (writes.length > 0) await insistently(() => pieces.bulkWrite(writes))
  for (const id of unknown.keys()) recent.add(id, day)
  return ids
}

/** One write whether or not it is there: whoever collects it at this instant is either before or behind. */
async function putPiece(
  _id: string,
  bytes: Uint8Array,
  day: number,
): Promise<Write<PieceDocument>> {
  const content = await compressAside(bytes)
  const update = { $max: { usedDay: day }, $setOnInsert: { content } }
  return { kind: 'update', filter: { _id }, update, upsert: true }
}

/** Two that put the same at once may both find nothing: the one that loses finds it the next time. */
async function insistently(write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!(error instanceof DuplicateKey)) throw error
    await insistently(write)
  }
}

/** Marks pieces as used. */
export async function touchPieces(ids: Iterable<string>, day: number, pieces: Pieces) {
  const all = [...new Set(ids)]
  for (let i = 0; i < all.length; i += TOUCHED_AT_ONCE) {
    const some = { _id: { $in: all.slice(i, i + TOUCHED_AT_ONCE) }, usedDay: { $lt: day } }
    await pieces.updateMany(some, { $set: { usedDay: day } })
  }
}

/** Whether all of them are there. */
export async function hasPieces(ids: Iterable<string>, pieces: Pieces): Promise<boolean> {
  const all = [...new Set(ids)]
  for (let i = 0; i < all.length; i += TOUCHED_AT_ONCE) {
    const some = all.slice(i, i + TOUCHED_AT_ONCE)
    if ((await pieces.count({ _id: { $in: some } })) < some.length) return false
  }
  return true
}

/** Bytes of a piece. */
export interface Wanted {
  readonly piece: string
  /** Of all of it. */
  readonly size: number
  readonly from: number
  readonly to: number
}

/** What is wanted of pieces, in order; of each group one question. */
export async function* readPieces(
  wanted: readonly Wanted[],
  pieces: Pieces,
): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < wanted.length; i += PIECES_AT_ONCE) {
    if (i > 0) await othersTurn()
    const group = wanted.slice(i, i + PIECES_AT_ONCE)
    const ids = new Set(group.map(({ piece }) => piece))
    const found = new Map<string, Uint8Array>()
    for await (const { _id, content } of pieces.find({ _id: { $in: [...ids] } })) {
      found.set(_id, content)
    }
    for (const { piece, size, from, to } of group) {
      const content = found.get(piece)
      if (content === undefined) throw new Error(`The piece ${piece} is missing`)
      yield decompress(content, size).subarray(from, to)
    }
  }
}

function pieceId(tenant: string, key: Buffer, content: Uint8Array): string {
  return `${tenant}/${createHmac('sha256', key).update(content).digest('base64url')}`
}

/** Between the megabytes: neither what is remembered nor SQLite makes anyone wait, and so let others in. */
function othersTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
