/** Puts a mail into mailboxes of ours. Safe to repeat: the mailbox-store keeps one message per mail id and mailbox. */

import { Fault } from '#lib/base/fault.ts'
import type { Target } from '#lib/mail/resolution.ts'
import { formatReturnPath } from '#lib/smtp/received.ts'
import { type BackOff, delayOf } from './back-off.ts'
import type { BounceClass } from './bounces/bounce-class.ts'
import type { Events } from './events.ts'
import type { Gate } from './gate.ts'
import { type Mail, MailUnreadable } from './mail.ts'
import type { Attempts } from './queue/attempts.ts'
import type { MailboxPart } from './routes.ts'
import type { Settled } from './settled.ts'

export interface Appended {
  readonly uid: number
  readonly repeated: boolean
}

/** Puts the mail, with `prefix` before it, into the INBOX of `target`. */
type Append = (target: Target, mail: Mail, prefix: Uint8Array) => Promise<Appended>

export interface MailboxRules {
  readonly append: Append
  readonly now: () => number
  readonly gate: Gate
  /** Mails that may be at mailboxes: fewer than there are slots of the spool, so that mail for elsewhere always finds one. */
  readonly places: Pick<Attempts, 'take'>
  readonly backOff: BackOff
  readonly settled: Settled
  readonly events: Pick<Events, 'delivered' | 'failed'>
}

/** What became of one part. */
export type Put =
  | { readonly kind: 'delivered' }
  /** The mailbox cannot take it now. */
  | { readonly kind: 'full'; readonly reason: BounceClass; readonly reply: string }
  /** It never will. */
  | { readonly kind: 'refused'; readonly reason: BounceClass; readonly reply: string }
  /** The mailbox-store is the one that cannot. */
  | { readonly kind: 'away'; readonly reason: string; readonly afterMs: number }

/** Of one mail, appends under way at a time. */
const APPENDS_MAX = 8

/**
 * What became of each part, in their order. Parts that lead to one account are one append.
 *
 * @throws what the keeper of the bytes threw when it could not hand them out
 */
export async function putIntoMailboxes(
  parts: readonly MailboxPart[],
  mail: Mail,
  rules: MailboxRules,
): Promise<Put[]> {
  const [first] = parts
  if (first === undefined) return []
  using place = await rules.places.take(first.target.tenant)
  if (place === undefined) return parts.map(() => crowded(mail))
  const targets = new Map(parts.map(({ target }) => [target.account, target]))
  const results = new Map<string, Put>()
  const prefix = Buffer.from(formatReturnPath(mail.envelope.sender), 'utf8')
  await eachOf([...targets.values()], async (target) => {
    results.set(target.account, await put(target, mail, prefix, rules))
  })
  return parts.map(({ target }) => results.get(target.account) ?? STOPPING)
}

const STOPPING: Put = { kind: 'away', reason: 'We are stopping', afterMs: 0 }

/** They come again, in longer and longer whiles: there may be as many of them as the spool holds. */
function crowded(mail: Mail & { readonly attempt?: number }): Put {
  const afterMs = delayOf((mail.attempt ?? 1) - 1)
  return { kind: 'away', reason: 'Too much mail is on its way to mailboxes', afterMs }
}

async function put(
  target: Target,
  mail: Mail,
  prefix: Uint8Array,
  rules: MailboxRules,
): Promise<Put> {
  const { account } = target
  const { mailId, receivedAt } = mail.envelope
  if (rules.settled.has(mailId, account)) return { kind: 'delivered' }
  const waitMs = rules.backOff.waitMs(account)
  if (waitMs > 0) return { kind: 'away', reason: 'It failed a moment ago', afterMs: waitMs }
  if (!(await rules.gate.enter())) return STOPPING
  try {
    const { uid, repeated } = await rules.append(target, mail, prefix)
    rules.gate.succeeded()
    rules.backOff.succeeded(account)
    rules.settled.add(mailId, account)
    rules.events.delivered({ delivery: mailId, account, uid, repeated }, rules.now() - receivedAt)
    return { kind: 'delivered' }
  } catch (error) {
    if (error instanceof MailUnreadable) throw error.cause
    return explain(error, { account, mailId }, rules)
  }
}

function explain(
  error: unknown,
  { account, mailId }: { account: string; mailId: string },
  rules: MailboxRules,
): Put {
  const text = error instanceof Fault ? error.message : 'Internal error'
  if (error instanceof Fault && error.code === 'over-quota') {
    rules.gate.succeeded()
    return { kind: 'full', reason: 'mailbox-full', reply: `452 4.2.2 ${text}` }
  }
  if (isRefusal(error)) {
    rules.gate.succeeded()
    if (error instanceof Fault && error.code === 'too-large') {
      return { kind: 'refused', reason: 'message-too-large', reply: `552 5.3.4 ${text}` }
    }
    return { kind: 'refused', reason: 'bad-mailbox', reply: `550 5.2.1 ${text}` }
  }
  rules.events.failed(mailId, 'mailbox-store', error)
  if (error instanceof Fault && error.code === 'unavailable') rules.gate.failed()
  return { kind: 'away', reason: text, afterMs: rules.backOff.failed(account) }
}

/** What says something of the mail or the mailbox. That we may not ask (a wrong secret) says nothing of either. */
function isRefusal(error: unknown): boolean {
  return error instanceof Fault && ['not-found', 'too-large', 'invalid'].includes(error.code)
}

async function eachOf<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values()
  const hand = async () => {
    for (const item of queue) await run(item)
  }
  await Promise.all(Array.from({ length: Math.min(APPENDS_MAX, items.length) }, hand))
}
