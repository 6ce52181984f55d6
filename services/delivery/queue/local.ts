/**
 * Mailboxes of ours that could not take a mail: everything is asked again, since by now the account may be there again, or be
 * gone, or be forwarded.
 */

import type { Clock } from '#lib/base/clock.ts'
import { formatAddress } from '#lib/mail/address.ts'
import type { Envelope } from '#lib/mail/envelope.ts'
import type { Outcome, QueuedRecipient } from '../documents.ts'
import type { Events } from '../events.ts'
import { readHeading } from '../ledger/header.ts'
import { type LedgerParts, MailRecord, recipientKey } from '../ledger/record.ts'
import type { Mail } from '../mail.ts'
import type { MailboxRules } from '../mailboxes.ts'
import { type Part, type Plan, planRecipients, type RouteParts, type Wait } from '../routes.ts'
import { endFailed, settleLocal, tellExpanded } from '../settle-local.ts'
import type { Rest } from './attempt.ts'
import { enqueue } from './enqueue.ts'
import { type FirstParts, groupParts } from './first.ts'
import type { Lease } from './lease.ts'
import { toAccepted, toQueued } from './outgoing.ts'

export interface LocalParts {
  readonly resolve: RouteParts['resolve']
  readonly mailboxes: MailboxRules
}

interface Parts extends FirstParts {
  readonly ledger: LedgerParts
  readonly local: LocalParts
  readonly events: Events
}

/** Of a mailbox-store or directory that is away. */
const AWAY_MS = 30_000

export async function attemptLocal(lease: Lease, mail: Mail, parts: Parts): Promise<Rest> {
  const { entry } = lease
  const record = await MailRecord.read(mail.envelope, parts.ledger, entry._id)
  const plan = await planEntry(entry.recipients, mail, record, parts)
  const rules = localRules(parts)
  const job = { mail, record }
  await tellExpanded(plan, job, rules)
  for (const group of groupParts(plan.remotes, mail.envelope.class)) {
    const { parts: some, ...place } = group
    const next = parts.clock.now()
    const { tenant } = entry
    await enqueue(mail, { ...place, tenant, next, recipients: some.map(toQueued) }, parts)
    parts.queued(next)
  }
  const { waits, away } = await settleLocal(plan, job, rules)
  const waiting = [...plan.waits, ...waits]
  const final = parts.clock.now() >= entry.expiresAt.getTime()
  if (final) await endFailed(waiting, job, rules)
  else await record.add(waiting.map((wait) => toDeferred(wait, parts.clock.now())))
  const names = new Set(away.map(({ name }) => name))
  const again = [...(final ? [] : waiting), ...plan.mailboxes.filter(({ name }) => names.has(name))]
  const unknown = new Set(plan.unknown.map(({ recipient }) => recipient))
  const kept = [
    ...again.map(toQueued),
    ...entry.recipients.filter((one) => unknown.has(formatAddress(toAccepted(one).address))),
  ]
  return toRest(lease, kept, {
    waiting: final ? [] : waiting,
    afterMs: away[0]?.afterMs ?? 0,
    parts,
  })
}

/** Plans the entry's recipients again, and nothing that is not in it: the rest of a group is the matter of others. */
async function planEntry(
  recipients: readonly QueuedRecipient[],
  mail: Mail,
  record: MailRecord,
  { local }: Pick<Parts, 'local'>,
): Promise<Plan> {
  const { deliveredTo } = await readHeading(mail)
  const plan = await planRecipients(recipients.map(toAccepted), mail.envelope as Envelope, {
    resolve: local.resolve,
    deliveredTo,
    end: (key) => record.end(key),
    settled: (key) => record.settled(key),
  })
  const mine = new Set(recipients.map(({ address }) => recipientKey(address)))
  const isMine = (part: Part) =>
    mine.has(part.key) || mine.has(recipientKey(formatAddress(part.recipient.address)))
  return {
    ...plan,
    mailboxes: plan.mailboxes.filter(isMine),
    remotes: plan.remotes.filter(isMine),
    failures: plan.failures.filter(isMine),
    waits: plan.waits.filter(isMine),
    withdrawn: plan.withdrawn.filter(isMine),
  }
}

function toRest(
  { entry }: Lease,
  recipients: readonly QueuedRecipient[],
  { waiting, afterMs, parts }: { waiting: readonly Wait[]; afterMs: number; parts: Parts },
): Rest {
  const { clock, schedule } = parts
  const [first] = waiting
  if (first === undefined) {
    // Not their fault: it does not count as an attempt.
    const next = clock.now() + schedule.jitter(Math.max(AWAY_MS, afterMs))
    return { recipients, attempts: entry.attempts, next }
  }
  const attempts = entry.attempts + 1
  const next = schedule.nextOf(attempts, first.reason, entry.expiresAt.getTime())
  const noticed = waiting.map(({ recipient, reason, reply }) => ({ recipient, reason, reply }))
  return { recipients, attempts, next, noticed, reason: first.reason, reply: first.reply }
}

function toDeferred({ name, reason, reply }: Wait, now: number): Outcome {
  return { at: new Date(now), event: 'deferred', recipient: name, reason, reply }
}

function localRules({ local, clock, events, sendNotice }: Parts & { readonly clock: Clock }) {
  return { clock, events, mailboxes: local.mailboxes, first: { sendNotice } }
}
