/** The sessions' MailStore, answered by the mailbox-store over gRPC. */

import { Fault } from '#lib/base/fault.ts'
import type { Quota } from '#lib/mail/quota.ts'
import { formatUidSet, parseUidSet, type UidSet } from '#lib/mail/uid-set.ts'
import type { MailboxStoreClient } from '#lib/node/clients.ts'
import { toWireQuota, toWireScope } from '#lib/node/quotas.ts'
import type { AppendRequest, CopyRequest, MailboxKey, MailStore } from '../mail-store.ts'
import { toPacked, toUids } from './packed.ts'
import { toChanges, toCopied, toFetchedMessage, toMailbox, toSearchKey, toView } from './wire.ts'

/** A search may have to read every message; a change may be of every message. */
const SEARCH = { deadlineMs: 300_000 }
const CHANGE = { deadlineMs: 60_000 }
const MODES = { add: 'ADD', remove: 'REMOVE', replace: 'REPLACE' } as const

interface Ports {
  /** Names each operation, so that the client may repeat it at another replica. */
  readonly newId: () => string
  /** What an account may hold by now. */
  readonly quotas: MailStore['quotas']
}

export function openMailStore(client: MailboxStoreClient, ports: Ports): MailStore {
  return {
    ...mailboxes(client),
    ...messages(client, ports),
    quotas: ports.quotas,
    async append(request, content) {
      const head = appendHead(request, await ports.quotas(request.account))
      const { uidValidity, uid } =
        content instanceof Uint8Array
          ? await client.append({ ...head, content }, CHANGE)
          : await client.appendStream(pieces(head, content), { key: request.account.id })
      return { uidValidity, uid }
    },
  }
}

function mailboxes(client: MailboxStoreClient) {
  return {
    async list({ id, tenant }) {
      const { mailboxes, subscribedNames } = await client.listMailboxes({ account: id, tenant })
      return { mailboxes: mailboxes.map(toMailbox), subscribedNames }
    },
    async create({ id, tenant, domain }, name) {
      await client.createMailbox({ account: id, tenant, domain, name })
    },
    async rename({ id }, name, newName) {
      await client.renameMailbox({ account: id, name, newName })
    },
    async delete({ id }, name) {
      await client.deleteMailbox({ account: id, name })
    },
    async setSubscribed({ id }, name, subscribed) {
      await client.setSubscribed({ account: id, name, subscribed })
    },
    async view({ id, tenant }, name) {
      return toView(await client.view({ account: id, tenant, mailbox: { name }, compact: true }))
    },
  } satisfies Partial<MailStore>
}

function messages(client: MailboxStoreClient, { newId, quotas }: Ports) {
  const toRequest = async (request: CopyRequest) =>
    copyRequest(request, newId(), await quotas(request.account))
  return {
    async changes(key, sinceModSeq, uidValidity) {
      const request = { ...named(key), sinceModSeq, uidValidity, compact: true }
      return toChanges(await client.changes(request))
    },
    async *fetch({ account, mailbox, uids, ...wanted }) {
      const { envelope, structure, header, contentBytesMax } = wanted
      const request = {
        ...named({ account, mailbox }),
        envelope,
        structure,
        header,
        contentBytesMax,
      }
      for (let left = uids; left.length > 0; ) {
        let last = 0
        try {
          for await (const message of client.fetch({ ...request, uids: formatUidSet(left) })) {
            last = message.uid
            yield toFetchedMessage(message)
          }
          return
        } catch (error) {
          if (last === 0 || !isAway(error)) throw error
          left = after(left, last)
        }
      }
    },
    async *read(key, uid, { start, end }) {
      let offset = start
      for (;;) {
        const before = offset
        try {
          const range = { offset, length: end - offset }
          for await (const { content } of client.read({ ...named(key), uid, ...range })) {
            offset += content.length
            yield content
          }
          return
        } catch (error) {
          if (offset === before || !isAway(error)) throw error
          // What is read already does not change: the rest may come from another replica.
          if (offset >= end) return
        }
      }
    },
    async search(key, what) {
      const { uids } = await client.search({ ...named(key), key: toSearchKey(what) }, SEARCH)
      return toUids(uids)
    },
    async storeFlags(key, uids, { mode, flags }) {
      const change = { mode: MODES[mode], flags: [...flags], operationId: newId() }
      const request = { ...named(key), uids: formatUidSet(uids), ...change }
      const { keywords, messages } = await client.storeFlags(request, CHANGE)
      return { keywords, messages: toPacked(messages) }
    },
    copy: async (request) => toCopied(await client.copy(await toRequest(request), CHANGE)),
    move: async (request) => toCopied(await client.move(await toRequest(request), CHANGE)),
    async usage(account, scope) {
      const name = { ...account, account: account.id }[scope]
      return client.usage({ scope: toWireScope(scope), name }, { key: account.id })
    },
    async expunge(key, uids) {
      const set = uids === 'all' ? '' : formatUidSet(uids)
      const request = { ...named(key), uids: set, operationId: newId() }
      const { vanished } = await client.expunge(request, CHANGE)
      return parseUidSet(vanished)
    },
  } satisfies Partial<MailStore>
}

function isAway(error: unknown): boolean {
  return error instanceof Fault && error.code === 'unavailable'
}

/** Messages come in the order of their UIDs: what is left when one replica went away in the middle. */
function after(uids: UidSet, uid: number): UidSet {
  return uids.flatMap(
    ([first, last]): UidSet => (last > uid ? [[Math.max(first, uid + 1), last]] : []),
  )
}

function named({ account, mailbox }: MailboxKey) {
  return { account: account.id, mailbox }
}

function copyRequest(
  { account, source, uids, target }: CopyRequest,
  operationId: string,
  quotas: readonly Quota[],
) {
  return {
    account: account.id,
    source,
    uids: formatUidSet(uids),
    target: { name: target },
    operationId,
    quotas: quotas.map(toWireQuota),
  }
}

function appendHead(request: AppendRequest, quotas: readonly Quota[]) {
  const { account, mailbox, appendId, flags, internalDate, sizeBytes } = request
  return {
    account: account.id,
    tenant: account.tenant,
    domain: account.domain,
    mailbox: { name: mailbox },
    mailId: appendId,
    flags: [...flags],
    internalDate: internalDate ?? 0,
    size: sizeBytes,
    quotas: quotas.map(toWireQuota),
  }
}

async function* pieces(head: ReturnType<typeof appendHead>, content: AsyncIterable<Uint8Array>) {
  yield { head }
  for await (const bytes of content) yield { content: bytes }
  yield { complete: true }
}
