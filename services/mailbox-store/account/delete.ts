import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import type { Collection, Document } from '#lib/db/port.ts'
import { INBOX, parseMailboxName } from '#lib/mail/mailbox-name.ts'
import type { Failpoint } from '../commit/apply.ts'
import type { Committer } from '../commit/committer.ts'
import { dropSnapshot } from '../commit/snapshot.ts'
import { type Collections, type MailboxDocument, mailboxIdOf } from '../documents.ts'
import { completeMoves } from '../move/complete.ts'
import { findByName, type NamePorts } from '../names.ts'
import type { Quotas } from '../quota.ts'

export type DeletePorts = NamePorts & {
  readonly collections: Collections
  readonly committer: Committer
  readonly quotas: Pick<Quotas, 'released'>
  readonly at: Failpoint
}

const TRIES = 20
const DELETED_AT_ONCE = 1000
/** These may have a megabyte each. */
const STAGED_AT_ONCE = 20
/** For so long, someone who has slept may still write what belonged to the mailbox. */
const LATECOMERS_MS = 86_400_000
/** Of moves that other processes have begun, by their clocks. */
const CLOCKS_DIFFER_MS = 3_600_000

/**
 * Deletes a mailbox with its messages; those below it stay. INBOX cannot be deleted. What it held is removed later, by
 * whoever looks for unfinished work: nobody waits for it, and who is just reading does not see half of it.
 *
 * RFC 9051 §6.3.5
 *
 * @throws {Fault} not-found, forbidden
 */
export async function deleteMailbox(
  { account, name }: { account: string; name: string },
  ports: DeletePorts,
): Promise<void> {
  const canonical = parseMailboxName(name)
  if (canonical === INBOX) throw new Fault('forbidden', 'INBOX cannot be deleted')
  for (let tries = 0; tries < TRIES; tries++) {
    const found = await findByName(account, canonical, ports)
    if (found === undefined) throw new Fault('not-found', 'No such mailbox')
    // Its own moves are over, and what is pending is applied: as long as the MODSEQ stays that.
    const now = await ports.committer.mailbox(found._id).read(false, ({ mailbox }) => mailbox)
    // What arrived here and has not left its source yet would come back there.
    await completeMovesInto(now, ports)
    ports.at('delete')
    if (!(await markDeleted(now, canonical, ports))) continue
    ports.quotas.released(now)
    return
  }
  throw new Fault('busy', 'The mailbox is changed by too many at once')
}

/** Completes moves of all accounts that go into this mailbox. */
async function completeMovesInto(
  { _id, account }: MailboxDocument,
  ports: DeletePorts,
): Promise<void> {
  const { mailboxes } = ports.collections
  const $lt = new Date(ports.clock.now() + CLOCKS_DIFFER_MS)
  const fields = ['moving']
  const sources = new Set<string>()
  for (const found of [
    mailboxes.find({ account }, { fields }),
    mailboxes.find({ unfinishedSince: { $gt: new Date(0), $lt } }, { fields }),
  ]) {
    for await (const source of found) {
      if (source.moving?.some(({ target }) => target === _id)) sources.add(source._id)
    }
  }
  for (const source of sources) await completeMoves(source, ports)
}

/** The MODSEQ makes every commit that is under way fail its compare-and-set, as they would make this one. */
async function markDeleted(
  { _id, modSeq }: MailboxDocument,
  name: string,
  { collections, clock }: DeletePorts,
): Promise<boolean> {
  const now = new Date(clock.now())
  const { matched } = await collections.mailboxes.updateOne(
    { _id, name, modSeq },
    {
      $set: {
        deletedAt: now,
        unfinishedSince: now,
        name: `\u0000${mailboxIdOf(_id)}`,
        modSeq: modSeq + 1,
        ...{ exists: 0, unseen: 0, deleted: 0, bytes: 0 },
      },
      $unset: { pending: true, specialUse: true },
    },
  )
  return matched === 1
}

/**
 * Removes what a deleted mailbox held, some at a time; safe to repeat. Its document goes a day later, when this is done
 * once more: until then, someone who has slept may have written another message.
 */
export async function clearDeleted(
  key: string,
  { collections, clock }: { readonly collections: Collections; readonly clock: Clock },
): Promise<void> {
  const deleted = { _id: key, deletedAt: { $exists: true } }
  const found = await collections.mailboxes.findOne(deleted, {
    fields: ['deletedAt', 'unfinishedSince'],
  })
  if (found?.deletedAt === undefined) return
  const now = clock.now()
  if (Number(found.unfinishedSince ?? 0) > now) return
  await clearWithin(key, collections.messages)
  await clearWithin(key, collections.vanished)
  await clearWithin(key, collections.staged, STAGED_AT_ONCE)
  await clearWithin(key, collections.receipts)
  await collections.metadata.deleteOne({ _id: key })
  await dropSnapshot(key, collections)
  const over = Number(found.deletedAt) + LATECOMERS_MS
  if (now >= over) await collections.mailboxes.deleteOne(deleted)
  else await collections.mailboxes.updateOne(deleted, { $set: { unfinishedSince: new Date(over) } })
}

/** A few at a time: there may be any number, and others wait for each write. */
async function clearWithin(
  key: string,
  collection: Pick<Collection<Document>, 'find' | 'deleteMany'>,
  atOnce = DELETED_AT_ONCE,
): Promise<void> {
  const within = { $gte: `${key}/`, $lt: `${key}0` }
  for (;;) {
    const options = { sort: { _id: 1 }, limit: atOnce, fields: [] } as const
    let last = ''
    for await (const { _id } of collection.find({ _id: within }, options)) last = _id
    if (last === '') return
    await collection.deleteMany({ _id: { $gte: within.$gte, $lte: last } })
  }
}
