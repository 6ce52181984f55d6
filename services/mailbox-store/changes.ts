/** What a session needs of a mailbox: all of it once, and from then on what happened. */

import { formatUidSet } from '#lib/mail/uid-set.ts'
import { vanishedSince } from './commit/changes.ts'
import type { Packed } from './commit/compact.ts'
import { View } from './commit/view.ts'
import type { CopyPorts } from './copy.ts'
import { type MailboxDocument, mailboxKey } from './documents.ts'
import { readSubscribed } from './mailboxes.ts'
import { locateMailbox, type MailboxRef } from './names.ts'

/** A client that was away for more than so many scattered expunges is better off starting over. */
const VANISHED_RANGES_MAX = 20_000
const NOTHING = new View().pack()

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
  request: { account: string; tenant: string; mailbox: MailboxRef; compact?: boolean },
  ports: CopyPorts,
): Promise<ViewAnswer> {
  const { account, tenant, compact } = request
  const key = await locateMailbox({ account, tenant }, request.mailbox, ports)
  const [subscribed, { mailbox, messages }] = await Promise.all([
    readSubscribed(account, ports),
    ports.committer.mailbox(key).read(true, ({ mailbox, view }) => ({
      mailbox,
      messages: compact ? view.compact() : view.pack(),
    })),
  ])
  return { mailbox, subscribed: subscribed.has(mailbox.name), messages }
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
 * another time of the mailbox: then nothing else is told.
 *
 * RFC 7162 §3.2.5
 *
 * @throws {Fault} not-found
 */
export async function changesSince(
  request: {
    account: string
    mailbox: string
    since: number
    uidValidity: number
    compact?: boolean
  },
  { committer, collections }: Pick<CopyPorts, 'committer' | 'collections'>,
): Promise<ChangesAnswer> {
  const key = mailboxKey(request.account, request.mailbox)
  const { since, uidValidity } = request
  const { mailbox, changed, known } = await committer.mailbox(key).read(true, (now) => {
    const { uidValidity: current, modSeq } = now.mailbox
    const known = (uidValidity === 0 || uidValidity === current) && since <= modSeq
    const indexes = known && modSeq > since ? now.view.changedSince(since) : []
    const changed = request.compact ? now.view.compact(indexes) : now.view.pack(indexes)
    return { mailbox: now.mailbox, changed, known }
  })
  const vanished = known ? await vanishedSince(since, mailbox, collections) : undefined
  if (vanished === undefined || vanished.length > VANISHED_RANGES_MAX) {
    return { mailbox, changed: NOTHING, vanished: '', startOver: true }
  }
  return { mailbox, changed, vanished: formatUidSet(vanished), startOver: false }
}
