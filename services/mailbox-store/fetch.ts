/** What was stored at append, read back: details, headers, contents, and bytes by range. */

import { Fault } from '#lib/base/fault.ts'
import type { Blobs } from './bytes/blobs.ts'
import type { Committer } from './commit/committer.ts'
import { type Details, parseDetails } from './details.ts'
import { type Collections, type MessageDocument, mailboxKey, messageKey } from './documents.ts'

export interface Fetch {
  readonly account: string
  readonly mailbox: string
  readonly uids: string
  readonly envelope: boolean
  readonly structure: boolean
  readonly header: boolean
  /** 0: no contents. */
  readonly contentBytesMax: number
}

export interface Fetched {
  readonly message: MessageDocument
  readonly details: Details
  readonly header?: Uint8Array
  readonly content?: Uint8Array
}

export interface FetchPorts {
  readonly collections: Pick<Collections, 'messages'>
  readonly committer: Committer
  readonly blobs: Blobs
}

/** Messages whose bytes are asked for together. */
const GROUP = 32
/** What waits for a reader that has stalled is a fixed number of chunks: they have to be small. */
const CHUNK_BYTES_MAX = 64 * 1024

/**
 * Messages in ascending order of their UIDs; what is not there (any more) is left out.
 *
 * @throws {Fault} not-found, invalid
 */
export async function* fetch(request: Fetch, ports: FetchPorts): AsyncGenerator<Fetched> {
  const key = mailboxKey(request.account, request.mailbox)
  const uids = await visibleUids(key, request.uids, ports)
  const wantsBytes = request.header || request.contentBytesMax > 0
  for (let i = 0; i < uids.length; i += GROUP) {
    const messages = await readMessages(key, uids.slice(i, i + GROUP), ports)
    const ids = wantsBytes ? [...new Set(messages.map(({ blob }) => blob))] : []
    const firsts = await ports.blobs.readFirst(ids)
    for (const message of messages) yield toFetched(request, message, firsts, ports.blobs)
  }
}

/**
 * The bytes [offset, offset + length) of a message, in chunks of at most 64 kB; a length of 0 is all the rest.
 *
 * @throws {Fault} not-found
 */
export async function* read(
  place: { account: string; mailbox: string; uid: number; offset: number; length: number },
  ports: FetchPorts,
): AsyncGenerator<Uint8Array> {
  const key = mailboxKey(place.account, place.mailbox)
  const [uid] = await visibleUids(key, String(place.uid), ports)
  const [message] = uid === undefined ? [] : await readMessages(key, [uid], ports)
  if (message === undefined) throw new Fault('not-found', 'No such message')
  const end =
    place.length === 0 ? message.size : Math.min(message.size, place.offset + place.length)
  for await (const bytes of ports.blobs.read(message.blob, place.offset, end)) {
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES_MAX) {
      yield bytes.subarray(at, at + CHUNK_BYTES_MAX)
    }
  }
}

/** Documents of messages that live, in the order of the UIDs given. */
export async function readMessages(
  key: string,
  uids: readonly number[],
  ports: { readonly collections: Pick<Collections, 'messages'> },
): Promise<MessageDocument[]> {
  const found = new Map<number, MessageDocument>()
  const _id = { $in: uids.map((uid) => messageKey(key, uid)) }
  for await (const message of ports.collections.messages.find({ _id })) {
    if (message.expiresAt === undefined) found.set(message.uid, message)
  }
  return uids.map((uid) => found.get(uid)).filter((message) => message !== undefined)
}

/** Asked of the view, and not of the documents: what is not committed as a whole is not there. */
async function visibleUids(key: string, set: string, { committer }: FetchPorts): Promise<number[]> {
  return committer
    .mailbox(key)
    .read(true, ({ view }) => view.select(set).map((index) => view.uidAt(index)))
}

async function toFetched(
  request: Fetch,
  message: MessageDocument,
  firsts: ReadonlyMap<string, Uint8Array>,
  blobs: Blobs,
): Promise<Fetched> {
  const details = parseDetails(message.details)
  const first = firsts.get(message.blob)
  const bytesTo = async (end: number): Promise<Uint8Array> =>
    first && end <= first.length ? first.subarray(0, end) : blobs.readAll(message.blob, 0, end)
  return {
    message,
    details,
    ...(request.header && { header: await bytesTo(details.headerEnd) }),
    ...(message.size <= request.contentBytesMax && { content: await bytesTo(message.size) }),
  }
}
