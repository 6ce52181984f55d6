/** The messages of proto/mailbox-store.proto ⇄ what the sessions work with. */
import type { SearchKey } from '#lib/imap/search-key.ts'
import { formatUidSet, parseUidSet } from '#lib/mail/uid-set.ts'
import type { EnvelopeAddress, MessageEnvelope } from '#lib/mime/envelope.ts'
import type { Part } from '#lib/mime/structure.ts'
import type { ChangesResponse__Output } from '#proto/types/hikyaku/mailbox_store/ChangesResponse.ts'
import type { CopyResponse__Output } from '#proto/types/hikyaku/mailbox_store/CopyResponse.ts'
import type { Envelope__Output } from '#proto/types/hikyaku/mailbox_store/Envelope.ts'
import type { EnvelopeAddress__Output } from '#proto/types/hikyaku/mailbox_store/EnvelopeAddress.ts'
import type { FetchedMessage__Output } from '#proto/types/hikyaku/mailbox_store/FetchedMessage.ts'
import type { Mailbox__Output } from '#proto/types/hikyaku/mailbox_store/Mailbox.ts'
import type { MailboxState__Output } from '#proto/types/hikyaku/mailbox_store/MailboxState.ts'
import type { Parameter__Output } from '#proto/types/hikyaku/mailbox_store/Parameter.ts'
import type { Part__Output } from '#proto/types/hikyaku/mailbox_store/Part.ts'
import type { SearchKey as WireSearchKey } from '#proto/types/hikyaku/mailbox_store/SearchKey.ts'
import type { ViewResponse__Output } from '#proto/types/hikyaku/mailbox_store/ViewResponse.ts'
import type {
  Changes,
  Copied,
  FetchedMessage,
  Mailbox,
  MailboxCounts,
  View,
} from '../mail-store.ts'
import { toPacked } from './packed.ts'

const NO_COUNTS: MailboxCounts = {
  ...{ uidValidity: 0, uidNext: 0, modSeq: 0 },
  ...{ exists: 0, unseen: 0, deleted: 0 },
}

export function toMailbox({ id, name, subscribed, specialUse, state }: Mailbox__Output): Mailbox {
  return { id, name, subscribed, specialUse, counts: toCounts(state) }
}

export function toView({ mailbox, keywords, messages }: ViewResponse__Output): View {
  if (mailbox === null) throw new Error('A view without a mailbox')
  return { mailbox: toMailbox(mailbox), keywords, messages: toPacked(messages) }
}

export function toChanges(response: ChangesResponse__Output): Changes {
  const { state, keywords, changed, vanished, startOver } = response
  return {
    startOver,
    counts: toCounts(state),
    keywords,
    changed: toPacked(changed),
    vanished: parseUidSet(vanished),
  }
}

export function toCopied(response: CopyResponse__Output): Copied {
  return {
    uidValidity: response.uidValidity,
    sourceUids: parseUidSet(response.sourceUids),
    targetUids: parseUidSet(response.targetUids),
  }
}

export function toFetchedMessage(message: FetchedMessage__Output): FetchedMessage {
  return {
    uid: message.uid,
    internalDate: message.internalDate,
    sizeBytes: message.size,
    headerEnd: message.headerEnd,
    envelope: message.envelope && toEnvelope(message.envelope),
    structure: message.structure && toPart(message.structure),
    header: message.header.length > 0 ? message.header : null,
    content: message.content ?? null,
  }
}

function toCounts(state: MailboxState__Output | null): MailboxCounts {
  if (state === null) return NO_COUNTS
  const { uidValidity, uidNext, modSeq, exists, unseen, deleted } = state
  return { uidValidity, uidNext, modSeq, exists, unseen, deleted }
}

function toEnvelope(envelope: Envelope__Output): MessageEnvelope {
  return {
    date: envelope.date ?? null,
    subject: envelope.subject ?? null,
    from: envelope.from.map(toAddress),
    sender: envelope.sender.map(toAddress),
    replyTo: envelope.replyTo.map(toAddress),
    to: envelope.to.map(toAddress),
    cc: envelope.cc.map(toAddress),
    bcc: envelope.bcc.map(toAddress),
    inReplyTo: envelope.inReplyTo ?? null,
    messageId: envelope.messageId ?? null,
  }
}

function toAddress({ name, mailbox, host }: EnvelopeAddress__Output): EnvelopeAddress {
  return { name: name ?? null, mailbox: mailbox ?? null, host: host ?? null }
}

function toPart(part: Part__Output): Part {
  const { id, description, md5, location, dispositionType, messageEnvelope, messageStructure } =
    part
  return {
    type: part.type,
    subtype: part.subtype,
    parameters: part.parameters.map(toParameter),
    encoding: part.encoding,
    headerStart: part.headerStart,
    bodyStart: part.bodyStart,
    end: part.end,
    lines: part.lines,
    parts: part.parts.map(toPart),
    ...(id !== undefined && { id }),
    ...(description !== undefined && { description }),
    ...(md5 !== undefined && { md5 }),
    ...(location !== undefined && { location }),
    ...(part.language.length > 0 && { language: part.language }),
    ...(dispositionType !== undefined && {
      disposition: {
        type: dispositionType,
        parameters: part.dispositionParameters.map(toParameter),
      },
    }),
    ...(messageEnvelope !== null &&
      messageStructure !== null && {
        message: { envelope: toEnvelope(messageEnvelope), structure: toPart(messageStructure) },
      }),
  }
}

function toParameter({ name, value }: Parameter__Output): readonly [string, string] {
  return [name, value]
}

export function toSearchKey(key: SearchKey): WireSearchKey {
  switch (key.kind) {
    case 'all':
      return { all: {} }
    case 'none':
      return { not: { all: {} } }
    case 'and':
      return { and: { keys: key.keys.map(toSearchKey) } }
    case 'or':
      return { or: { keys: key.keys.map(toSearchKey) } }
    case 'not':
      return { not: toSearchKey(key.key) }
    case 'messages':
      return { uids: formatUidSet(key.messages.ranges) }
    case 'flag':
      return { flag: key.flag }
    case 'header':
      return { header: { name: key.name, value: key.value } }
    case 'body':
      return { body: key.value }
    case 'text':
      return { text: key.value }
    case 'larger':
      return { larger: key.sizeBytes }
    case 'smaller':
      return { smaller: key.sizeBytes }
    case 'internal-day':
      return { internalDay: toDays(key) }
    case 'sent-day':
      return { sentDay: toDays(key) }
  }
}

function toDays({ from, before }: { from?: number; before?: number }) {
  return { ...(from !== undefined && { from }), ...(before !== undefined && { before }) }
}
