/** What lies in the spool: the form of its messages, and their subjects. Knows no NATS. */

import assert from 'node:assert/strict'
import { Fault } from '#lib/base/fault.ts'
import { decodeEnvelope, type Envelope, encodeEnvelope } from '#lib/mail/envelope.ts'

/** Up to here a mail travels in the message itself, envelope included. */
export const INLINE_BYTES_MAX = 512 * 1024
/** A larger one lies beside it in pieces of this size. */
export const PIECE_BYTES = 256 * 1024

const LENGTH_BYTES = 4

/** The subjects of one shard. Each piece has its own, so that writing it again replaces it. */
export function spoolSubjects(shard: number) {
  return {
    stream: `SPOOL-${shard}`,
    all: [`spool.${shard}`, `spool.${shard}.large.*`, `spool.${shard}.bytes.*.*`],
    /** Of mails; what a consumer is given. */
    mails: [`spool.${shard}`, `spool.${shard}.large.*`],
    small: `spool.${shard}`,
    /** Of the mail whose bytes lie beside it. */
    large: (mailId: string) => `spool.${shard}.large.${token(mailId)}`,
    piece: (mailId: string, index: number) => `spool.${shard}.bytes.${token(mailId)}.${index}`,
    pieces: (mailId: string) => `spool.${shard}.bytes.${token(mailId)}.*`,
    /** Of the first piece of every large mail. */
    firstPieces: `spool.${shard}.bytes.*.0`,
    allLarge: `spool.${shard}.large.*`,
  } as const
}

export type SpoolSubjects = ReturnType<typeof spoolSubjects>

/** The dead letters: one subject per mail, so that a repeated copy replaces the first. */
export const DEAD = {
  stream: 'DEAD',
  all: ['dead.>'],
  mail: (name: string) => `dead.mail.${token(name)}`,
  piece: (name: string, index: number) => `dead.bytes.${token(name)}.${index}`,
} as const

/** The mail id in a subject made by `large` or `piece`. */
export function mailIdOf(subject: string): string {
  return subject.split('.')[3] ?? ''
}

/** Four bytes of length, the envelope, then the bytes of the mail, if they travel along. */
export function packMail(envelope: Envelope, body: readonly Uint8Array[]): Uint8Array {
  const head = encodeEnvelope(envelope)
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32BE(head.length)
  return Buffer.concat([length, head, ...body])
}

/** @throws {Fault} invalid */
export function unpackMail(packed: Uint8Array): { envelope: Envelope; body: Uint8Array } {
  const view = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength)
  const length = view.length < LENGTH_BYTES ? Number.POSITIVE_INFINITY : view.readUInt32BE()
  const start = LENGTH_BYTES + length
  if (start > view.length) throw new Fault('invalid', 'Not a mail of the spool')
  return {
    envelope: decodeEnvelope(view.subarray(LENGTH_BYTES, start)),
    body: view.subarray(start),
  }
}

/** Cuts a stream anew, into pieces of exactly `size` and a last one of at most that. */
export async function* cut(
  source: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array> {
  let piece = Buffer.allocUnsafe(size)
  let filled = 0
  for await (const part of source) {
    for (let taken = 0; taken < part.length; ) {
      const room = Math.min(size - filled, part.length - taken)
      piece.set(part.subarray(taken, taken + room), filled)
      filled += room
      taken += room
      if (filled === size) {
        yield piece
        piece = Buffer.allocUnsafe(size)
        filled = 0
      }
    }
  }
  if (filled > 0) yield piece.subarray(0, filled)
}

function token(text: string): string {
  assert(/^[A-Za-z0-9_-]{1,64}$/.test(text), 'a mail id must be one word')
  return text
}
