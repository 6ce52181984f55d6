/**
 * The envelope and bytes of mails that have entries: stored before the first entry, removed after the last.
 *
 * Who removes them and who adds an entry may be two processes at the same instant. So the one marks the mail as doomed, looks
 * once more whether there is an entry, and removes it only while it is still marked; the other takes the mark away after its
 * entry is there, and stores everything again when the mail is gone. Pieces carry the name of their writing, so that the
 * removal of old ones never takes new ones.
 */

import { zstdCompress, zstdDecompress } from 'node:zlib'
import { toBuffer } from '#lib/base/bytes.ts'
import type { Clock, Random } from '#lib/base/clock.ts'
import { DuplicateKey } from '#lib/db/port.ts'
import { decodeEnvelope, encodeEnvelope } from '#lib/mail/envelope.ts'
import type { Collections, QueuedMailDocument } from '../documents.ts'
import { type Mail, MailUnreadable } from '../mail.ts'

export interface BodyParts {
  readonly collections: Pick<Collections, 'entries' | 'queuedMails' | 'bodies'>
  readonly clock: Pick<Clock, 'now'>
  readonly random: Random
}

const PIECE_BYTES = 1024 * 1024

type Storing = WeakMap<Mail, Promise<void>>

/** Mails that are being stored, by where: one for thousands of destinations must not be written thousands of times. */
const storingIn = new WeakMap<Collections['bodies'], Storing>()

/** Resolves once envelope and bytes are stored; an entry may refer to them then. Safe to repeat, and all at once. */
export async function storeMail(mail: Mail, parts: BodyParts): Promise<void> {
  const { bodies } = parts.collections
  const storing: Storing = storingIn.get(bodies) ?? new WeakMap()
  storingIn.set(bodies, storing)
  const stored = storing.get(mail) ?? store(mail, parts).finally(() => storing.delete(mail))
  storing.set(mail, stored)
  await stored
}

async function store(mail: Mail, parts: BodyParts): Promise<void> {
  const { queuedMails, bodies } = parts.collections
  const { mailId } = mail.envelope
  if ((await queuedMails.findOne({ _id: mailId }, { fields: ['pieces'] })) !== undefined) return
  const generation = Buffer.from(parts.random(6)).toString('hex')
  const at = new Date(parts.clock.now())
  let pieces = 0
  for await (const piece of cut(mail.stream())) {
    const bytes = await compress(piece)
    await bodies.insertOne({ _id: pieceId(mailId, generation, pieces), bytes, at })
    pieces += 1
  }
  const envelope = encodeEnvelope(mail.envelope)
  try {
    await queuedMails.insertOne({ _id: mailId, envelope, pieces, generation, queuedAt: at })
  } catch (error) {
    if (!(error instanceof DuplicateKey)) throw error
    // Another process stored the same; nobody will ever read ours.
    await removePieces({ _id: mailId, pieces, generation }, parts)
  }
}

/** To be called after an entry was added: sees to it that its mail is there, and stays. */
export async function keepMail(mail: Mail, parts: BodyParts): Promise<void> {
  const { queuedMails } = parts.collections
  for (;;) {
    const kept = await queuedMails.updateOne(
      { _id: mail.envelope.mailId },
      { $unset: { doomed: true } },
    )
    if (kept.matched > 0) return
    await storeMail(mail, parts)
  }
}

/** Removes the mail when no entry of it is left. */
export async function dropMail(mailId: string, parts: BodyParts): Promise<void> {
  const { queuedMails, entries } = parts.collections
  const hasEntries = async () =>
    (await entries.findOne({ mailId }, { fields: ['mailId'] })) !== undefined
  if (await hasEntries()) return
  const doomed = Buffer.from(parts.random(6)).toString('hex')
  const found = await queuedMails.findOneAndUpdate({ _id: mailId }, { $set: { doomed } })
  if (found === undefined || (await hasEntries())) return
  if (await queuedMails.deleteOne({ _id: mailId, doomed })) await removePieces(found, parts)
}

/** The mail as it was stored. @throws {MailUnreadable} on reading, when a piece is missing or damaged */
export async function openMail(mailId: string, parts: BodyParts): Promise<Mail | undefined> {
  const stored = await parts.collections.queuedMails.findOne({ _id: mailId })
  if (stored === undefined) return undefined
  const stream = () => readPieces(stored, parts)
  return {
    envelope: decodeEnvelope(stored.envelope),
    stream,
    read: async () => Buffer.concat(await Array.fromAsync(stream())),
  }
}

async function* readPieces(
  { _id, generation = '', pieces }: QueuedMailDocument,
  { collections }: BodyParts,
): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < pieces; index++) {
    const piece = await collections.bodies.findOne({ _id: pieceId(_id, generation, index) })
    if (piece === undefined) throw new MailUnreadable(new Error(`Piece ${index} of ${_id} is gone`))
    yield await decompress(piece.bytes).catch((error: unknown) => {
      throw new MailUnreadable(error)
    })
  }
}

async function removePieces(
  { _id, generation = '', pieces }: Pick<QueuedMailDocument, '_id' | 'generation' | 'pieces'>,
  { collections }: BodyParts,
): Promise<void> {
  for (let index = 0; index < pieces; index++) {
    await collections.bodies.deleteOne({ _id: pieceId(_id, generation, index) })
  }
}

function pieceId(mailId: string, generation: string, index: number): string {
  return `${mailId}/${generation}/${String(index).padStart(6, '0')}`
}

/** Pieces of the same size; the last is what is left. */
async function* cut(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of stream) {
    let rest = chunk
    while (bytes + rest.length >= PIECE_BYTES) {
      const wanted = PIECE_BYTES - bytes
      yield Buffer.concat([...chunks, rest.subarray(0, wanted)])
      rest = rest.subarray(wanted)
      chunks = []
      bytes = 0
    }
    if (rest.length > 0) chunks.push(rest)
    bytes += rest.length
  }
  if (bytes > 0) yield Buffer.concat(chunks)
}

function compress(bytes: Uint8Array): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  zstdCompress(bytes, (error, result) => (error ? reject(error) : resolve(result)))
  return promise
}

function decompress(bytes: Uint8Array): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  const done = (error: Error | null, result: Uint8Array) =>
    error ? reject(error) : resolve(result)
  zstdDecompress(toBuffer(bytes), { maxOutputLength: PIECE_BYTES }, done)
  return promise
}
