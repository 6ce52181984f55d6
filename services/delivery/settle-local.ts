/** Mailboxes of ours, for a mail from the spool and for one from the queue alike. */

import type { Clock } from '#lib/base/clock.ts'
import type { Outcome } from './documents.ts'
import type { Events } from './events.ts'
import type { MailRecord } from './ledger/record.ts'
import type { Mail } from './mail.ts'
import { type MailboxRules, putIntoMailboxes } from './mailboxes.ts'
import { type SendNotice, tellSender } from './notices.ts'
import { endOfFailure } from './queue/results.ts'
import type { Failure, Plan, Wait } from './routes.ts'

export interface LocalRules {
  readonly clock: Pick<Clock, 'now'>
  readonly mailboxes: MailboxRules
  readonly first: { readonly sendNotice: SendNotice }
  readonly events: Pick<Events, 'bounced'>
}

interface Job {
  readonly mail: Mail
  readonly record: Pick<MailRecord, 'add'>
}

export interface LocalResult {
  /** Their mailboxes cannot take it now. */
  readonly waits: Wait[]
  /** The mailbox-store cannot. */
  readonly away: { readonly name: string; readonly reason: string; readonly afterMs: number }[]
}

const DELIVERED = '250 2.0.0 It is in the mailbox'
const EXPANDED = '250 2.0.0 It goes to those behind the address'
const WITHDRAWN = 'The address does not lead there any more'

/** Says what recipients become, before anything is done for those. */
export async function tellExpanded(
  { expanded, withdrawn }: Plan,
  { mail, record }: Job,
  { clock, first }: LocalRules,
): Promise<void> {
  if (expanded.length + withdrawn.length === 0) return
  const recipients = expanded.map(({ recipient }) => ({ recipient, reply: EXPANDED }))
  await tellSender({ kind: 'expanded', mail, recipients }, first.sendNotice)
  const at = new Date(clock.now())
  const became = expanded.map(
    ({ name, into }): Outcome => ({ at, event: 'expanded', recipient: name, into }),
  )
  const gone = withdrawn.map(
    ({ name }): Outcome => ({ at, event: 'deleted', recipient: name, reply: WITHDRAWN }),
  )
  await record.add([...became, ...gone])
}

/**
 * Appends, and ends those that got it, and those that never will. A notice goes out before the end is written: killed in
 * between, the same is done again, and found done.
 */
export async function settleLocal(
  { mailboxes, failures }: Pick<Plan, 'mailboxes' | 'failures'>,
  { mail, record }: Job,
  rules: LocalRules,
): Promise<LocalResult> {
  const puts = await putIntoMailboxes(mailboxes, mail, rules.mailboxes)
  const delivered: Plan['mailboxes'] = []
  const failed: Failure[] = [...failures]
  const result: LocalResult = { waits: [], away: [] }
  mailboxes.forEach((part, at) => {
    const put = puts[at]
    if (put?.kind === 'delivered') delivered.push(part)
    else if (put?.kind === 'full') result.waits.push({ ...part, ...put })
    else if (put?.kind === 'refused') failed.push({ ...part, ...put })
    else if (put?.kind === 'away') result.away.push({ name: part.name, ...put })
  })
  await endDelivered(delivered, { mail, record }, rules)
  await endFailed(failed, { mail, record }, rules)
  return result
}

async function endDelivered(
  parts: Plan['mailboxes'],
  { mail, record }: Job,
  { clock, first }: LocalRules,
): Promise<void> {
  // Who wrote to a group was told that it was expanded.
  const own = parts.filter(({ key, target }) => key !== target.account)
  const recipients = own.map(({ recipient }) => ({ recipient, reply: DELIVERED }))
  await tellSender({ kind: 'delivered', mail, recipients }, first.sendNotice)
  const at = new Date(clock.now())
  await record.add(parts.map(({ name }) => ({ at, event: 'delivered', recipient: name })))
}

/** Ends those that will not get it, and tells the sender. */
export async function endFailed(
  failed: readonly Failure[],
  { mail, record }: Job,
  { clock, first, events }: Pick<LocalRules, 'clock' | 'first' | 'events'>,
): Promise<void> {
  if (failed.length === 0) return
  const recipients = failed.map(({ recipient, reply, reason }) => ({ recipient, reply, reason }))
  await tellSender({ kind: 'failed', mail, recipients }, first.sendNotice)
  const at = new Date(clock.now())
  await record.add(
    failed.map(({ name, reply, reason }): Outcome => {
      events.bounced(mail.envelope.mailId, name, reason)
      return { at, event: endOfFailure(mail), recipient: name, reply, reason }
    }),
  )
}
