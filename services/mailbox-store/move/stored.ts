import type { Blobs } from '../bytes/blobs.ts'
import type { DraftMessage } from '../commit/staged.ts'
import type { Collections } from '../documents.ts'
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
    await ports.blobs.touch(messages.map(({ blob }) => blob))
    for (const { uid, flags, size, internalDate, blob, mailId, details } of messages) {
      yield { uid, flags, message: { size, internalDate, blob, mailId, details } }
    }
  }
}
