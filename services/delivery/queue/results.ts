/** What an attempt has led to, written down: in this order, so that a kill leaves nobody without mail and without a word. */

import type { Clock } from '#lib/base/clock.ts'
import type { LedgerEvent, Outcome } from '../documents.ts'
import type { Events } from '../events.ts'
import type { MailRecord } from '../ledger/record.ts'
import type { Mail } from '../mail.ts'
import { type Noticed, type SendNotice, tellSender } from '../notices.ts'
import type { Attempted } from '../outbound/transport.ts'
import type { RemotePart } from '../routes.ts'

export interface ResultParts {
  readonly clock: Pick<Clock, 'now'>
  readonly sendNotice: SendNotice
  /** Tries until it worked, or we end: for what may not be forgotten. */
  readonly insist: (write: () => Promise<void>) => Promise<void>
  readonly events: Pick<Events, 'attempted'>
}

export interface Tried {
  readonly part: RemotePart
  readonly result: Attempted
}

interface Attempt {
  readonly mail: Mail
  readonly record: Pick<MailRecord, 'add'>
  readonly tried: readonly Tried[]
  readonly from: 'spool' | 'queue'
  readonly attempt: number
  /** Missing while it goes on. */
  readonly ms?: number
  /** Whether it was tried for the last time. */
  readonly final: boolean
}

/**
 * Writes down what became of each, and returns those that wait on. What another host has taken is written first, since killed
 * before that we would hand it over again. Who is to hear of a failure is told before it is written: killed in between, he
 * is told the same again, which is one notice.
 */
export async function settleAttempt(attempt: Attempt, parts: ResultParts): Promise<Tried[]> {
  const { mail, record, tried, final } = attempt
  const lines = (event: LedgerEvent, some: readonly Tried[]) =>
    some.map((one) => toOutcome(event, one, attempt, parts.clock.now()))
  const of = (...outcomes: Attempted['outcome'][]) =>
    tried.filter(({ result }) => outcomes.includes(result.outcome))
  for (const { result } of tried) parts.events.attempted(attempt.from, result)

  const relayed = of('relayed')
  await noteRelayed(attempt, parts)
  const told = relayed.filter(({ result }) => result.dsnHandedOver !== true)
  await tellSender({ kind: 'relayed', mail, recipients: told.map(toNoticed) }, parts.sendNotice)

  const failed = final ? of('failed', 'deferred') : of('failed')
  if (failed.length > 0) {
    await tellSender({ kind: 'failed', mail, recipients: failed.map(toNoticed) }, parts.sendNotice)
    await record.add(lines(endOfFailure(mail), failed))
  }
  const deferred = final ? [] : of('deferred')
  await record.add(lines('deferred', deferred))
  return deferred
}

/** What another host has taken; repeating it adds nothing. */
export async function noteRelayed(
  attempt: Omit<Attempt, 'final' | 'from'>,
  { insist, clock }: Pick<ResultParts, 'insist' | 'clock'>,
): Promise<void> {
  const relayed = attempt.tried.filter(({ result }) => result.outcome === 'relayed')
  if (relayed.length === 0) return
  const now = clock.now()
  const lines = relayed.map((one) => toOutcome('relayed', one, attempt, now))
  await insist(() => attempt.record.add(lines))
}

/** A notice that cannot be delivered ends: nobody is told of it. */
export function endOfFailure({ envelope }: Mail): LedgerEvent {
  return envelope.sender === null ? 'deleted' : 'bounced'
}

function toOutcome(
  event: LedgerEvent,
  { part, result }: Tried,
  { attempt, ms }: Pick<Attempt, 'attempt' | 'ms'>,
  now: number,
): Outcome {
  const { reply, reason, host, address, source, tls } = result
  return {
    ...{ at: new Date(now), event, recipient: part.name, reply, attempt },
    ...(ms !== undefined && { ms }),
    ...(reason && { reason }),
    ...(host !== undefined && { host }),
    ...(address !== undefined && { address }),
    ...(source !== undefined && { source }),
    ...(tls !== undefined && { tls }),
  }
}

/** What its sender is told of it: of a forward, not where it leads. */
export function toNoticed({ part, result }: Tried): Noticed {
  const { reply, reason, host } = result
  return {
    recipient: part.recipient,
    ...(part.by !== undefined && { final: part.name }),
    reply,
    ...(reason && { reason }),
    ...(host !== undefined && { host }),
  }
}
