import type { Blobs } from '../bytes/blobs.ts'
import type { DraftMessage } from '../commit/staged.ts'
import type { Collections, MessageDocument } from '../documents.ts'
import { readMessages } from '../fetch.ts'

/** Documents that are read at a time. */
const GROUP = 200

export interface StoredMessage {
  readonly uid: number
  readonly flags: readonly number[]
  readonly message: Omit<DraftMessage, 'flags'>
}

/**
 * Messages as they are stored, some at a time, without those that have gone meanwhile. Their contents are marked as
 * used: their mailbox may forget them, and then only this keeps them until the commit that comes.
 */
export async function* messagesOf(
  source: string,
  uids: readonly number[],
  ports: { readonly collections: Pick<Collections, 'messages'>; readonly blobs: Blobs },
): AsyncGenerator<StoredMessage> {
  for (let i = 0; i < uids.length; i += GROUP) {
    const messages = await readMessages(source, uids.slice(i, i + GROUP), ports)
    const missing = await ports.blobs.touch(messages.map(({ blob }) => blob))
    const gone = await findGone(source, messages, missing, ports)
    for (const { uid, flags, size, internalDate, blob, mailId, details } of messages) {
      if (gone.has(uid)) continue
      yield { uid, flags, message: { size, internalDate, blob, mailId, details } }
    }
  }
}

/** Messages without bytes that have gone since they were read; one that is still there is damaged, and must not get lost. */
async function findGone(
  source: string,
  messages: readonly MessageDocument[],
  missing: ReadonlySet<string>,
  ports: { readonly collections: Pick<Collections, 'messages'> },
): Promise<ReadonlySet<number>> {
  const uids = messages.filter(({ blob }) => missing.has(blob)).map(({ uid }) => uid)
  if (uids.length === 0) return new Set()
  const still = await readMessages(source, uids, ports)
  return new Set(uids).difference(new Set(still.map(({ uid }) => uid)))
}
