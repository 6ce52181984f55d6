/** From a mailbox's name to its document, and the INBOX that every account has. */

import type { Clock, Random } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { newId } from '#lib/base/id.ts'
import { DuplicateKey } from '#lib/db/port.ts'
import { INBOX, parseMailboxName } from '#lib/mail/mailbox-name.ts'
import { type Collections, isId, type MailboxDocument, mailboxKey } from './documents.ts'

/** By id when there is one, else by name. */
export interface MailboxRef {
  readonly id: string
  readonly name: string
}

export interface NamePorts {
  readonly collections: Pick<Collections, 'mailboxes' | 'accounts'>
  readonly clock: Clock
  readonly random: Random
  /** Keys of INBOXes by account. An INBOX keeps its document for ever: only its messages move. */
  readonly inboxes: Map<string, string>
}

const INBOXES_MAX = 100_000
const UID_VALIDITY_MAX = 0xffff_ffff

/**
 * The key of a mailbox. INBOX is made when the account has none.
 *
 * @throws {Fault} not-found
 */
export async function findMailbox(
  account: string,
  ref: MailboxRef,
  tenant: string,
  ports: NamePorts,
): Promise<string> {
  if (ref.id !== '') return mailboxKey(account, ref.id)
  if (!isId(account)) throw new Fault('invalid', 'Bad account id')
  const name = parseMailboxName(ref.name)
  if (name === INBOX) return openInbox(account, tenant, ports)
  const found = await findByName(account, name, ports)
  if (found === undefined) throw new Fault('not-found', 'No such mailbox')
  return found._id
}

export async function findByName(
  account: string,
  name: string,
  ports: Pick<NamePorts, 'collections'>,
): Promise<MailboxDocument | undefined> {
  return ports.collections.mailboxes.findOne({ account, name })
}

/** The key of an account's INBOX, which is made on first sight; by whom first does not matter. */
export async function openInbox(
  account: string,
  tenant: string,
  ports: NamePorts,
): Promise<string> {
  const known = ports.inboxes.get(account)
  if (known !== undefined) return known
  let inbox = await findByName(account, INBOX, ports)
  if (inbox === undefined) {
    try {
      inbox = await addMailbox({ account, tenant, name: INBOX }, ports)
    } catch (error) {
      if (!(error instanceof Fault && error.code === 'exists')) throw error
      inbox = await findByName(account, INBOX, ports)
    }
  }
  if (inbox === undefined) throw new Fault('unavailable', 'INBOX cannot be made')
  if (ports.inboxes.size >= INBOXES_MAX) ports.inboxes.clear()
  ports.inboxes.set(account, inbox._id)
  return inbox._id
}

export interface NewMailbox {
  readonly account: string
  readonly tenant: string
  /** Canonical. */
  readonly name: string
  readonly specialUse?: string
}

/**
 * Makes an empty mailbox.
 *
 * @throws {Fault} exists
 */
export async function addMailbox(made: NewMailbox, ports: NamePorts): Promise<MailboxDocument> {
  if (!isId(made.tenant)) throw new Fault('invalid', 'Bad tenant id')
  const mailbox: MailboxDocument = {
    ...made,
    _id: mailboxKey(made.account, newId(ports.clock, ports.random)),
    uidValidity: await nextUidValidity(made, ports),
    uidNext: 1,
    modSeq: 1,
    exists: 0,
    unseen: 0,
    deleted: 0,
    bytes: 0,
    keywords: [],
    lastVanished: 0,
  }
  try {
    await ports.collections.mailboxes.insertOne(mailbox)
  } catch (error) {
    if (!(error instanceof DuplicateKey)) throw error
    throw new Fault('exists', 'There is such a mailbox already', { cause: error })
  }
  return mailbox
}

/**
 * Greater than any that the account was given before, and about the time, so that it stays so when an account
 * is restored from a backup. RFC 9051 §2.3.1.1
 */
async function nextUidValidity(
  { account, tenant }: { account: string; tenant: string },
  { collections, clock }: Pick<NamePorts, 'collections' | 'clock'>,
): Promise<number> {
  const seconds = Math.floor(clock.now() / 1000)
  for (let tries = 0; ; tries++) {
    try {
      const counted = await collections.accounts.findOneAndUpdate(
        { _id: account },
        { $inc: { uidValidity: 1 }, $setOnInsert: { tenant, subscribed: [INBOX] } },
        { upsert: true, returns: 'after' },
      )
      const next = counted?.uidValidity ?? 1
      if (next >= seconds) return Math.min(next, UID_VALIDITY_MAX)
      await collections.accounts.updateOne({ _id: account }, { $max: { uidValidity: seconds } })
    } catch (error) {
      if (!(error instanceof DuplicateKey) || tries > 3) throw error
    }
  }
}
