/** What a session needs of a mailbox: all of it once, and from then on what happened. */

import { formatUidSet } from '#lib/mail/uid-set.ts'
import { vanishedSince } from './commit/changes.ts'
import type { Packed } from './commit/view.ts'
import type { CopyPorts } from './copy.ts'
import { type MailboxDocument, mailboxKey } from './documents.ts'
import { completeAccount, readSubscribed } from './mailboxes.ts'
import { locateMailbox, type MailboxRef } from './names.ts'

/** A client that was away for more than so many scattered expunges is better off starting over. */
const VANISHED_RANGES_MAX = 20_000

export interface ViewAnswer {
  readonly mailbox: MailboxDocument
  readonly subscribed: boolean
  readonly messages: Packed
}

/**
 * All messages of a mailbox at one MODSEQ.
 *
 * @throws {Fault} not-found
 */
export async function viewMailbox(
  request: { account: string; tenant: string; mailbox: MailboxRef },
  ports: CopyPorts,
): Promise<ViewAnswer> {
  const { account, tenant } = request
  const key = await locateMailbox({ account, tenant }, request.mailbox, ports)
  await completeAccount(account, ports)
  const subscribed = await readSubscribed(account, ports)
  return ports.committer.mailbox(key).read(true, ({ mailbox, view }) => ({
    mailbox,
    subscribed: subscribed.has(mailbox.name),
    messages: view.pack(),
  }))
}

export interface ChangesAnswer {
  readonly mailbox: MailboxDocument
  /** New ones, and those whose flags changed. */
  readonly changed: Packed
  /** UID set. */
  readonly vanished: string
  readonly startOver: boolean
}

/**
 * What happened in a mailbox after a MODSEQ. `startOver` when that is longer ago than expunges are remembered, or of
 * another time of the mailbox.
 *
 * @throws {Fault} not-found
 */
export async function changesSince(
  request: { account: string; mailbox: string; since: number; uidValidity: number },
  { committer, collections }: Pick<CopyPorts, 'committer' | 'collections'>,
): Promise<ChangesAnswer> {
  const key = mailboxKey(request.account, request.mailbox)
  const { since, uidValidity } = request
  const { mailbox, changed } = await committer.mailbox(key).read(true, ({ mailbox, view }) => ({
    mailbox,
    changed: view.pack(mailbox.modSeq > since ? view.changedSince(since) : []),
  }))
  const other = uidValidity !== 0 && uidValidity !== mailbox.uidValidity
  const vanished =
    other || since > mailbox.modSeq
      ? undefined
      : await vanishedSince(since, mailbox, { vanished: collections.vanished })
  const startOver = vanished === undefined || vanished.length > VANISHED_RANGES_MAX
  return { mailbox, changed, vanished: startOver ? '' : formatUidSet(vanished), startOver }
}
