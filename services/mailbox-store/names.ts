/** From a mailbox's name to its document, and the INBOX that every account has. */

import type { Clock, Random } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { newId } from '#lib/base/id.ts'
import type { RecentMap } from '#lib/base/recent-map.ts'
import { DuplicateKey } from '#lib/db/port.ts'
import { ancestorNames, INBOX, parseMailboxName } from '#lib/mail/mailbox-name.ts'
import { completeRenaming } from './account/renaming.ts'
import { STATE_FIELDS } from './commit/state.ts'
import { type Collections, isId, type MailboxDocument, mailboxKey } from './documents.ts'
import { USE_TAKEN } from './special-use.ts'

/** By id when there is one, else by name. */
export interface MailboxRef {
  readonly id: string
  readonly name: string
}

/** Whose mailboxes these are. */
export interface Owner {
  readonly account: string
  readonly tenant: string
  /** Of the account's login; a caller who does not know leaves it as it was told before. */
  readonly domain?: string
}

interface NotedDomain {
  readonly domain: string
  readonly at: number
}

export interface NamePorts {
  readonly collections: Pick<Collections, 'mailboxes' | 'accounts'>
  readonly clock: Clock
  readonly random: Random
  /** Keys of INBOXes by account. An INBOX keeps its document for ever: only its messages move. */
  readonly inboxes: RecentMap<string, string>
  /** Domains of accounts that this process has been told and has written down, and when. */
  readonly domains: RecentMap<string, NotedDomain>
}

const MAILBOXES_MAX = 5000
/** With those deleted within a day: what each leaves is work for that long. */
const MADE_MAX = 2 * MAILBOXES_MAX
/** A process that was told a domain finds out by then that another was told a newer one, and then an older again. */
const DOMAIN_NOTED_MS = 3_600_000
/** The name of what is deleted begins with a character that no name may have. */
const NAMED = { $gte: '\u0001' }
const UID_VALIDITY_MAX = 0xffff_ffff
const TRIES = 5

/**
 * The key of a mailbox. INBOX is made when the account has none.
 *
 * @throws {Fault} not-found, invalid
 */
export async function locateMailbox(
  owner: Owner,
  ref: MailboxRef,
  ports: NamePorts,
): Promise<string> {
  const { account, tenant, domain = '' } = owner
  if (!isId(account)) throw new Fault('invalid', 'Bad account id')
  if (!isId(tenant)) throw new Fault('invalid', 'Bad tenant id')
  if (domain !== '' && !isNoted(account, domain, ports)) {
    await noteDomain({ account, tenant, domain }, ports)
  }
  if (ref.id !== '') return mailboxKey(account, ref.id)
  const name = parseMailboxName(ref.name)
  if (name === INBOX) return openInbox(owner, ports)
  const found = await findByName(account, name, ports)
  if (found === undefined) throw new Fault('not-found', 'No such mailbox')
  return found._id
}

function isNoted(account: string, domain: string, { domains, clock }: NamePorts): boolean {
  const noted = domains.get(account)
  return noted?.domain === domain && clock.monotonic() - noted.at < DOMAIN_NOTED_MS
}

/**
 * Writes down the domain of an account, in its mailboxes too: what a domain holds is counted there. A process does it
 * when it is told another one, and looks again now and then, as other processes may have been told otherwise.
 */
async function noteDomain(
  { account, tenant, domain }: Required<Owner>,
  ports: NamePorts,
): Promise<void> {
  const { accounts, mailboxes } = ports.collections
  const at = ports.clock.monotonic()
  const known = await accounts.findOne({ _id: account }, { fields: ['domain'] })
  // The account first: mailboxes that are made from now on are in the new domain.
  if (known?.domain !== domain) {
    await retryDuplicate(() =>
      accounts.updateOne(
        { _id: account },
        { $set: { domain }, $setOnInsert: { tenant, uidValidity: 0, subscribed: [INBOX] } },
        { upsert: true },
      ),
    )
  }
  await mailboxes.updateMany({ account, domain: { $ne: domain } }, { $set: { domain } })
  ports.domains.set(account, { domain, at })
}

/** As `locateMailbox`, for those who know no domain. */
export function findMailbox(
  account: string,
  ref: MailboxRef,
  tenant: string,
  ports: NamePorts,
): Promise<string> {
  return locateMailbox({ account, tenant }, ref, ports)
}

export async function findByName(
  account: string,
  name: string,
  ports: Pick<NamePorts, 'collections'>,
): Promise<MailboxDocument | undefined> {
  const found = await ports.collections.mailboxes.findOne({ account, name })
  if (found !== undefined) return found
  // Its name may be on its way to it.
  if (!(await completeRenaming(account, ports))) return undefined
  return ports.collections.mailboxes.findOne({ account, name })
}

/** All mailboxes of an account, by name; without those that are deleted. */
export async function readMailboxes(
  account: string,
  { collections }: Pick<NamePorts, 'collections'>,
): Promise<MailboxDocument[]> {
  const options = { sort: { account: 1, name: 1 }, fields: STATE_FIELDS } as const
  return Array.fromAsync(collections.mailboxes.find({ account, name: NAMED }, options))
}

/**
 * Makes the mailboxes above a name that are missing.
 *
 * @throws {Fault} over-quota
 */
export async function addAncestors(name: string, owner: Owner, ports: NamePorts): Promise<void> {
  const { account } = owner
  await checkCount(account, ports)
  for (const ancestor of ancestorNames(name)) {
    if (await findByName(account, ancestor, ports)) continue
    try {
      await addMailbox({ ...ownerOf(owner), name: ancestor }, ports)
    } catch (error) {
      if (!(error instanceof Fault && error.code === 'exists')) throw error
    }
  }
}

/** What was deleted counts until its document goes, a day later: else they could be made and deleted without end. */
async function checkCount(
  account: string,
  { collections }: Pick<NamePorts, 'collections'>,
): Promise<void> {
  const made = await collections.mailboxes.count({ account })
  if (made < MAILBOXES_MAX) return
  if (made >= MADE_MAX) {
    throw new Fault('over-quota', 'Too many mailboxes, or too many deleted since yesterday')
  }
  if ((await collections.mailboxes.count({ account, name: NAMED })) >= MAILBOXES_MAX) {
    throw new Fault('over-quota', 'Too many mailboxes')
  }
}

/** The key of an account's INBOX, which is made on first sight; by whom first does not matter. */
export async function openInbox(owner: Owner, ports: NamePorts): Promise<string> {
  const { account } = owner
  const known = ports.inboxes.get(account)
  if (known !== undefined) return known
  let inbox = await findByName(account, INBOX, ports)
  if (inbox === undefined) {
    try {
      inbox = await addMailbox({ ...ownerOf(owner), name: INBOX }, ports)
    } catch (error) {
      if (!(error instanceof Fault && error.code === 'exists')) throw error
      inbox = await findByName(account, INBOX, ports)
    }
  }
  if (inbox === undefined) throw new Fault('unavailable', 'INBOX cannot be made')
  ports.inboxes.set(account, inbox._id)
  return inbox._id
}

/** Of anything that has an owner, only that. */
export function ownerOf({ account, tenant, domain = '' }: Owner): Required<Owner> {
  return { account, tenant, domain }
}

export interface NewMailbox extends Owner {
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
  const _id = mailboxKey(made.account, newId(ports.clock, ports.random))
  const mailbox = emptyMailbox({ ...made, _id, ...(await enterAccount(made, ports)) })
  try {
    await ports.collections.mailboxes.insertOne(mailbox)
  } catch (error) {
    if (!(error instanceof DuplicateKey)) throw error
    const text = error.index === 'account_use' ? USE_TAKEN : 'There is such a mailbox already'
    throw new Fault('exists', text, { cause: error })
  }
  return mailbox
}

/** A mailbox in which nothing has ever been. */
export function emptyMailbox(
  made: Required<Omit<NewMailbox, 'specialUse'>> &
    Pick<MailboxDocument, '_id' | 'uidValidity' | 'specialUse'>,
): MailboxDocument {
  const counts = { exists: 0, unseen: 0, deleted: 0, bytes: 0 }
  return { ...made, uidNext: 1, modSeq: 1, ...counts, keywords: [], lastVanished: 0 }
}

/**
 * A UIDVALIDITY greater than any that the account was given before, and about the time, so that it stays so when an
 * account is restored from a backup; and the domain, when it is not told. RFC 9051 §2.3.1.1
 */
export async function enterAccount(
  { account, tenant, domain = '' }: Owner,
  { collections, clock }: Pick<NamePorts, 'collections' | 'clock'>,
): Promise<{ uidValidity: number; domain: string }> {
  const { accounts } = collections
  const seconds = Math.floor(clock.now() / 1000)
  const onInsert = { tenant, subscribed: [INBOX], ...(domain !== '' && { domain }) }
  for (;;) {
    const counted = await retryDuplicate(() =>
      accounts.findOneAndUpdate(
        { _id: account },
        { $inc: { uidValidity: 1 }, $setOnInsert: onInsert },
        { upsert: true, returns: 'after' },
      ),
    )
    const next = counted?.uidValidity ?? 1
    if (next > UID_VALIDITY_MAX) throw new Fault('over-quota', 'The account is worn out')
    if (counted?.renaming !== undefined) await completeRenaming(account, { collections })
    if (next >= seconds) return { uidValidity: next, domain: domain || (counted?.domain ?? '') }
    await accounts.updateOne({ _id: account }, { $max: { uidValidity: seconds } })
  }
}

/** Two upserts of one document at the same time: one may fail, and finds the other's the next time. */
async function retryDuplicate<A>(work: () => Promise<A>): Promise<A> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof DuplicateKey) || tries === TRIES) throw error
    }
  }
}
