/** The mailboxes of an account: list, create, rename, delete, subscribe. */

import { Fault } from '#lib/base/fault.ts'
import { INBOX, parseMailboxName } from '#lib/mail/mailbox-name.ts'
import { clearDeleted } from './account/delete.ts'
import { completeRenaming } from './account/renaming.ts'
import { isId, type MailboxDocument } from './documents.ts'
import { completeMoves } from './move/complete.ts'
import type { MovePorts } from './move/move.ts'
import {
  addAncestors,
  addMailbox,
  type NamePorts,
  type Owner,
  openInbox,
  ownerOf,
  readMailboxes,
} from './names.ts'
import { checkSpecialUse } from './special-use.ts'

export { clearDeleted, deleteMailbox } from './account/delete.ts'
export { renameMailbox } from './account/rename.ts'

const SUBSCRIPTIONS_MAX = 10_000
/** Of all their names: they are read with every SELECT. */
const SUBSCRIBED_OCTETS_MAX = 1024 * 1024

type WorkPorts = Pick<MovePorts, 'collections' | 'committer' | 'clock'>

export interface MailboxList {
  readonly mailboxes: readonly MailboxDocument[]
  /** All names subscribed to, whether or not there is such a mailbox. */
  readonly subscribed: ReadonlySet<string>
}

/** All mailboxes by name, INBOX among them. Also completes what a process that died left half done. */
export async function listMailboxes(
  { account, tenant }: { account: string; tenant: string },
  ports: NamePorts & WorkPorts,
): Promise<MailboxList> {
  if (!isId(account)) throw new Fault('invalid', 'Bad account id')
  let all = await readMailboxes(account, ports)
  if (!all.some(({ name }) => name === INBOX)) {
    await openInbox({ account, tenant }, ports)
    all = await readMailboxes(account, ports)
  }
  // Read after the mailboxes: when it says nothing of a renaming, they do not show half of one.
  const found = await ports.collections.accounts.findOne({ _id: account })
  const renamed = found?.renaming !== undefined && (await completeRenaming(account, ports))
  const moved = await completeAllMoves(all, ports)
  return {
    mailboxes: renamed || moved ? await readMailboxes(account, ports) : all,
    subscribed: new Set(found?.subscribed ?? [INBOX]),
  }
}

/** Names that the account has subscribed to. */
export async function readSubscribed(
  account: string,
  { collections }: Pick<NamePorts, 'collections'>,
): Promise<Set<string>> {
  const found = await collections.accounts.findOne({ _id: account })
  return new Set(found?.subscribed ?? [INBOX])
}

/** Completes moves and deletions of the account that were left half done. */
export async function completeAccount(account: string, ports: WorkPorts): Promise<void> {
  await completeRenaming(account, ports)
  const waiting = { account, unfinishedSince: { $exists: true } }
  const fields = ['deletedAt', 'moving']
  for await (const { _id, deletedAt } of ports.collections.mailboxes.find(waiting, { fields })) {
    await (deletedAt === undefined ? completeMoves(_id, ports) : clearDeleted(_id, ports))
  }
}

async function completeAllMoves(
  all: readonly MailboxDocument[],
  ports: WorkPorts,
): Promise<boolean> {
  const moving = all.filter((mailbox) => (mailbox.moving?.length ?? 0) > 0)
  for (const { _id } of moving) await completeMoves(_id, ports)
  return moving.length > 0
}

/**
 * Makes a mailbox, and those above it that are missing.
 *
 * RFC 9051 §6.3.4
 *
 * @throws {Fault} exists, invalid
 */
export async function createMailbox(
  made: Owner & { readonly name: string; readonly specialUse: string },
  ports: NamePorts,
): Promise<MailboxDocument> {
  const name = parseMailboxName(made.name)
  if (name === INBOX) throw new Fault('exists', 'INBOX is always there')
  checkSpecialUse(made.specialUse)
  await addAncestors(name, made, ports)
  const specialUse = made.specialUse === '' ? {} : { specialUse: made.specialUse }
  return addMailbox({ ...ownerOf(made), name, ...specialUse }, ports)
}

/**
 * Remembers the name, whether or not there is such a mailbox.
 *
 * RFC 9051 §6.3.7
 */
export async function setSubscribed(
  { account, name, subscribed }: { account: string; name: string; subscribed: boolean },
  { collections }: Pick<NamePorts, 'collections'>,
): Promise<void> {
  if (!isId(account)) throw new Fault('invalid', 'Bad account id')
  const canonical = parseMailboxName(name)
  const filter = { _id: account }
  if (!subscribed) {
    await collections.accounts.updateOne(filter, { $pull: { subscribed: canonical } })
    return
  }
  const found = await collections.accounts.findOne(filter, { fields: ['subscribed'] })
  const known = found?.subscribed ?? []
  const octets = known.reduce((sum, one) => sum + Buffer.byteLength(one), 0)
  if (known.length >= SUBSCRIPTIONS_MAX || octets >= SUBSCRIBED_OCTETS_MAX) {
    throw new Fault('over-quota', 'Too many subscriptions')
  }
  const names = found === undefined ? [INBOX, canonical] : [canonical]
  await collections.accounts.updateOne(
    filter,
    { $addToSet: { subscribed: { $each: names } }, $setOnInsert: { tenant: '', uidValidity: 0 } },
    { upsert: true },
  )
}
