/** The contract of proto/mailbox-store.proto, answered by the rules. */

import type { CallContext, Handlers } from '#lib/node/contracts.ts'
import { type GrpcService, grpcService } from '#lib/node/grpc.ts'
import { answerMany } from '#lib/node/shared-call/answer-many.ts'
import type { AppendRequest__Output } from '#proto/types/hikyaku/mailbox_store/AppendRequest.ts'
import type { AppendResponse } from '#proto/types/hikyaku/mailbox_store/AppendResponse.ts'
import type { CopyRequest__Output } from '#proto/types/hikyaku/mailbox_store/CopyRequest.ts'
import type { CopyResponse } from '#proto/types/hikyaku/mailbox_store/CopyResponse.ts'
import type { SearchRequest__Output } from '#proto/types/hikyaku/mailbox_store/SearchRequest.ts'
import type { SearchResponse } from '#proto/types/hikyaku/mailbox_store/SearchResponse.ts'
import { type Append, append } from '../append.ts'
import { changesSince, viewMailbox } from '../changes.ts'
import { type Copied, type Copy, copy } from '../copy.ts'
import type { Events } from '../events.ts'
import { expunge } from '../expunge.ts'
import { fetch, read } from '../fetch.ts'
import {
  createMailbox,
  deleteMailbox,
  listMailboxes,
  readSubscribed,
  renameMailbox,
  setSubscribed,
} from '../mailboxes.ts'
import { move } from '../move/move.ts'
import { search } from '../search.ts'
import type { Store } from '../store.ts'
import { storeFlags } from '../store-flags.ts'
import { costOf } from '../turns.ts'
import { takeBatch } from './batch.ts'
import { metadataHandlers } from './metadata.ts'
import { takePieces } from './pieces.ts'
import { usageHandlers } from './usage.ts'
import {
  toFetchedMessage,
  toMailbox,
  toPackedMessages,
  toQuota,
  toSearchKey,
  toState,
} from './wire.ts'

const NOWHERE = { id: '', name: '' }
/** From here on, messages are stored a few at a time. */
const BIG_BYTES = 1024 * 1024
const MODES = { ADD: 'add', REMOVE: 'remove', REPLACE: 'replace' } as const
type Served = Handlers<'MailboxStore'>

export function mailboxStoreService(store: Store, events: Events): GrpcService {
  const handlers: Served = {
    ...mailboxHandlers(store),
    ...messageHandlers(store, events),
    ...changeHandlers(store),
    ...metadataHandlers(store),
    ...usageHandlers(store),
  }
  return grpcService('mailbox-store', 'MailboxStore', handlers)
}

function mailboxHandlers(store: Store) {
  return {
    async listMailboxes(request) {
      const { mailboxes, subscribed } = await listMailboxes(request, store)
      const names = new Set(mailboxes.map(({ name }) => name))
      return {
        mailboxes: mailboxes.map((one) => toMailbox(one, subscribed.has(one.name))),
        subscribedNames: [...subscribed].filter((name) => !names.has(name)),
      }
    },
    async createMailbox(request) {
      const made = await createMailbox(request, store)
      return toMailbox(made, (await readSubscribed(request.account, store)).has(made.name))
    },
    async renameMailbox(request) {
      const renamed = await renameMailbox(request, store)
      return toMailbox(renamed, (await readSubscribed(request.account, store)).has(renamed.name))
    },
    async deleteMailbox(request) {
      await deleteMailbox(request, store)
      return {}
    },
    async setSubscribed(request) {
      await setSubscribed(request, store)
      return {}
    },
  } satisfies Partial<Served>
}

function messageHandlers(store: Store, events: Events) {
  const appendOne = (request: AppendRequest__Output) => {
    const answer = () => answerAppend(toAppend(request, request.content, store), store, events)
    const { length } = request.content
    const { appends, bigAppends } = store.turns
    const places = length < BIG_BYTES ? appends : bigAppends
    return places.run(store.turns.whose(request), answer, costOf(length))
  }
  return {
    append: appendOne,
    appendMany: (requests, call) => answerMany(requests, call, appendOne),
    async appendStream(pieces) {
      const turns = {
        places: store.turns.bigAppends,
        whose: (head: AppendRequest__Output) => store.turns.whose(head),
      }
      return takePieces(pieces, turns, (head, content) =>
        answerAppend(toAppend(head, content, store), store, events),
      )
    },
    appendBatch: (pieces) => takeBatch(pieces, store, events),
    async *fetch(request) {
      for await (const fetched of fetch(request, store)) yield toFetchedMessage(request, fetched)
    },
    async *read(request) {
      for await (const content of read(request, store)) yield { content: content as Buffer }
    },
    search: (request, call) => answerSearch(request, call, store),
  } satisfies Partial<Served>
}

function changeHandlers(store: Store) {
  return {
    async view(request) {
      const mailboxRef = request.mailbox ?? NOWHERE
      const { mailbox, subscribed, messages } = await viewMailbox(
        { ...request, mailbox: mailboxRef },
        store,
      )
      return {
        mailbox: toMailbox(mailbox, subscribed),
        keywords: [...mailbox.keywords],
        messages: toPackedMessages(messages),
      }
    },
    async changes(request) {
      const { mailbox, changed, vanished, startOver } = await changesSince(
        { ...request, since: request.sinceModSeq },
        store,
      )
      return {
        state: toState(mailbox),
        keywords: [...mailbox.keywords],
        changed: toPackedMessages(changed),
        vanished,
        startOver,
      }
    },
    async storeFlags(request) {
      const mode = MODES[request.mode]
      const { unchangedSince } = request
      const done = await storeFlags({ ...request, mode, unchangedSince }, store)
      return {
        state: toState(done.mailbox),
        keywords: [...done.mailbox.keywords],
        messages: toPackedMessages(done.messages),
        modified: done.modified,
      }
    },
    copy: async (request) => toCopyResponse(await copy(toCopy(request), store)),
    move: async (request) => toCopyResponse(await move(toCopy(request), store)),
    async expunge(request) {
      const { mailbox, vanished } = await expunge(request, store)
      return { state: toState(mailbox), vanished }
    },
  } satisfies Partial<Served>
}

function toAppend(
  request: AppendRequest__Output,
  content: Append['content'],
  store: Store,
): Append {
  return {
    ...request,
    content,
    mailbox: request.mailbox ?? NOWHERE,
    internalDate: request.internalDate || store.clock.now(),
    quotas: request.quotas.map(toQuota),
  }
}

async function answerAppend(
  request: Append,
  store: Store,
  events: Events,
): Promise<AppendResponse> {
  const appended = await append(request, store)
  const { mailbox, uid } = appended
  if (appended.repeated) {
    events.repeated(request.account, request.mailId, mailbox, uid)
  } else {
    events.appended(request.account, request.mailId, mailbox, uid)
    events.stored(appended.size)
  }
  return appended
}

async function answerSearch(
  { account, mailbox, key }: SearchRequest__Output,
  call: CallContext,
  store: Store,
): Promise<SearchResponse> {
  const { uids, modSeq } = await search(
    { account, mailbox, key: (now) => toSearchKey(key, now), signal: call.signal },
    store,
  )
  return { uids: new Uint8Array(Uint32Array.from(uids).buffer), modSeq }
}

function toCopy(request: CopyRequest__Output): Copy {
  return { ...request, target: request.target ?? NOWHERE, quotas: request.quotas.map(toQuota) }
}

function toCopyResponse({ uidValidity, sourceUids, targetUids, source }: Copied): CopyResponse {
  return { uidValidity, sourceUids, targetUids, sourceState: toState(source) }
}
