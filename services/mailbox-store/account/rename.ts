import { Fault } from '#lib/base/fault.ts'
import { newId } from '#lib/base/id.ts'
import { INBOX, isBelow, parseMailboxName } from '#lib/mail/mailbox-name.ts'
import type { Failpoint } from '../commit/apply.ts'
import { type MailboxDocument, mailboxIdOf, type Renaming } from '../documents.ts'
import { type MovePorts, moveToNew } from '../move/move.ts'
import {
  addAncestors,
  addMailbox,
  findByName,
  type NamePorts,
  ownerOf,
  readMailboxes,
} from '../names.ts'
import { carryOut, completeRenaming } from './renaming.ts'

type RenamePorts = NamePorts & { readonly at: Failpoint }

const TRIES = 20

/**
 * Renames a mailbox with those below it: once that is decided, whoever comes next completes it. INBOX is not renamed:
 * its messages move to a new mailbox, all in one step. Subscriptions are to names, and stay as they are.
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
  for (let tries = 0; tries < TRIES; tries++) {
    const renaming = await decide(account, from, to, ports)
    if (renaming === undefined) continue
    ports.at('rename')
    if (!(await carryOut(account, renaming, ports))) throw taken()
    return findRenamed(account, to, ports)
  }
  throw new Fault('busy', 'The mailboxes are changed by too many at once')
}

/** Writes down what gets which name; undefined when something came in between. */
async function decide(
  account: string,
  from: string,
  to: string,
  ports: RenamePorts,
): Promise<Renaming | undefined> {
  const { accounts } = ports.collections
  await completeRenaming(account, ports)
  const [any] = await chooseMailboxes(account, from, to, ports)
  if (any !== undefined) await addAncestors(to, any, ports)
  // Whoever makes a mailbox from here on counts this number up first, and then it does not fit any more.
  const { uidValidity } = (await accounts.findOne({ _id: account })) ?? {}
  const moved = await chooseMailboxes(account, from, to, ports)
  if (uidValidity === undefined || moved.length === 0)
    throw new Fault('not-found', 'No such mailbox')
  const mailboxes = moved.map(({ _id }) => mailboxIdOf(_id))
  const renaming = { id: newId(ports.clock, ports.random), from, to, mailboxes }
  const { matched } = await accounts.updateOne(
    { _id: account, uidValidity, renaming: { $exists: false } },
    { $set: { renaming } },
  )
  return matched === 1 ? renaming : undefined
}

/** The mailbox and those below it, when all of their new names are free. */
async function chooseMailboxes(
  account: string,
  from: string,
  to: string,
  ports: RenamePorts,
): Promise<MailboxDocument[]> {
  const all = await readMailboxes(account, ports)
  const names = new Set(all.map(({ name }) => name))
  const moved = all.filter(({ name }) => name === from || isBelow(name, from))
  if (moved.length > 0 && (from === to || names.has(to))) throw taken()
  for (const { name } of moved) {
    const newName = parseMailboxName(to + name.slice(from.length))
    // Also not its own names: one that was renamed already would be so again.
    if (names.has(newName) || isBelow(newName, from)) throw taken()
  }
  return moved
}

/** When only names below it existed, it is made now. */
async function findRenamed(
  account: string,
  name: string,
  ports: RenamePorts,
): Promise<MailboxDocument> {
  const found = await findByName(account, name, ports)
  if (found !== undefined) return found
  const [any] = await readMailboxes(account, ports)
  if (any === undefined) throw new Fault('not-found', 'No such mailbox')
  return addMailbox({ ...ownerOf(any), name }, ports)
}

/** Renaming INBOX leaves it, empty, and moves its messages. RFC 9051 §6.3.6 */
async function emptyInbox(
  account: string,
  name: string,
  ports: MovePorts,
): Promise<MailboxDocument> {
  const inbox = await findByName(account, INBOX, ports)
  if (inbox === undefined) throw new Fault('not-found', 'No such mailbox')
  if (await findByName(account, name, ports)) throw taken()
  await addAncestors(name, inbox, ports)
  return moveToNew(inbox, name, ports)
}

function taken(): Fault {
  return new Fault('exists', 'There is such a mailbox already')
}
