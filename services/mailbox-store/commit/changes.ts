/** Brings a view from one MODSEQ to another, from the documents. */

import { parseUidSet, type Range, type UidSet, unionUids } from '#lib/mail/uid-set.ts'
import {
  type Collections,
  type MailboxDocument,
  type MessageDocument,
  messageKey,
  vanishedKey,
} from '../documents.ts'
import type { MailboxEvents } from './change.ts'
import type { Snapshots } from './snapshot.ts'
import { View } from './view.ts'

const FIELDS = ['uid', 'modSeq', 'flags', 'size', 'internalDate', 'expiresAt'] as const
const UID_MAX = 0xffff_ffff

/** Whoever has missed more than so many changes reads everything again, in constant memory. */
const CHANGES_MAX = 100_000

type Ports = Pick<Collections, 'messages' | 'vanished'>

export interface ViewPorts {
  readonly collections: Ports
  readonly snapshots: Pick<Snapshots, 'has' | 'load' | 'save' | 'wants' | 'oneOfFew'>
  readonly events: Pick<MailboxEvents, 'viewRead' | 'snapshotWritten' | 'snapshotRefused'>
}

/** A view as it was just read. When it is not exact, `catchUp` from its MODSEQ sets it right. */
export interface ReadView {
  readonly view: View
  readonly modSeq: number
  readonly exact: boolean
  /** Messages that were read because no snapshot had them as they are. */
  readonly changes: number
}

/** Reads a mailbox's view: from its snapshot and what happened since, or from all its messages. */
export async function readView(
  mailbox: MailboxDocument,
  { collections, snapshots, events }: ViewPorts,
): Promise<ReadView> {
  // Most mailboxes have no snapshot, and do not wait for the question either.
  const known = snapshots.has(mailbox) ? await snapshots.load(mailbox) : undefined
  if (known !== undefined) {
    const { view, modSeq } = known
    const { outcome, changes } = await catchUp(view, modSeq, mailbox, collections)
    const right = outcome !== 'exact' || agrees(view, mailbox)
    if (outcome !== 'lost' && right) {
      events.viewRead('snapshot')
      return outcome === 'exact'
        ? { view, modSeq: mailbox.modSeq, exact: true, changes }
        : { view, modSeq, exact: false, changes }
    }
    if (!right) events.snapshotRefused(mailbox._id)
  }
  const view = new View(mailbox.exists)
  const exact = await fill(view, mailbox, collections)
  events.viewRead('messages')
  return { view, modSeq: mailbox.modSeq, exact, changes: view.length }
}

/** Whether the view holds what the mailbox counts. A snapshot that does not is not believed. */
export function agrees(view: View, mailbox: MailboxDocument): boolean {
  const { exists, unseen, deleted, bytes } = view.tally()
  return (
    exists === mailbox.exists &&
    unseen === mailbox.unseen &&
    deleted === mailbox.deleted &&
    bytes === mailbox.bytes
  )
}

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
 * `exact`; `newer` when another replica was faster: call again with a newer mailbox document; or `lost` when that is
 * too long ago to be known.
 */
export type CatchUp = { readonly outcome: 'exact' | 'newer' | 'lost'; readonly changes: number }

/** Applies what happened after `since`, up to the mailbox document given, and counts it. */
export async function catchUp(
  view: View,
  since: number,
  mailbox: MailboxDocument,
  ports: Ports,
): Promise<CatchUp> {
  const vanished = await vanishedSince(since, mailbox, ports)
  if (vanished === undefined) return { outcome: 'lost', changes: 0 }
  const filter = { mailbox: mailbox._id, modSeq: { $gt: since } }
  const changed: MessageDocument[] = []
  for await (const message of ports.messages.find(filter, { fields: FIELDS })) {
    if (changed.length === CHANGES_MAX) return { outcome: 'lost', changes: 0 }
    changed.push(message)
  }
  changed.sort((a, b) => a.uid - b.uid)
  let exact = true
  for (const message of changed) exact = take(view, message, mailbox) && exact
  const gone = uidsOf(vanished, view)
  if (gone.size > 0) view.remove(gone)
  return { outcome: exact ? 'exact' : 'newer', changes: changed.length + gone.size }
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
