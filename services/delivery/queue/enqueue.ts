/** How recipients get into the queue: the bytes first, then the entry, which is what counts. */

import { createHash } from 'node:crypto'
import { DuplicateKey } from '#lib/db/port.ts'
import { addressKey } from '#lib/mail/address.ts'
import type { Envelope } from '#lib/mail/envelope.ts'
import type { BounceClass } from '../bounces/bounce-class.ts'
import type { EntryDocument, QueuedRecipient } from '../documents.ts'
import { recipientKey } from '../ledger/record.ts'
import type { Mail } from '../mail.ts'
import { type BodyParts, keepMail, storeMail } from './bodies.ts'
import type { Schedule } from './schedule.ts'

export interface EnqueueParts extends BodyParts {
  readonly schedule: Pick<Schedule, 'expiryOf' | 'delayNoticeOf'>
}

/** The mailboxes of ours as a destination. */
export const LOCAL = 'local'

/** Where recipients of one mail go together. */
export interface Destination {
  /** In A-labels, or `LOCAL`. */
  readonly destination: string
  readonly pool: string
  readonly deliveredTo?: string
}

export interface Waiting extends Destination {
  readonly recipients: readonly QueuedRecipient[]
  readonly tenant: string
  /** When it is tried. */
  readonly next: number
  readonly hold?: string
  readonly attempts?: number
  readonly reason?: BounceClass
  readonly reply?: string
  readonly host?: string
}

/** Made twice, by whomever, it is one. */
export function entryId(mailId: string, { destination, pool, deliveredTo }: Destination): string {
  return `${mailId}.${digest([destination, pool, deliveredTo ?? ''])}`
}

/**
 * Puts recipients of a mail into the queue. Killed on the way, bytes without an entry are left, which the sweep finds;
 * repeated, there is one entry. Recipients that an entry of the same destination lacks get one of their own.
 */
export async function enqueue(mail: Mail, waiting: Waiting, parts: EnqueueParts): Promise<void> {
  const { entries } = parts.collections
  const { mailId } = mail.envelope
  await storeMail(mail, parts)
  const entry = entryOf(mail.envelope, waiting, parts)
  let lacking = waiting.recipients
  for (let _id = entryId(mailId, waiting); lacking.length > 0; ) {
    try {
      await entries.insertOne({ ...entry, _id, recipients: lacking })
      break
    } catch (error) {
      if (!(error instanceof DuplicateKey)) throw error
    }
    // Gone in the meantime: then its recipients have ended, and whoever takes the second entry finds that out.
    const existing = await entries.findOne({ _id }, { fields: ['recipients'] })
    const queued = new Set(existing?.recipients.map(({ address }) => recipientKey(address)))
    lacking = lacking.filter(({ address }) => !queued.has(recipientKey(address)))
    _id = `${entryId(mailId, waiting)}.${digest(lacking.map(({ address }) => address).sort())}`
  }
  await keepMail(mail, parts)
}

function entryOf(
  envelope: Envelope,
  { recipients: _, next, attempts = 0, ...waiting }: Waiting,
  { clock, schedule }: EnqueueParts,
): Omit<EntryDocument, '_id' | 'recipients'> {
  const delayAt = schedule.delayNoticeOf(envelope)
  return {
    ...waiting,
    mailId: envelope.mailId,
    class: envelope.class,
    sender: envelope.sender === null ? '' : addressKey(envelope.sender),
    state: waiting.hold === undefined ? 'waiting' : 'held',
    attempts,
    next: new Date(next),
    fence: 0,
    queuedAt: new Date(clock.now()),
    expiresAt: new Date(schedule.expiryOf(envelope)),
    ...(delayAt !== undefined && { delayAt: new Date(delayAt) }),
    sizeBytes: envelope.sizeBytes,
  }
}

function digest(texts: readonly string[]): string {
  return createHash('sha256').update(texts.join('\0')).digest('base64url').slice(0, 16)
}
