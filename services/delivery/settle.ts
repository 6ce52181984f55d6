import { Fault, isTransient } from '#lib/base/fault.ts'
import { type Address, formatAddress } from '#lib/mail/address.ts'
import type { Envelope } from '#lib/mail/envelope.ts'
import type { Resolution, Resolve, Target } from '#lib/mail/resolution.ts'
import { formatReturnPath } from '#lib/smtp/received.ts'
import { type BackOff, delayOf } from './back-off.ts'
import type { Events } from './events.ts'
import type { Gate } from './gate.ts'
import type { Settled } from './settled.ts'
import type { Waiting } from './waiting.ts'

/** A mail as the spool hands it out; the bytes are read only when needed. */
export interface SpooledMail {
  readonly envelope: Envelope
  /** Counted from 1. */
  readonly attempt: number
  read(): Promise<Uint8Array>
  stream(): AsyncIterable<Uint8Array>
}

export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly afterMs: number }
  | { readonly kind: 'poison'; readonly reason: string }

export interface Appended {
  readonly uid: number
  readonly repeated: boolean
}

export interface SettleRules {
  readonly resolve: Resolve
  /** Puts the mail, with `prefix` before it, into the INBOX of `target`; safe to repeat. */
  readonly append: (target: Target, mail: SpooledMail, prefix: Uint8Array) => Promise<Appended>
  readonly now: () => number
  /** How long a recipient may be full or suspended before we give up. */
  readonly retryAgeMs: number
  readonly gate: Gate
  readonly backOff: BackOff
  readonly settled: Settled
  readonly waiting: Waiting
  readonly events: Events
}

/** The spool could not hand out the bytes: its own matter, and no mailbox's. */
export class MailUnreadable extends Error {
  override readonly name = 'MailUnreadable'

  constructor(cause: unknown) {
    super('The mail could not be read from the spool', { cause })
  }
}

/** What stands between a mail and one of its recipients. */
interface Problem {
  readonly recipient: string
  readonly reason: string
  /** Undefined when waiting does not help. */
  readonly afterMs?: number
}

/** Of one mail, appends under way at a time. */
const APPENDS_MAX = 8
/** Full mailboxes and suspended accounts change slowly. */
const PATIENT_MS = [60_000, 300_000, 900_000] as const

/**
 * Brings one mail to all its recipients, or says what to do with it: `done` only when everyone has it. Safe to
 * repeat, since the mailbox-store keeps one message per mail id and mailbox. What can't be delivered is never
 * lost: it becomes a dead letter, for good reasons only.
 *
 * @throws what the spool threw when it could not hand out the bytes
 */
export async function settle(mail: SpooledMail, rules: SettleRules): Promise<Outcome> {
  const { envelope } = mail
  const routes = await Promise.all(
    envelope.recipients.map(({ address }) => route(address, mail, rules)),
  )
  // Two addresses of one account are one delivery.
  const targets = new Map<string, { target: Target; recipient: string }>()
  const problems: Problem[] = []
  for (const { recipient, found, problem } of routes) {
    if (problem !== undefined) problems.push(problem)
    for (const target of found) targets.set(target.account, { target, recipient })
  }
  const open = [...targets.values()].filter(
    ({ target }) => !rules.settled.has(envelope.mailId, target.account),
  )
  const prefix = Buffer.from(formatReturnPath(envelope.sender), 'utf8')
  await eachOf(open, async ({ target, recipient }) => {
    const problem = await deliver({ target, recipient, mail, prefix }, rules)
    if (problem !== undefined) problems.push(problem)
  })
  return conclude(mail, problems, rules)
}

function conclude({ envelope }: SpooledMail, problems: Problem[], rules: SettleRules): Outcome {
  const { mailId } = envelope
  const waits = problems.flatMap(({ afterMs }) => (afterMs === undefined ? [] : [afterMs]))
  if (waits.length > 0) {
    const afterMs = Math.min(...waits)
    rules.events.deferred(mailId, problems.map(toReason), afterMs)
    return { kind: 'retry', afterMs }
  }
  rules.settled.forget(mailId)
  rules.waiting.leave(mailId)
  if (problems.length === 0) return { kind: 'done' }
  const reason = problems.map(toReason).join('; ')
  rules.events.gaveUp(mailId, reason)
  return { kind: 'poison', reason }
}

interface Route {
  readonly recipient: string
  readonly found: readonly Target[]
  readonly problem?: Problem
}

async function route(address: Address, mail: SpooledMail, rules: SettleRules): Promise<Route> {
  const recipient = formatAddress(address)
  try {
    const resolution = await rules.resolve(address)
    if (resolution.kind === 'accounts' && resolution.targets.length > 0) {
      return { recipient, found: resolution.targets }
    }
    return { recipient, found: [], problem: unroutable(recipient, resolution, mail, rules) }
  } catch (error) {
    if (!isTransient(error))
      return { recipient, found: [], problem: { recipient, reason: text(error) } }
    rules.events.failed(mail.envelope.mailId, 'directory', error)
    const problem = { recipient, reason: text(error), afterMs: delayOf(mail.attempt - 1) }
    return { recipient, found: [], problem }
  }
}

/** It was there at the 250: the account went since, or an operator made a mistake that he may undo. */
function unroutable(
  recipient: string,
  { kind }: Resolution,
  mail: SpooledMail,
  rules: SettleRules,
): Problem {
  switch (kind) {
    case 'disabled':
      return patiently({ recipient, reason: 'takes no mail now' }, mail, rules)
    case 'elsewhere':
      return { recipient, reason: 'is not hosted here' }
    default:
      return { recipient, reason: 'does not exist any more' }
  }
}

interface Delivery {
  readonly target: Target
  readonly recipient: string
  readonly mail: SpooledMail
  readonly prefix: Uint8Array
}

async function deliver(delivery: Delivery, rules: SettleRules): Promise<Problem | undefined> {
  const { target, recipient, mail, prefix } = delivery
  const { account } = target
  const { mailId, receivedAt } = mail.envelope
  const waitMs = rules.backOff.waitMs(account)
  if (waitMs > 0) return { recipient, reason: 'failed a moment ago', afterMs: waitMs }
  if (!(await rules.gate.enter())) return { recipient, reason: 'We are stopping', afterMs: 0 }
  try {
    const { uid, repeated } = await rules.append(target, mail, prefix)
    rules.gate.succeeded()
    rules.backOff.succeeded(account)
    rules.settled.add(mailId, account)
    rules.events.delivered({ delivery: mailId, account, uid, repeated }, rules.now() - receivedAt)
    return undefined
  } catch (error) {
    if (error instanceof MailUnreadable) throw error.cause
    return explain(error, delivery, rules)
  }
}

function explain(
  error: unknown,
  { target, recipient, mail }: Delivery,
  rules: SettleRules,
): Problem {
  const reason = text(error)
  if (error instanceof Fault && error.code === 'over-quota') {
    rules.gate.succeeded()
    return patiently({ recipient, reason }, mail, rules)
  }
  if (!isTransient(error)) {
    rules.gate.succeeded()
    return { recipient, reason }
  }
  rules.events.failed(mail.envelope.mailId, 'mailbox-store', error)
  if (error instanceof Fault && error.code === 'unavailable') rules.gate.failed()
  return { recipient, reason, afterMs: rules.backOff.failed(target.account) }
}

/** Waits longer, but not for ever, and not with too many others. */
function patiently(
  problem: Pick<Problem, 'recipient' | 'reason'>,
  { attempt, envelope }: SpooledMail,
  rules: SettleRules,
): Problem {
  if (rules.now() - envelope.receivedAt >= rules.retryAgeMs) return problem
  if (!rules.waiting.admit(envelope.mailId)) return problem
  return { ...problem, afterMs: PATIENT_MS[Math.min(attempt, PATIENT_MS.length) - 1] ?? 0 }
}

function text(error: unknown): string {
  return error instanceof Fault ? error.message : 'Internal error'
}

function toReason({ recipient, reason }: Problem): string {
  return `${recipient}: ${reason}`
}

async function eachOf<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values()
  const hand = async () => {
    for (const item of queue) await run(item)
  }
  await Promise.all(Array.from({ length: Math.min(APPENDS_MAX, items.length) }, hand))
}
