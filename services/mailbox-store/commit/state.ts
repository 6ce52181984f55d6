/** The part of a mailbox document that a commit compares and sets. */

import type { Collection, Update, Value } from '#lib/db/port.ts'
import type { MailboxDocument } from '../documents.ts'
import type { Plan } from './plan.ts'

/** All fields but the pending operation. */
export const STATE_FIELDS = [
  ...['account', 'tenant', 'domain', 'name', 'specialUse', 'uidValidity', 'uidNext', 'modSeq'],
  ...['exists', 'unseen', 'deleted', 'bytes', 'keywords', 'lastVanished', 'moving', 'deletedAt'],
  'unfinishedSince',
]

/** The commit. Answers false when someone else was first. */
export async function compareAndSet(
  mailboxes: Collection<MailboxDocument>,
  plan: Plan,
  pending: Uint8Array,
): Promise<boolean> {
  const filter = { _id: plan.before._id, modSeq: plan.before.modSeq }
  const { matched } = await mailboxes.updateOne(filter, toUpdate(plan, pending))
  return matched === 1
}

function toUpdate(plan: Plan, pending: Uint8Array): Update {
  const after = plan.after()
  const set: Record<string, Value> = {
    uidNext: after.uidNext,
    modSeq: after.modSeq,
    exists: after.exists,
    unseen: after.unseen,
    deleted: after.deleted,
    bytes: after.bytes,
    lastVanished: after.lastVanished,
    pending,
  }
  if (after.keywords !== plan.before.keywords) set.keywords = after.keywords
  if (plan.moving === undefined) return { $set: set }
  if (after.moving === undefined || after.unfinishedSince === undefined) {
    return { $set: set, $unset: { moving: true, unfinishedSince: true } }
  }
  return { $set: { ...set, moving: after.moving, unfinishedSince: after.unfinishedSince } }
}
