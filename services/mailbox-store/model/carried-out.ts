/** What a commit says that it did, in the terms of the model. */

import assert from 'node:assert/strict'
import { hasUid, parseUidSet } from '#lib/mail/uid-set.ts'
import { toNames } from '../commit/flag-words.ts'
import type { NewMessage, Operation } from '../commit/operation.ts'
import { decodeStaged } from '../commit/staged.ts'
import { type Collections, type MailboxDocument, stagedKey } from '../documents.ts'
import { type Draft, flagNames, flagText, type State } from './model.ts'

export interface Carried {
  readonly operation: Operation
  readonly uidNext: number
  /** By UID; those that are new, as they are written. */
  readonly messages: ReadonlyMap<number, CarriedMessage>
  readonly text: string
}

interface CarriedMessage {
  readonly uid: number
  readonly modSeq: number
  readonly flags: string
  readonly fresh?: Pick<NewMessage, 'size' | 'internalDate' | 'mailId' | 'blob'>
}

/** Applies the operation to the state as it will be applied to the documents: by ranges of UIDs. */
export async function carryOut(
  before: State,
  document: MailboxDocument,
  operation: Operation,
  { staged }: Pick<Collections, 'staged'>,
): Promise<Carried> {
  const { modSeq, keywords, uidNext } = document
  assert.equal(operation.modSeq, modSeq, 'the operation carries the MODSEQ of its commit')
  const messages = new Map<number, CarriedMessage>(before.messages)
  const named = (words: readonly number[]) => flagText(toNames(words, keywords))
  for (const { flags, ranges } of operation.flagged) {
    const set = parseUidSet(ranges)
    for (const [uid, message] of messages) {
      if (hasUid(set, uid)) messages.set(uid, { ...message, flags: named(flags), modSeq })
    }
  }
  if (operation.expunged) {
    const [set, ranges] = [operation.expunged.uids, operation.expunged.ranges].map(parseUidSet)
    for (const uid of before.messages.keys()) {
      assert.equal(hasUid(set ?? [], uid), hasUid(ranges ?? [], uid), `expunge of UID ${uid}`)
      if (hasUid(set ?? [], uid)) messages.delete(uid)
    }
    assert.equal(document.lastVanished, modSeq)
  }
  for (const fresh of operation.messages) {
    assert(!before.messages.has(fresh.uid) && fresh.uid >= before.uidNext, `UID ${fresh.uid} anew`)
    messages.set(fresh.uid, { uid: fresh.uid, modSeq, flags: named(fresh.flags), fresh })
  }
  for (const { id, firstUid, counts } of operation.staged ?? []) {
    let uid = firstUid
    for (const part of counts.keys()) {
      const found = await staged.findOne({ _id: stagedKey(document._id, id, part) })
      assert(found, 'what a commit names is there before it')
      for (const fresh of decodeStaged(found)) {
        messages.set(uid, { uid, modSeq, flags: flagText(fresh.flags), fresh })
        uid++
      }
    }
  }
  const texts = [...messages.values()].map(
    ({ uid, modSeq, flags, fresh }) => `${uid}@${modSeq} ${fresh?.mailId ?? ''} (${flags})`,
  )
  return { operation, uidNext, messages, text: texts.join(', ') }
}

/** Whether the model may still come to it: the messages that are new so far are those. */
export function canBecome(draft: Draft, carried: Carried): boolean {
  for (let uid = draft.before.uidNext; uid < draft.uidNext; uid++) {
    const fresh = carried.messages.get(uid)?.fresh
    const mail = draft.messages.get(uid)?.mail
    if (fresh === undefined || mail === undefined) return false
    if (fresh.mailId !== mail.mailId || fresh.internalDate !== mail.internalDate) return false
  }
  return true
}

/** Whether the model has come to the same; then the contents of new messages are known by their ids. */
export function sameState(
  draft: Draft,
  carried: Carried,
  contents: Map<string, Uint8Array>,
): boolean {
  if (draft.uidNext !== carried.uidNext || draft.messages.size !== carried.messages.size) {
    return false
  }
  for (const [uid, message] of draft.messages) {
    const found = carried.messages.get(uid)
    if (found === undefined) return false
    if (found.modSeq !== message.modSeq || found.flags !== message.flags) return false
    if (found.fresh === undefined) continue
    const { mail } = message
    const { size, internalDate, mailId, blob } = found.fresh
    if (size !== mail.content.length || internalDate !== mail.internalDate) return false
    if (mailId !== mail.mailId) return false
    const known = contents.get(blob)
    if (known === undefined) contents.set(blob, mail.content)
    else if (Buffer.compare(known, mail.content) !== 0) return false
  }
  return true
}

export function checkCounts(state: State, document: MailboxDocument): void {
  const messages = [...state.messages.values()]
  const count = (flag: string) =>
    messages.filter(({ flags }) => flagNames(flags).includes(flag)).length
  const { uidNext, exists, unseen, deleted, bytes } = document
  assert.deepEqual(
    { uidNext, exists, unseen, deleted, bytes },
    {
      uidNext: state.uidNext,
      exists: messages.length,
      unseen: messages.length - count('\\Seen'),
      deleted: count('\\Deleted'),
      bytes: messages.reduce((sum, { mail }) => sum + mail.content.length, 0),
    },
    `counts of ${document.name} at MODSEQ ${document.modSeq}`,
  )
}
