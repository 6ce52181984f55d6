/**
 * The bytes of large mails, in pieces beside the mail itself.
 *
 * Pieces are written first and acknowledged, then the mail that refers to them. So a mail always has its pieces;
 * pieces without a mail are left by a publisher that died, or of a mail that is settled, and go later.
 */

import { Fault } from '#lib/base/fault.ts'
import type { Jet } from './jetstream.ts'
import { cut, PIECE_BYTES, type SpoolSubjects } from './message.ts'

/** Pieces of one mail that are on their way to the disk at a time. */
const IN_FLIGHT_MAX = 4

/** The bytes of a mail are not where its entry says: our own bug, or a damaged disk. */
export class BytesMissing extends Error {
  override readonly name = 'BytesMissing'
}

export class SpoolBytes {
  readonly #jet: Jet
  readonly #subjects: SpoolSubjects

  constructor(jet: Jet, subjects: SpoolSubjects) {
    this.#jet = jet
    this.#subjects = subjects
  }

  /** Resolves with the number of pieces once all are acknowledged; holds a few of them in memory. */
  async write(mailId: string, source: AsyncIterable<Uint8Array>): Promise<number> {
    const writing = new Set<Promise<void>>()
    let failure: { error: unknown } | undefined
    let count = 0
    try {
      for await (const piece of cut(source, PIECE_BYTES)) {
        // Without an id: the server would take a piece that was removed since for one that it has.
        const write: Promise<void> = this.#jet
          .publish(this.#subjects.piece(mailId, count++), piece)
          .catch((error: unknown) => {
            failure ??= { error }
          })
          .finally(() => writing.delete(write))
        writing.add(write)
        if (writing.size >= IN_FLIGHT_MAX) await Promise.race(writing)
        if (failure !== undefined) break
      }
    } finally {
      // Also when the source failed: what lands after its mail was given up would stay.
      await Promise.all(writing)
    }
    if (failure !== undefined) throw failure.error
    return count
  }

  /** The pieces in order, the next one asked for while the last one is worked on. */
  async *read(mailId: string, count: number): AsyncGenerator<Uint8Array> {
    if (count === 0) return
    let next = this.#piece(mailId, 0)
    for (let index = 0; index < count; index++) {
      const piece = await next
      if (index + 1 < count) {
        next = this.#piece(mailId, index + 1)
        next.catch(() => undefined)
      }
      yield piece
    }
  }

  /** Removes the pieces of a mail, now or never. */
  async remove(mailId: string): Promise<void> {
    const { manager } = await this.#jet.client(0)
    await manager.streams.purge(this.#subjects.stream, { filter: this.#subjects.pieces(mailId) })
  }

  async #piece(mailId: string, index: number): Promise<Uint8Array> {
    const query = { last_by_subj: this.#subjects.piece(mailId, index) }
    const { manager } = await this.#jet.client()
    const { stream } = this.#subjects
    try {
      const found =
        (await manager.direct.getMessage(stream, query)) ??
        // A replica may answer that has not got it yet; the leader has.
        (await manager.streams.getMessage(stream, query))
      if (found !== null) return found.data
    } catch (error) {
      throw new Fault('unavailable', 'The queue is unavailable', { cause: error })
    }
    throw new BytesMissing(`Piece ${index} of ${mailId} is missing`)
  }
}
