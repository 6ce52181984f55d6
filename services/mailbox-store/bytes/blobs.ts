/**
 * The bytes of messages: stored once per tenant under a keyed hash, compressed in independent frames, so that a range
 * is read without inflating the rest, and handed back exactly. Large parts lie in pieces that messages share.
 */

import { createHmac } from 'node:crypto'
import { concatBytes } from '#lib/base/bytes.ts'
import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { RecentMap } from '#lib/base/recent-map.ts'
import { DuplicateKey } from '#lib/db/port.ts'
import { parseMessage } from '#lib/mime/structure.ts'
import { describeMessage } from '../details.ts'
import type { BlobDocument, Collections, Segment } from '../documents.ts'
import { Cutter, SHARED_BYTES_MIN } from './cutter.ts'
import { compress, decompress } from './frame.ts'
import {
  hasPieces,
  PIECES_AT_ONCE,
  readPieces,
  touchPieces,
  type Wanted,
  writePieces,
} from './pieces.ts'
import { Recent } from './recent.ts'

/** A key is made again when it was forgotten. */
const TENANTS_MAX = 10_000
/** Hashed, looked at and cut in one go. */
const CHUNK_BYTES = 64 * 1024
const DAY_MS = 86_400_000

type Ports = Pick<Collections, 'blobs' | 'pieces'>

/** A message that is stored, and what its document tells of it. */
export interface Taken {
  /** Id of the blob. */
  readonly blob: string
  readonly size: number
  /** See details.ts. */
  readonly details: string
  /** Day since 1970 on which all of it was marked as used: until the end of the next, it is not collected. */
  readonly usedDay: number
}

export class Blobs {
  readonly #collections: Ports
  readonly #secret: string
  readonly #clock: Clock
  readonly #messageBytesMax: number
  readonly #recent = new Recent()
  /** A piece and a message of the same bytes have the same id. */
  readonly #recentPieces = new Recent()
  readonly #tenantKeys = new RecentMap<string, Buffer>(TENANTS_MAX)

  /** Without the secret nobody can tell from an id what is in it. */
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
   * However large it is, some 3 MB of it are held at a time. When it throws, pieces may have been stored that nothing
   * refers to; they are collected in time.
   *
   * @throws {Fault} too-large, and what the source throws
   */
  async take(tenant: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<Taken> {
    if (!(content instanceof Uint8Array)) return this.#takePieces(tenant, content)
    this.#checkSize(content.length)
    if (content.length >= SHARED_BYTES_MIN) return this.#takePieces(tenant, [content])
    const details = describeMessage(parseMessage(content))
    const hash = createHmac('sha256', this.#keyOf(tenant)).update(content).digest('base64url')
    const blob = `${tenant}/${hash}`
    const usedDay = this.#today()
    await this.#putHead({ _id: blob, size: content.length, usedDay }, content)
    return { blob, size: content.length, details, usedDay }
  }

  /** The id that bytes have, stored or not: for whoever compares them with where they lie. */
  async idOf(tenant: string, content: AsyncIterable<Uint8Array>): Promise<string> {
    const hash = createHmac('sha256', this.#keyOf(tenant))
    for await (const bytes of content) hash.update(bytes)
    return `${tenant}/${hash.digest('base64url')}`
  }

  /**
   * Marks what is stored as used, as `take` does: for whoever is about to refer to it once more. Answers what is not
   * there: until it is marked, the message that refers to it may go, and be forgotten with its bytes.
   */
  async touch(ids: Iterable<string>): Promise<ReadonlySet<string>> {
    const day = this.#today()
    const missing = new Set([...ids].filter((id) => !this.#recent.has(id, day)))
    if (missing.size === 0) return missing
    const { blobs, pieces } = this.#collections
    const all = { _id: { $in: [...missing] } }
    const older = { ...all, usedDay: { $lt: day } }
    const layouts: string[] = []
    for await (const { layout } of blobs.find(older, { fields: ['layout'] })) {
      for (const { piece } of layout ?? []) if (piece !== undefined) layouts.push(piece)
    }
    // Pieces first, as when they are stored: a young head has young pieces.
    await touchPieces(layouts, day, pieces)
    await blobs.updateMany(older, { $set: { usedDay: day } })
    for await (const { _id } of blobs.find(all, { fields: ['usedDay'] })) {
      missing.delete(_id)
      this.#recent.add(_id, day)
    }
    return missing
  }

  /** The bytes from `start` up to `end`, frame by frame; only frames are read that some of them lie in. */
  async *read(id: string, start: number, end: number): AsyncGenerator<Uint8Array> {
    if (start >= end) return
    const head = await this.#collections.blobs.findOne({ _id: id })
    if (head === undefined) throw new Error(`The blob ${id} is missing`)
    let first: Uint8Array | undefined
    let wanted: Wanted[] = []
    for (const { piece, size, from, to } of overlaps(head, start, end)) {
      if (piece !== undefined) {
        wanted.push({ piece, size, from, to })
        continue
      }
      yield* readPieces(wanted, this.#collections.pieces)
      wanted = []
      first ??= decompress(head.first, ownBytesOf(head))
      yield first.subarray(from, to)
    }
    yield* readPieces(wanted, this.#collections.pieces)
  }

  async readAll(id: string, start: number, end: number): Promise<Uint8Array> {
    const chunks: Uint8Array[] = []
    for await (const chunk of this.read(id, start, end)) chunks.push(chunk)
    return concatBytes(chunks)
  }

  /** The beginnings of many messages in one question, by id: the whole of what is small, and of others the header. */
  async readFirst(ids: readonly string[]): Promise<Map<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>()
    if (ids.length === 0) return found
    for await (const head of this.#collections.blobs.find({ _id: { $in: ids } })) {
      const segments: readonly Segment[] = head.layout ?? [head]
      const [segment] = segments
      const size = segment === undefined || segment.piece !== undefined ? 0 : segment.size
      found.set(head._id, decompress(head.first, ownBytesOf(head)).subarray(0, size))
    }
    return found
  }

  async #takePieces(
    tenant: string,
    content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): Promise<Taken> {
    const key = this.#keyOf(tenant)
    const hash = createHmac('sha256', key)
    const cutter = new Cutter()
    const ids: string[] = []
    const began = this.#today()
    const write = async () => {
      const contents = cutter.pieces.splice(0)
      const ports = { pieces: this.#collections.pieces, recent: this.#recentPieces }
      const place = { tenant, key, day: this.#today() }
      for (const id of await writePieces(contents, place, ports)) ids.push(id)
    }
    let size = 0
    for await (const chunk of content) {
      for (let at = 0; at < chunk.length; at += CHUNK_BYTES) {
        const bytes = chunk.subarray(at, at + CHUNK_BYTES)
        size += bytes.length
        this.#checkSize(size)
        hash.update(bytes)
        cutter.push(bytes)
        if (cutter.pieces.length >= PIECES_AT_ONCE) await write()
      }
    }
    const { first, layout, parsed } = cutter.finish()
    if (cutter.pieces.length > 0) await write()
    const usedDay = this.#today()
    if (usedDay !== began) await this.#touchAgain(ids, usedDay)
    const segments = layout.map(({ size, piece }) =>
      piece === undefined ? { size } : { size, piece: ids[piece] as string },
    )
    const blob = `${tenant}/${hash.digest('base64url')}`
    const head = { _id: blob, size, usedDay, ...(ids.length > 0 && { layout: segments }) }
    await this.#putHead(head, first)
    return { blob, size, details: describeMessage(parsed), usedDay }
  }

  /** What came before midnight is as young as the rest, however long the rest took; or it has been collected. */
  async #touchAgain(ids: readonly string[], day: number): Promise<void> {
    const { pieces } = this.#collections
    await touchPieces(ids, day, pieces)
    if (!(await hasPieces(ids, pieces))) throw new Fault('unavailable', 'The message took too long')
  }

  /** Goes last: where it is, all pieces are. */
  async #putHead(head: Omit<BlobDocument, 'first'>, first: Uint8Array): Promise<void> {
    const { _id, usedDay } = head
    if (this.#recent.has(_id, usedDay)) return
    const { blobs } = this.#collections
    const document = { ...head, first: compress(first) }
    try {
      await blobs.insertOne(document)
    } catch (error) {
      if (!(error instanceof DuplicateKey)) throw error
      await this.#putHeadAgain(document)
    }
    this.#recent.add(_id, usedDay)
  }

  /** All of it: it may be collected in this instant, and by another version have been laid out in another way. */
  async #putHeadAgain(document: BlobDocument): Promise<void> {
    const { _id, usedDay, size, first, layout } = document
    const update = {
      $set: { size, first, ...(layout && { layout }) },
      ...(layout === undefined && { $unset: { layout: true } as const }),
      // It never becomes older again: someone may count on it since a later day than ours.
      $max: { usedDay },
    }
    try {
      await this.#collections.blobs.updateOne({ _id }, update, { upsert: true })
    } catch (error) {
      if (!(error instanceof DuplicateKey)) throw error
      await this.#putHeadAgain(document)
    }
  }

  #checkSize(size: number): void {
    if (size > this.#messageBytesMax) {
      throw new Fault('too-large', 'The message is too big')
    }
  }

  #today(): number {
    return Math.floor(this.#clock.now() / DAY_MS)
  }

  #keyOf(tenant: string): Buffer {
    let key = this.#tenantKeys.get(tenant)
    if (key === undefined) {
      key = createHmac('sha256', this.#secret).update(`blob/${tenant}`).digest()
      this.#tenantKeys.set(tenant, key)
    }
    return key
  }
}

/** Where the bytes of a range lie: in a piece, or in the head. */
function* overlaps({ size, layout }: BlobDocument, start: number, end: number) {
  let at = 0
  let ownBytes = 0
  const segments: readonly Segment[] = layout ?? [{ size }]
  for (const { size, piece } of segments) {
    const skipped = piece === undefined ? ownBytes : 0
    const from = Math.max(0, start - at)
    const to = Math.min(size, end - at)
    if (from < to) yield { piece, size, from: skipped + from, to: skipped + to }
    at += size
    if (piece === undefined) ownBytes += size
  }
}

/** Bytes that lie in the head. */
function ownBytesOf({ size, layout }: BlobDocument): number {
  if (layout === undefined) return size
  return layout.reduce((sum, one) => sum + (one.piece === undefined ? one.size : 0), 0)
}
