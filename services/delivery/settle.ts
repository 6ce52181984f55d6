/**
 * The way of one mail out of the spool.
 *
 * The spool gives a mail at least once, and takes it back only when told `done`. What makes everything happen once all the
 * same, step by step, when the process is killed right after it:
 *
 * 1. Reads what ledger and queue know. Nothing has happened.
 * 2. Asks the directory. Nothing has happened. What a group becomes is decided by the first line that says so.
 * 3. Inserts the mail's document into the ledger, unless all goes into mailboxes of ours. It comes again, and is found: no
 *    first attempt then, but entries (queue/first.ts).
 * 4. Appends to mailboxes. It comes again; the mailbox-store knows the mail by its id.
 * 5. Attempts elsewhere. Killed before the final dot was answered, nobody has it, or, in the window that SMTP leaves open, the
 *    other host has it and we do not know. Killed after it, before the line is written: the same window.
 * 6. Puts into the queue: bytes, envelope, entry. Without the entry it comes again; with it, the entry is found.
 * 7. Tells senders, then writes that it ended. It comes again, and makes the same notice, which is one.
 * 8. Says `done`. When the spool has not heard it, it comes again, and everybody's end is found.
 *
 * Delivery's own database away: mailboxes get their mail, everything else waits in the spool.
 */

import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { delayOf } from './back-off.ts'
import type { Outcome } from './documents.ts'
import type { Events } from './events.ts'
import { readHeading } from './ledger/header.ts'
import { type LedgerParts, MailRecord } from './ledger/record.ts'
import type { SpooledMail } from './mail.ts'
import { type MailboxRules, putIntoMailboxes } from './mailboxes.ts'
import { enqueue, LOCAL } from './queue/enqueue.ts'
import { type FirstParts, groupParts, sendFirst } from './queue/first.ts'
import { toQueued } from './queue/outgoing.ts'
import { type Plan, planHeld, planRecipients, type RouteParts, type Wait } from './routes.ts'
import { settleLocal, tellExpanded } from './settle-local.ts'

/** What the spool is told. */
export type Answer =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly afterMs: number }

export interface SettleRules {
  readonly resolve: RouteParts['resolve']
  readonly clock: Clock
  readonly ledger: LedgerParts
  readonly mailboxes: MailboxRules
  readonly first: FirstParts
  readonly events: Pick<Events, 'deferred' | 'failed' | 'bounced'>
}

/** Something could not be done now, and the queue cannot do it either: the spool keeps the mail. */
interface Problem {
  readonly reason: string
  readonly afterMs: number
}

interface Work {
  readonly mail: SpooledMail
  readonly record: MailRecord
  readonly tenant: string
  readonly open: () => Promise<void>
}

/**
 * Brings one mail to all its recipients, into the queue, or back to its sender. Safe to repeat.
 *
 * @throws what the spool threw when it could not hand out the bytes
 */
export async function settle(mail: SpooledMail, rules: SettleRules): Promise<Answer> {
  const { mailId } = mail.envelope
  let problems: readonly Problem[]
  try {
    problems = await work(mail, rules)
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'unavailable')) throw error
    rules.events.failed(mailId, 'database', error)
    const away = { reason: textOf(error), afterMs: delayOf(mail.attempt - 1) }
    problems = [away, ...(await onlyMailboxes(mail, rules))]
  }
  if (problems.length === 0) {
    rules.mailboxes.settled.forget(mailId)
    return { kind: 'done' }
  }
  const afterMs = Math.min(...problems.map((one) => one.afterMs))
  const reasons = problems.map(({ reason }) => reason)
  rules.events.deferred(mailId, reasons, afterMs)
  return { kind: 'retry', afterMs }
}

async function work(mail: SpooledMail, rules: SettleRules): Promise<Problem[]> {
  const { envelope } = mail
  const record = await MailRecord.read(envelope, rules.ledger)
  const { deliveredTo, messageId } = await readHeading(mail)
  const end = (key: string) => record.end(key)
  const settled = (key: string) => record.settled(key)
  const routing = { resolve: rules.resolve, deliveredTo, end, settled }
  const plan = await (envelope.hold === undefined ? planRecipients : planHeld)(
    envelope.recipients,
    envelope,
    routing,
  )
  const tenant = envelope.client.tenant ?? plan.tenant
  const since = { monotonic: rules.clock.monotonic(), wall: rules.clock.now() }
  const open = () => record.open({ tenant, messageId })
  const job = { mail, record, tenant, open }
  await tellExpanded(plan, job, rules)
  if (plan.remotes.length > 0) await open()
  const context = { tenant, since, parts: rules.first }
  const groups = groupParts(plan.remotes, envelope.class)
  // Neither side waits for the other: a mailbox-store that is away keeps nobody elsewhere waiting.
  const [away] = await allOf([
    settleHere(plan, job, rules),
    ...groups.map((group) => sendFirst(group, mail, record, context)),
  ])
  const problems = [...(away ?? []), ...unknownOf(plan, mail, rules)]
  if (problems.length === 0) await open()
  return problems
}

/** Mailboxes of ours; what they cannot take now waits in the queue. */
async function settleHere(plan: Plan, job: Work, rules: SettleRules): Promise<Problem[]> {
  const { waits, away } = await settleLocal(plan, job, rules)
  await queueLocal([...plan.waits, ...waits], job, rules)
  return away.map(({ name, reason, afterMs }) => ({ reason: `${name}: ${reason}`, afterMs }))
}

async function queueLocal(waits: readonly Wait[], job: Work, rules: SettleRules): Promise<void> {
  const [first] = waits
  if (first === undefined) return
  const { mail, record, tenant, open } = job
  const { hold } = mail.envelope
  await open()
  const { schedule } = rules.first
  const next =
    hold === undefined
      ? schedule.nextOf(1, first.reason, schedule.expiryOf(mail.envelope))
      : rules.clock.now()
  const place = { destination: LOCAL, pool: 'default', tenant, next, attempts: 1 }
  const { reason, reply } = first
  const why = hold === undefined ? { reason, reply } : { hold, attempts: 0 }
  await enqueue(mail, { ...place, ...why, recipients: waits.map(toQueued) }, rules.first)
  rules.first.queued(next)
  const at = new Date(rules.clock.now())
  const lines = waits.map(({ name, ...wait }): Outcome => {
    if (hold !== undefined) return { at, event: 'held', recipient: name, reply: hold }
    return { at, event: 'deferred', recipient: name, reason: wait.reason, reply: wait.reply }
  })
  await record.add(lines)
}

/** Without a ledger nothing may be done but what the mailbox-store itself does once. */
async function onlyMailboxes(mail: SpooledMail, rules: SettleRules): Promise<Problem[]> {
  if (mail.envelope.hold !== undefined) return []
  const nothing = { deliveredTo: new Set<string>(), end: () => undefined, settled: () => false }
  const routing = { resolve: rules.resolve, ...nothing }
  const plan = await planRecipients(mail.envelope.recipients, mail.envelope, routing)
  await putIntoMailboxes(plan.mailboxes, mail, rules.mailboxes)
  return unknownOf(plan, mail, rules)
}

function unknownOf({ unknown }: Plan, mail: SpooledMail, rules: SettleRules): Problem[] {
  return unknown.map(({ recipient, error }) => {
    rules.events.failed(mail.envelope.mailId, 'directory', error)
    return { reason: `${recipient}: ${textOf(error)}`, afterMs: delayOf(mail.attempt - 1) }
  })
}

/** All of them to their end; then what the first that failed threw. */
async function allOf<T, U>(work: readonly [Promise<T>, ...Promise<U>[]]): Promise<[T]> {
  const results = await Promise.allSettled(work)
  for (const result of results) if (result.status === 'rejected') throw result.reason
  return [await work[0]]
}

function textOf(error: unknown): string {
  return error instanceof Fault ? error.message : 'Internal error'
}
