import { Fault } from '#lib/base/fault.ts'
import type { AppendBatchResponse } from '#proto/types/hikyaku/mailbox_store/AppendBatchResponse.ts'
import type { AppendPiece__Output } from '#proto/types/hikyaku/mailbox_store/AppendPiece.ts'
import type { AppendRequest__Output } from '#proto/types/hikyaku/mailbox_store/AppendRequest.ts'
import { appendBatch, type BatchMessage } from '../append-batch.ts'
import type { Events } from '../events.ts'
import type { Store } from '../store.ts'
import { type StreamedMessage, takeMessages } from './pieces.ts'
import { toQuota } from './wire.ts'

const NOWHERE = { id: '', name: '' }

/**
 * Takes a batch: the first head says where to, each says what message comes.
 *
 * @throws {Fault} invalid, unavailable, busy, and what appendBatch throws
 */
export async function takeBatch(
  pieces: AsyncIterable<AppendPiece__Output>,
  store: Store,
  events: Pick<Events, 'batchAppended' | 'stored'>,
): Promise<AppendBatchResponse> {
  const streamed = takeMessages(pieces)
  try {
    const first = await streamed.next()
    if (first.done) throw new Fault('invalid', 'A batch begins with a head')
    const { turns } = store
    return await turns.bigAppends.run(turns.whose(first.value.head), () =>
      takeAll(first.value, streamed, store, events),
    )
  } finally {
    await streamed.return()
  }
}

async function takeAll(
  first: StreamedMessage,
  streamed: AsyncGenerator<StreamedMessage, void, undefined>,
  store: Store,
  events: Pick<Events, 'batchAppended' | 'stored'>,
): Promise<AppendBatchResponse> {
  const { account, tenant, domain, mailId, ...head } = first.head
  const mailbox = head.mailbox ?? NOWHERE
  const quotas = head.quotas.map(toQuota)
  const messages = messagesOf(first, streamed, store)
  const done = await appendBatch({ account, tenant, domain, mailbox, quotas, messages }, store)
  events.batchAppended(account, mailId, done)
  if (!done.repeated) events.stored(done.bytes)
  const { uidValidity, uids, modSeq } = done
  return { mailbox: done.mailbox, uidValidity, uids, modSeq }
}

async function* messagesOf(
  first: StreamedMessage,
  others: AsyncIterable<StreamedMessage>,
  store: Store,
): AsyncGenerator<BatchMessage> {
  yield toMessage(first, store)
  for await (const one of others) {
    requireSame(first.head, one.head)
    yield toMessage(one, store)
  }
}

function toMessage({ head, content }: StreamedMessage, store: Store): BatchMessage {
  const { mailId, size, flags } = head
  return { mailId, content, size, flags, internalDate: head.internalDate || store.clock.now() }
}

/** What a later head says of where to must be what the first one said. */
function requireSame(first: AppendRequest__Output, head: AppendRequest__Output): void {
  for (const name of ['account', 'tenant'] as const) {
    if (head[name] !== '' && head[name] !== first[name]) {
      throw new Fault('invalid', 'A batch goes into one mailbox')
    }
  }
  const { id = '', name = '' } = head.mailbox ?? NOWHERE
  if ((id !== '' && id !== first.mailbox?.id) || (name !== '' && name !== first.mailbox?.name)) {
    throw new Fault('invalid', 'A batch goes into one mailbox')
  }
}
