/**
 * The bytes of messages: stored once per tenant under a keyed hash, compressed in independent frames, so that a range
 * is read without inflating the rest, and handed back exactly.
 */

import { createHmac } from 'node:crypto'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { concatBytes } from '#lib/base/bytes.ts'
import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { DuplicateKey } from '#lib/db/port.ts'
import { describeMessage } from '../details.ts'
import type { BlobDocument, Collections, PieceDocument } from '../documents.ts'

/** Bytes of a message in one frame. */
export const FRAME_BYTES = 128 * 1024
/** Frames in one piece: below 1 MB even when nothing can be compressed. */
const PIECE_FRAMES = 7
const HASHED_AT_ONCE = 1024 * 1024
const RECENT_MAX = 10_000
const DAY_MS = 86_400_000
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 3 } }

type Ports = Pick<Collections, 'blobs' | 'pieces'>

/** A message that is stored, and what its document tells of it. */
export interface Taken {
  /** Id of the blob. */
  readonly blob: string
  readonly size: number
  /** See details.ts. */
  readonly details: string
}

export class Blobs {
  readonly #collections: Ports
  readonly #secret: string
  readonly #clock: Clock
  readonly #messageBytesMax: number
  /** Stored or touched by this process on the day: nothing has to be written again. */
  readonly #recent = new Map<string, number>()
  readonly #tenantKeys = new Map<string, Buffer>()

  constructor(
    collections: Ports,
    secret: string,
    clock: Clock,
    messageBytesMax = Number.POSITIVE_INFINITY,
  ) {
    this.#collections = collections
    this.#secret = secret
    this.#clock = clock
    this.#messageBytesMax = messageBytesMax
  }

  /**
   * Stores a message, whole or as it comes, durably, and describes it. Content that the tenant has already is only
   * marked as used, so that collecting what is unreferenced leaves it alone until the append that needs it is committed.
   *
   * @throws {Fault} too-large
   */
  async take(tenant: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<Taken> {
    const bytes = content instanceof Uint8Array ? content : await this.#collect(content)
    if (bytes.length > this.#messageBytesMax) throw new Fault('too-large', 'The message is too big')
    const details = describeMessage(bytes)
    return { blob: await this.put(tenant, bytes), size: bytes.length, details }
  }

  /**
   * Stores bytes, durably, and answers their id. Content that the tenant has already is only marked as used, so
   * that collecting what is unreferenced leaves it alone until the append that needs it is committed.
   */
  async put(tenant: string, bytes: Uint8Array): Promise<string> {
    const id = `${tenant}/${await this.#hash(tenant, bytes)}`
    const day = this.#today()
    if (this.#recent.get(id) === day) return id
    if (bytes.length <= FRAME_BYTES) await this.#putSmall(id, bytes, day)
    else await this.#putLarge(id, bytes, day)
    this.#remember(id, day)
    return id
  }

  /** Marks what is stored as used, as `put` does: for whoever is about to refer to it once more. */
  async touch(ids: Iterable<string>): Promise<void> {
    const day = this.#today()
    for (const id of new Set(ids)) {
      if (this.#recent.get(id) === day) continue
      const usedDay = { $lt: day }
      await this.#collections.blobs.updateOne({ _id: id, usedDay }, { $set: { usedDay: day } })
      await this.#touchPieces(id, day)
      this.#remember(id, day)
    }
  }

  /** The bytes from `start` up to `end`, frame by frame. */
  async *read(id: string, start: number, end: number): AsyncGenerator<Uint8Array> {
    if (start >= end) return
    let piece: PieceDocument | undefined
    const last = Math.floor((end - 1) / FRAME_BYTES)
    for (let frame = Math.floor(start / FRAME_BYTES); frame <= last; frame++) {
      let compressed: Uint8Array
      if (frame === 0) {
        compressed = (await this.#head(id)).first
      } else {
        const place = (frame - 1) % PIECE_FRAMES
        if (piece === undefined || place === 0) piece = await this.#piece(id, frame)
        compressed = piece.content.subarray(piece.ends[place - 1] ?? 0, piece.ends[place])
      }
      const bytes = zstdDecompressSync(compressed)
      const offset = frame * FRAME_BYTES
      yield bytes.subarray(Math.max(0, start - offset), Math.min(bytes.length, end - offset))
    }
  }

  async readAll(id: string, start: number, end: number): Promise<Uint8Array> {
    const chunks: Uint8Array[] = []
    for await (const chunk of this.read(id, start, end)) chunks.push(chunk)
    return concatBytes(chunks)
  }

  /** The first frames of many blobs in one question, by id: headers and small messages. */
  async readFirst(ids: readonly string[]): Promise<Map<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>()
    if (ids.length === 0) return found
    for await (const { _id, first } of this.#collections.blobs.find({ _id: { $in: ids } })) {
      found.set(_id, zstdDecompressSync(first))
    }
    return found
  }

  async #collect(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of content) {
      size += chunk.length
      if (size > this.#messageBytesMax) throw new Fault('too-large', 'The message is too big')
      chunks.push(chunk)
    }
    return concatBytes(chunks)
  }

  async #putSmall(id: string, bytes: Uint8Array, day: number): Promise<void> {
    await this.#insert({ _id: id, size: bytes.length, first: compress(bytes), usedDay: day })
  }

  /** The head goes last: where it is, all pieces are. */
  async #putLarge(id: string, bytes: Uint8Array, day: number): Promise<void> {
    const known = await this.#collections.blobs.findOne({ _id: id }, { fields: ['size'] })
    if (known === undefined) {
      const frames = Math.ceil(bytes.length / FRAME_BYTES)
      for (let frame = 1; frame < frames; frame += PIECE_FRAMES) {
        const document = makePiece(id, bytes, frame, day)
        await this.#collections.pieces.replaceOne({ _id: document._id }, document, { upsert: true })
      }
    } else {
      await this.#touchPieces(id, day)
    }
    const first = compress(bytes.subarray(0, FRAME_BYTES))
    await this.#insert({ _id: id, size: bytes.length, first, usedDay: day })
  }

  async #touchPieces(id: string, day: number): Promise<void> {
    const _id = { $gte: `${id}/`, $lt: `${id}0` }
    const older = { _id, usedDay: { $lt: day } }
    await this.#collections.pieces.updateMany(older, { $set: { usedDay: day } })
  }

  async #insert(document: BlobDocument): Promise<void> {
    const { _id, usedDay } = document
    for (;;) {
      try {
        return await this.#collections.blobs.insertOne(document)
      } catch (error) {
        if (!(error instanceof DuplicateKey)) throw error
      }
      const older = { _id, usedDay: { $lt: usedDay } }
      const touched = await this.#collections.blobs.updateOne(older, { $set: { usedDay } })
      if (touched.matched === 1) return
      // Young already; or collected in this instant, and then it is stored again.
      if (await this.#collections.blobs.findOne({ _id }, { fields: ['usedDay'] })) return
    }
  }

  async #head(id: string): Promise<BlobDocument> {
    const head = await this.#collections.blobs.findOne({ _id: id })
    if (head === undefined) throw new Error(`The blob ${id} is missing`)
    return head
  }

  async #piece(id: string, frame: number): Promise<PieceDocument> {
    const piece = await this.#collections.pieces.findOne({ _id: pieceKey(id, frame) })
    if (piece === undefined) throw new Error(`A piece of the blob ${id} is missing`)
    return piece
  }

  #today(): number {
    return Math.floor(this.#clock.now() / DAY_MS)
  }

  #remember(id: string, day: number): void {
    this.#recent.delete(id)
    this.#recent.set(id, day)
    if (this.#recent.size <= RECENT_MAX) return
    for (const oldest of this.#recent.keys()) {
      this.#recent.delete(oldest)
      return
    }
  }

  async #hash(tenant: string, bytes: Uint8Array): Promise<string> {
    const hmac = createHmac('sha256', this.#tenantKey(tenant))
    for (let i = 0; i < bytes.length; i += HASHED_AT_ONCE) {
      // Others have their turn between the megabytes.
      if (i > 0) await new Promise((resolve) => setImmediate(resolve))
      hmac.update(bytes.subarray(i, i + HASHED_AT_ONCE))
    }
    return hmac.digest('base64url')
  }

  #tenantKey(tenant: string): Buffer {
    let key = this.#tenantKeys.get(tenant)
    if (key === undefined) {
      key = createHmac('sha256', this.#secret).update(`blob/${tenant}`).digest()
      this.#tenantKeys.set(tenant, key)
    }
    return key
  }
}

function pieceKey(id: string, frame: number): string {
  const number = Math.floor((frame - 1) / PIECE_FRAMES)
  return `${id}/${String(number).padStart(6, '0')}`
}

function makePiece(id: string, bytes: Uint8Array, frame: number, usedDay: number): PieceDocument {
  const frames: Uint8Array[] = []
  const ends: number[] = []
  let end = 0
  for (let i = frame; i < frame + PIECE_FRAMES && i * FRAME_BYTES < bytes.length; i++) {
    const compressed = compress(bytes.subarray(i * FRAME_BYTES, (i + 1) * FRAME_BYTES))
    end += compressed.length
    frames.push(compressed)
    ends.push(end)
  }
  return { _id: pieceKey(id, frame), ends, content: Buffer.concat(frames), usedDay }
}

/**
 * A frame takes 0.1 to 0.2 ms: less than another thread would cost. The size told in advance halves it, since zstd then
 * makes its tables no larger than they have to be.
 */
function compress(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes, { ...COMPRESSION, pledgedSrcSize: bytes.length })
}
