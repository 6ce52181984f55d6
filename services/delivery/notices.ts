/** Tells senders what became of their mail, by what they asked for. How a notice reads is the matter of bounces/. */

import type { Clock } from '#lib/base/clock.ts'
import { formatAddress } from '#lib/mail/address.ts'
import type { Envelope, EnvelopeRecipient } from '#lib/mail/envelope.ts'
import type { BounceClass } from './bounces/bounce-class.ts'
import { makeNotice, type NoticeRecipient, wantsNotice } from './bounces/notice.ts'
import { NOTICE_HEAD_BYTES } from './bounces/returned.ts'
import { readHead } from './ledger/header.ts'
import type { Mail } from './mail.ts'

type NoticeKind = 'failed' | 'delayed' | 'relayed' | 'delivered' | 'expanded'

/** One recipient that a notice tells of. */
export interface Noticed {
  /** As the sender gave it. */
  readonly recipient: EnvelopeRecipient
  /** What it became, when that was tried. */
  readonly final?: string
  readonly reply: string
  readonly reason?: BounceClass
  readonly host?: string
}

export interface Notice {
  readonly kind: NoticeKind
  readonly mail: Mail
  readonly recipients: readonly Noticed[]
  /** Of `delayed`: milliseconds since 1970 until which we try. */
  readonly until?: number
}

/** Resolves once the spool has the notice. Made twice of the same, it is one. */
export type SendNotice = (notice: Notice) => Promise<void>

/**
 * Tells the sender of what happened, as far as he wants to know. Nobody is told of what became of a notice: those have no
 * sender. RFC 3461 §4.1, RFC 5321 §4.5.5
 */
export async function tellSender(notice: Notice, send: SendNotice): Promise<void> {
  const recipients = notice.recipients.filter(({ recipient }) =>
    wantsNotice(notice.kind, recipient),
  )
  if (notice.mail.envelope.sender === null || recipients.length === 0) return
  await send({ ...notice, recipients })
}

/** Makes notices, and hands them to the spool: they go the way of all mail from there. */
export function noticeSender(parts: {
  readonly publish: (envelope: Envelope, body: Uint8Array) => Promise<void>
  readonly hostname: string
  readonly clock: Pick<Clock, 'now'>
}): SendNotice {
  return async ({ kind, mail, recipients, until }) => {
    const now = parts.clock.now()
    const { envelope, bytes } = makeNotice({
      kind,
      original: mail.envelope,
      header: await readHead(mail, NOTICE_HEAD_BYTES),
      recipients: recipients.map((one) => ({ ...toNoticeRecipient(one, until), at: now })),
      hostname: parts.hostname,
      now,
    })
    await parts.publish(envelope, bytes)
  }
}

function toNoticeRecipient(
  { recipient, final, reply, reason, host }: Noticed,
  until: number | undefined,
): NoticeRecipient {
  const original = formatAddress(recipient.address)
  return {
    address: final ?? original,
    ...(final !== undefined && { original }),
    ...(recipient.orcpt !== undefined && { orcpt: recipient.orcpt }),
    reply,
    ...(reason && { reason }),
    ...(host !== undefined && { host }),
    ...(until !== undefined && { until }),
  }
}
