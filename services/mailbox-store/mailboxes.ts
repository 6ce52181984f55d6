/** The mailboxes of an account: list, create, rename, delete, subscribe. */

import { Fault } from '#lib/base/fault.ts'
import { DuplicateKey } from '#lib/db/port.ts'
import { ancestorNames, INBOX, isBelow, parseMailboxName } from '#lib/mail/mailbox-name.ts'
import { dropSnapshot } from './commit/snapshot.ts'
import {
  type Collections,
  isId,
  type MailboxDocument,
  mailboxIdOf,
  messageKey,
} from './documents.ts'
import { completeMoves } from './move/complete.ts'
import { type MovePorts, move } from './move/move.ts'
import { addMailbox, findByName, type NamePorts, type Owner, openInbox, ownerOf } from './names.ts'
import { checkSpecialUse } from './special-use.ts'

const MAILBOXES_MAX = 5000
const SUBSCRIPTIONS_MAX = 10_000
const DELETED_AT_ONCE = 1000
const UID_MAX = 0xffff_ffff

type WorkPorts = Pick<MovePorts, 'collections' | 'committer'>

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
  if (await completeWork(all, ports)) all = await readMailboxes(account, ports)
  return {
    mailboxes: all.filter(({ deletedAt }) => deletedAt === undefined),
    subscribed: await readSubscribed(account, ports),
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
  await completeWork(await readMailboxes(account, ports), ports)
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
 * Renames a mailbox with those below it; when the process dies half-way, asking again completes it. INBOX is not
 * renamed: its messages move to a new mailbox, and what had not moved when the process died stays where it was.
 *
 * RFC 9051 §6.3.6
 *
 * @throws {Fault} not-found, exists, invalid
 */
export async function renameMailbox(
  { account, name, newName }: { account: string; name: string; newName: string },
  ports: MovePorts,
): Promise<MailboxDocument> {
  const [from, to] = [parseMailboxName(name), parseMailboxName(newName)]
  if (to === INBOX) throw new Fault('exists', 'INBOX is always there')
  if (from === INBOX) return emptyInbox(account, to, ports)
  if (isBelow(to, from)) throw new Fault('invalid', 'A mailbox cannot go below itself')
  const all = (await readMailboxes(account, ports)).filter(({ deletedAt }) => !deletedAt)
  // The deepest first, the mailbox itself last: until then it is found under its old name again.
  const moved = all
    .filter((mailbox) => mailbox.name === from || isBelow(mailbox.name, from))
    .sort((a, b) => b.name.length - a.name.length)
  const [any] = moved
  if (any === undefined) throw new Fault('not-found', 'No such mailbox')
  if (from === to || all.some((mailbox) => mailbox.name === to)) {
    throw new Fault('exists', 'There is such a mailbox already')
  }
  await addAncestors(to, any, ports)
  for (const mailbox of moved) {
    await setName(mailbox, to + mailbox.name.slice(from.length), ports)
  }
  const renamed = await findByName(account, to, ports)
  // Only names below it existed.
  return renamed ?? addMailbox({ ...ownerOf(any), name: to }, ports)
}

/**
 * Deletes a mailbox with its messages; those below it stay. INBOX cannot be deleted.
 *
 * RFC 9051 §6.3.5
 *
 * @throws {Fault} not-found, forbidden
 */
export async function deleteMailbox(
  { account, name }: { account: string; name: string },
  ports: MovePorts,
): Promise<void> {
  const canonical = parseMailboxName(name)
  if (canonical === INBOX) throw new Fault('forbidden', 'INBOX cannot be deleted')
  const found = await findByName(account, canonical, ports)
  if (found === undefined) throw new Fault('not-found', 'No such mailbox')
  // Otherwise what was moved in here would come back in its source.
  await completeMoves(found._id, ports)
  // The MODSEQ makes every commit that is under way fail its compare-and-set.
  await ports.collections.mailboxes.updateOne(
    { _id: found._id, name: canonical },
    {
      $set: { deletedAt: new Date(ports.clock.now()), name: `\u0000${mailboxIdOf(found._id)}` },
      $inc: { modSeq: 1 },
      $unset: { pending: true },
    },
  )
  await clear(found._id, ports.collections)
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
  const canonical = parseMailboxName(name)
  const filter = { _id: account }
  if (!subscribed) {
    await collections.accounts.updateOne(filter, { $pull: { subscribed: canonical } })
    return
  }
  const found = await collections.accounts.findOne(filter, { fields: ['subscribed'] })
  if ((found?.subscribed.length ?? 0) >= SUBSCRIPTIONS_MAX) {
    throw new Fault('over-quota', 'Too many subscriptions')
  }
  const names = found === undefined ? [INBOX, canonical] : [canonical]
  await collections.accounts.updateOne(
    filter,
    { $addToSet: { subscribed: { $each: names } }, $setOnInsert: { tenant: '', uidValidity: 0 } },
    { upsert: true },
  )
}

async function readMailboxes(
  account: string,
  { collections }: Pick<NamePorts, 'collections'>,
): Promise<MailboxDocument[]> {
  const fields = [
    ...[
      'account',
      'tenant',
      'domain',
      'name',
      'specialUse',
      'uidValidity',
      'uidNext',
      'modSeq',
      'exists',
    ],
    ...[
      'unseen',
      'deleted',
      'bytes',
      'keywords',
      'lastVanished',
      'moving',
      'deletedAt',
      'unfinishedSince',
    ],
  ]
  const found: MailboxDocument[] = []
  const sort = { account: 1, name: 1 } as const
  for await (const mailbox of collections.mailboxes.find({ account }, { sort, fields })) {
    found.push(mailbox)
  }
  return found
}

/** Answers whether there was anything to do. */
async function completeWork(all: readonly MailboxDocument[], ports: WorkPorts): Promise<boolean> {
  const moving = all.filter(({ moving, deletedAt }) => !deletedAt && (moving?.length ?? 0) > 0)
  for (const { _id } of moving) await completeMoves(_id, ports)
  for (const { _id, deletedAt } of all) {
    if (deletedAt !== undefined) await clear(_id, ports.collections)
  }
  return moving.length > 0
}

async function addAncestors(name: string, owner: Owner, ports: NamePorts): Promise<void> {
  const { account } = owner
  if ((await ports.collections.mailboxes.count({ account })) >= MAILBOXES_MAX) {
    throw new Fault('over-quota', 'Too many mailboxes')
  }
  for (const ancestor of ancestorNames(name)) {
    if (await findByName(account, ancestor, ports)) continue
    try {
      await addMailbox({ ...ownerOf(owner), name: ancestor }, ports)
    } catch (error) {
      if (!(error instanceof Fault && error.code === 'exists')) throw error
    }
  }
}

async function setName(mailbox: MailboxDocument, name: string, ports: NamePorts): Promise<void> {
  try {
    const old = { _id: mailbox._id, name: mailbox.name }
    await ports.collections.mailboxes.updateOne(old, { $set: { name } })
  } catch (error) {
    if (!(error instanceof DuplicateKey)) throw error
    throw new Fault('exists', 'There is such a mailbox already', { cause: error })
  }
}

/** Renaming INBOX leaves it, empty, and moves its messages. RFC 9051 §6.3.6 */
async function emptyInbox(
  account: string,
  name: string,
  ports: MovePorts,
): Promise<MailboxDocument> {
  const inbox = await findByName(account, INBOX, ports)
  if (inbox === undefined) throw new Fault('not-found', 'No such mailbox')
  await addAncestors(name, inbox, ports)
  const target = await addMailbox({ ...ownerOf(inbox), name }, ports)
  await move(
    {
      account,
      source: mailboxIdOf(inbox._id),
      uids: '1:*',
      target: { id: mailboxIdOf(target._id), name: '' },
      targetAccount: '',
      operationId: '',
      quotas: [],
    },
    ports,
  )
  return (await findByName(account, name, ports)) ?? target
}

/** Removes what a deleted mailbox held, some at a time, and at last the mailbox. */
async function clear(key: string, collections: Collections): Promise<void> {
  const all = { $gte: messageKey(key, 0), $lte: messageKey(key, UID_MAX) }
  for (;;) {
    const options = { sort: { _id: 1 }, limit: DELETED_AT_ONCE, fields: ['uid'] } as const
    let last = ''
    for await (const { _id } of collections.messages.find({ _id: all }, options)) last = _id
    if (last === '') break
    await collections.messages.deleteMany({ _id: { $gte: all.$gte, $lte: last } })
  }
  await collections.vanished.deleteMany({ _id: { $gte: `${key}/`, $lt: `${key}0` } })
  await dropSnapshot(key, collections)
  await collections.mailboxes.deleteOne({ _id: key, deletedAt: { $exists: true } })
}
