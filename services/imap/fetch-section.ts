import { concatBytes } from '#lib/base/bytes.ts'
import type { SectionAttribute } from '#lib/imap/fetch-attribute.ts'
import { pickHeaderFields } from '#lib/imap/header-fields.ts'
import { cutPartial, findSection } from '#lib/imap/section.ts'
import type { ByteRange } from '#lib/mime/section.ts'
import type { FetchedMessage } from './mail-store.ts'
import { mailboxKey, type SelectedSession } from './session.ts'
import { Disconnected } from './wire.ts'

/** One question to the store: short enough that a slow client has taken it before its deadline. */
const READ_BYTES = 1024 * 1024
/** A header inside a message that is larger is cut off here before its fields are picked. */
const HEADER_BYTES_MAX = 1024 * 1024

/**
 * Writes one BODY[…] item, behind the text `before`. What is not at hand is read from the store in pieces and written as fast as
 * the client takes them, so that the largest mail costs no more memory than a small one.
 *
 * Nothing is written when it throws anything but Disconnected.
 *
 * @throws {Disconnected} when the bytes end too soon: half a literal can only be answered by hanging up
 */
export async function writeSection(
  before: string,
  { label, section, partial }: SectionAttribute,
  message: FetchedMessage,
  session: SelectedSession,
): Promise<void> {
  const { wire } = session
  const name = before + label
  const range = findSection(section, message)
  if (range === undefined) return wire.write(`${name} NIL`)
  if (section.fields.length === 0) {
    return writeRange(name, cutPartial(range, partial), message, session)
  }
  const header = { start: range.start, end: Math.min(range.end, range.start + HEADER_BYTES_MAX) }
  const chunks: Uint8Array[] = []
  for await (const chunk of readRange(header, message, session)) chunks.push(chunk)
  const picked = pickHeaderFields(concatBytes(chunks), section)
  const { start, end } = cutPartial({ start: 0, end: picked.length }, partial)
  wire.write(`${name} {${end - start}}\r\n`)
  wire.write(picked.subarray(start, end))
}

async function writeRange(
  name: string,
  range: ByteRange,
  message: FetchedMessage,
  session: SelectedSession,
): Promise<void> {
  const { wire } = session
  let missing = range.end - range.start
  const chunks = readRange(range, message, session)[Symbol.asyncIterator]()
  // The first piece before the literal is announced: a message that is gone is still a plain NO then.
  let next = await chunks.next()
  wire.write(`${name} {${missing}}\r\n`)
  try {
    while (next.done !== true) {
      missing -= next.value.length
      if (missing < 0) break
      wire.write(next.value)
      await session.drained()
      next = await chunks.next()
    }
  } catch (cause) {
    throw new Disconnected('A message could not be read to its end', { cause })
  } finally {
    await chunks.return?.(undefined)
  }
  if (missing !== 0) throw new Disconnected('A message has another size than it should')
}

async function* readRange(
  { start, end }: ByteRange,
  message: FetchedMessage,
  session: SelectedSession,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (start >= end) return
  const { content, header } = message
  if (content !== null) yield content.subarray(start, end)
  else if (header !== null && end <= header.length) yield header.subarray(start, end)
  else yield* readPieces({ start, end }, message, session)
}

async function* readPieces(
  { start, end }: ByteRange,
  { uid }: FetchedMessage,
  session: SelectedSession,
) {
  for (let at = start; at < end; at += READ_BYTES) {
    const piece = { start: at, end: Math.min(end, at + READ_BYTES) }
    yield* session.store.read(mailboxKey(session), uid, piece)
  }
}
