/** When a recipient that waits is tried again, and when we give up. */

import type { Clock, Random } from '#lib/base/clock.ts'
import type { Envelope, MailClass } from '#lib/mail/envelope.ts'
import type { BounceClass } from '../bounces/bounce-class.ts'

export interface ScheduleSettings {
  /** After the first, second … attempt; the last goes on. */
  readonly delaysMs: readonly number[]
  /** How long we try, from the 250 on. */
  readonly ageMs: Readonly<Record<MailClass, number>>
  /** When the sender is told that it takes longer; Infinity: never. */
  readonly delayNoticeMs: number
}

export type Schedule = ReturnType<typeof makeSchedule>

/** A host that greylists wants to see us again soon, however often we were there. */
const GREYLIST_STEPS = 3
const JITTER = 0.2

export function makeSchedule(
  { delaysMs, ageMs, delayNoticeMs }: ScheduleSettings,
  { clock, random }: { readonly clock: Pick<Clock, 'now'>; readonly random: Random },
) {
  const jitter = (ms: number) => ms * (1 - JITTER + 2 * JITTER * chance(random))
  return {
    jitter,
    /** Not before `ms` are over, and not at the same instant as all others. */
    after: (ms: number) => ms * JITTER + jitter(ms),
    expiryOf: ({ class: kind, receivedAt }: Pick<Envelope, 'class' | 'receivedAt'>): number =>
      receivedAt + ageMs[kind],
    delayNoticeOf: ({ sender, receivedAt }: Pick<Envelope, 'sender' | 'receivedAt'>) =>
      sender === null || delayNoticeMs === Number.POSITIVE_INFINITY
        ? undefined
        : receivedAt + delayNoticeMs,
    /** After so many attempts. The last attempt is when it expires: nobody waits for less than all of the time. */
    nextOf(attempts: number, reason: BounceClass | undefined, expiresAt: number): number {
      const steps = reason === 'greylisted' ? GREYLIST_STEPS : delaysMs.length
      const at = Math.min(Math.max(attempts, 1), steps, delaysMs.length) - 1
      const next = clock.now() + jitter(delaysMs[at] ?? 0)
      return next < expiresAt ? next : Math.max(expiresAt, clock.now())
    },
  }
}

/** From 0 to 1. */
function chance(random: Random): number {
  const [a = 0, b = 0] = random(2)
  return (a * 256 + b) / 65_536
}
