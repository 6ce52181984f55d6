/** Brings a view from one MODSEQ to another, from the documents. */

import { parseUidSet, type Range, type UidSet, unionUids } from '#lib/mail/uid-set.ts'
import {
  type Collections,
  type MailboxDocument,
  type MessageDocument,
  messageKey,
  vanishedKey,
} from '../documents.ts'
import type { View } from './view.ts'

const FIELDS = ['uid', 'modSeq', 'flags', 'size', 'internalDate', 'expiresAt'] as const
const UID_MAX = 0xffff_ffff

type Ports = Pick<Collections, 'messages' | 'vanished'>

/**
 * Fills an empty view with the mailbox. Answers false when another replica changed messages meanwhile: what was read
 * is then of mixed age, and `catchUp` from this mailbox's MODSEQ sets it right.
 */
export async function fill(view: View, mailbox: MailboxDocument, ports: Ports): Promise<boolean> {
  const _id = { $gte: messageKey(mailbox._id, 0), $lte: messageKey(mailbox._id, UID_MAX) }
  let exact = true
  for await (const message of ports.messages.find({ _id }, { sort: { _id: 1 }, fields: FIELDS })) {
    exact = take(view, message, mailbox) && exact
  }
  return exact
}

/**
 * Applies what happened after `since`, up to the mailbox document given. Answers `exact`, `newer` when another
 * replica was faster (call again with a newer mailbox document), or `lost` when that is too long ago to be known.
 */
export async function catchUp(
  view: View,
  since: number,
  mailbox: MailboxDocument,
  ports: Ports,
): Promise<'exact' | 'newer' | 'lost'> {
  const vanished = await vanishedSince(since, mailbox, ports)
  if (vanished === undefined) return 'lost'
  const filter = { mailbox: mailbox._id, modSeq: { $gt: since } }
  const changed: MessageDocument[] = []
  for await (const message of ports.messages.find(filter, { fields: FIELDS })) changed.push(message)
  changed.sort((a, b) => a.uid - b.uid)
  let exact = true
  for (const message of changed) exact = take(view, message, mailbox) && exact
  if (vanished.length > 0) view.remove(uidsOf(vanished, view))
  return exact ? 'exact' : 'newer'
}

/**
 * What was expunged after `since`, as ranges of UIDs; undefined when some of it is no longer known. Each document
 * names the one before it, so that a gap shows, whatever has expired.
 */
export async function vanishedSince(
  since: number,
  mailbox: MailboxDocument,
  ports: Pick<Collections, 'vanished'>,
): Promise<UidSet | undefined> {
  if (mailbox.lastVanished <= since) return []
  const _id = {
    $gt: vanishedKey(mailbox._id, since),
    $lte: vanishedKey(mailbox._id, mailbox.modSeq),
  }
  const ranges: Range[] = []
  let reached = since
  for await (const one of ports.vanished.find({ _id }, { sort: { _id: 1 } })) {
    if (one.previous > reached) return undefined
    for (const range of parseUidSet(one.uids)) ranges.push(range)
    reached = one.modSeq
  }
  return reached === mailbox.lastVanished ? unionUids(ranges, []) : undefined
}

/** Answers false when the message is newer than the mailbox that the view is made for. */
function take(view: View, message: MessageDocument, mailbox: MailboxDocument): boolean {
  // Appended after the mailbox was read: not visible yet, and seen again by who reads a newer one.
  if (message.uid >= mailbox.uidNext) return true
  if (message.expiresAt === undefined) view.put(message)
  return message.modSeq <= mailbox.modSeq
}

function uidsOf(ranges: UidSet, view: View): Set<number> {
  return new Set(view.indexesOf(ranges).map((index) => view.uidAt(index)))
}
