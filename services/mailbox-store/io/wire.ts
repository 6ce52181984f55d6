/** Domain values ⇄ the messages of proto/mailbox-store.proto. */

import { Fault } from '#lib/base/fault.ts'
import { parseUidSet } from '#lib/mail/uid-set.ts'
import type { MessageEnvelope } from '#lib/mime/envelope.ts'
import { foldText } from '#lib/mime/search-text.ts'
import type { Part } from '#lib/mime/structure.ts'
import type { Envelope as WireEnvelope } from '#proto/types/hikyaku/mailbox_store/Envelope.ts'
import type { FetchedMessage } from '#proto/types/hikyaku/mailbox_store/FetchedMessage.ts'
import type { Mailbox } from '#proto/types/hikyaku/mailbox_store/Mailbox.ts'
import type { MailboxState } from '#proto/types/hikyaku/mailbox_store/MailboxState.ts'
import type { PackedMessages } from '#proto/types/hikyaku/mailbox_store/PackedMessages.ts'
import type { Part as WirePart } from '#proto/types/hikyaku/mailbox_store/Part.ts'
import type { Quota__Output } from '#proto/types/hikyaku/mailbox_store/Quota.ts'
import type { SearchKey__Output } from '#proto/types/hikyaku/mailbox_store/SearchKey.ts'
import type { Snapshot } from '../commit/change.ts'
import type { Packed } from '../commit/compact.ts'
import { findBit } from '../commit/flag-words.ts'
import { type MailboxDocument, mailboxIdOf } from '../documents.ts'
import type { Fetch, Fetched } from '../fetch.ts'
import type { Quota } from '../quota.ts'
import type { SearchKey } from '../search-key.ts'

const SEARCH_DEPTH_MAX = 50
const SEARCH_KEYS_MAX = 1000

export function toState(mailbox: MailboxDocument): MailboxState {
  const { uidValidity, uidNext, modSeq, exists, unseen, bytes, deleted } = mailbox
  return { uidValidity, uidNext, modSeq, exists, unseen, bytes, deleted }
}

export function toMailbox(mailbox: MailboxDocument, subscribed: boolean): Mailbox {
  return {
    id: mailboxIdOf(mailbox._id),
    name: mailbox.name,
    subscribed,
    specialUse: mailbox.specialUse ?? '',
    state: toState(mailbox),
  }
}

/** The fields are called the same there, those of the compact form, too. */
export function toPackedMessages(packed: Packed): PackedMessages {
  return { ...packed }
}

const SCOPES = { ACCOUNT: 'account', DOMAIN: 'domain', TENANT: 'tenant' } as const

export function toQuota({ scope, name, bytes, messages }: Quota__Output): Quota {
  return { scope: SCOPES[scope], name, bytes, messages }
}

export function toFetchedMessage(asked: Fetch, fetched: Fetched): FetchedMessage {
  const { message, details, header, content } = fetched
  return {
    uid: message.uid,
    internalDate: message.internalDate,
    size: message.size,
    modSeq: message.modSeq,
    mailId: message.mailId,
    headerEnd: details.headerEnd,
    ...(asked.envelope && { envelope: toEnvelope(details.envelope) }),
    ...(asked.structure && { structure: toPart(details.structure) }),
    ...(header && { header }),
    ...(content && { content }),
  }
}

function toEnvelope(envelope: MessageEnvelope): WireEnvelope {
  const { from, sender, replyTo, to, cc, bcc } = envelope
  const addresses = (list: MessageEnvelope['from']) => list.map((address) => withoutNull(address))
  return {
    ...withoutNull({
      date: envelope.date,
      subject: envelope.subject,
      inReplyTo: envelope.inReplyTo,
      messageId: envelope.messageId,
    }),
    from: addresses(from),
    sender: addresses(sender),
    replyTo: addresses(replyTo),
    to: addresses(to),
    cc: addresses(cc),
    bcc: addresses(bcc),
  }
}

function toPart(part: Part): WirePart {
  const { id, description, md5, location, disposition, message } = part
  const parameters = (list: Part['parameters']) => list.map(([name, value]) => ({ name, value }))
  return {
    type: part.type,
    subtype: part.subtype,
    parameters: parameters(part.parameters),
    encoding: part.encoding,
    headerStart: part.headerStart,
    bodyStart: part.bodyStart,
    end: part.end,
    lines: part.lines,
    parts: part.parts.map(toPart),
    language: [...(part.language ?? [])],
    ...(id !== undefined && { id }),
    ...(description !== undefined && { description }),
    ...(md5 !== undefined && { md5 }),
    ...(location !== undefined && { location }),
    ...(disposition && {
      dispositionType: disposition.type,
      dispositionParameters: parameters(disposition.parameters),
    }),
    ...(message && {
      messageEnvelope: toEnvelope(message.envelope),
      messageStructure: toPart(message.structure),
    }),
  }
}

type WithoutNull<T> = { [Key in keyof T]?: Exclude<T[Key], null> }

function withoutNull<T extends object>(value: T): WithoutNull<T> {
  const entries = Object.entries(value).filter(([, one]) => one !== null)
  return Object.fromEntries(entries) as WithoutNull<T>
}

/**
 * Reads a search key for the mailbox as it is.
 *
 * @throws {Fault} invalid
 */
export function toSearchKey(key: SearchKey__Output | null, now: Snapshot): SearchKey {
  return readKey(key, now, { depth: 0, count: { keys: 0 } })
}

function readKey(
  key: SearchKey__Output | null,
  now: Snapshot,
  { depth, count }: { depth: number; count: { keys: number } },
): SearchKey {
  if (depth > SEARCH_DEPTH_MAX) throw new Fault('invalid', 'The search is nested too deeply')
  if (++count.keys > SEARCH_KEYS_MAX) throw new Fault('invalid', 'The search has too many keys')
  if (key === null || key.key === undefined) throw new Fault('invalid', 'The search has no key')
  const within = (one: SearchKey__Output | null | undefined) =>
    readKey(one ?? null, now, { depth: depth + 1, count })
  switch (key.key) {
    case 'and':
    case 'or':
      return { kind: key.key, keys: (key[key.key]?.keys ?? []).map(within) }
    case 'not':
      return { kind: 'not', key: within(key.not) }
    case 'all':
      return { kind: 'all' }
    case 'uids':
      return { kind: 'uids', uids: toUids(key.uids ?? '', now) }
    case 'flag':
      return { kind: 'flag', bit: findBit(key.flag ?? '', now.mailbox.keywords) }
    case 'header': {
      const { name = '', value = '' } = key.header ?? {}
      return { kind: 'header', name: name.toLowerCase(), value: foldText(value) }
    }
    case 'body':
    case 'text':
      return { kind: key.key, value: foldText(key[key.key] ?? '') }
    case 'internalDay':
      return { kind: 'internal-day', days: toDays(key.internalDay) }
    case 'sentDay':
      return { kind: 'sent-day', days: toDays(key.sentDay) }
    case 'larger':
    case 'smaller':
      return { kind: key.key, bytes: key[key.key] ?? 0 }
    case 'modSeqAtLeast':
      return { kind: 'changed', modSeq: key.modSeqAtLeast ?? 0 }
  }
}

function toUids(text: string, { view }: Snapshot) {
  const last = view.length === 0 ? 1 : view.uidAt(view.length - 1)
  return parseUidSet(text.replaceAll('*', `${last}`))
}

function toDays(days: SearchKey__Output['internalDay']) {
  return { from: days?.from, before: days?.before }
}
