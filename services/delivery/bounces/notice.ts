import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { idTime, newId } from '#lib/base/id.ts'
import { type Address, needsSmtpUtf8, parseAddress } from '#lib/mail/address.ts'
import type { Envelope, EnvelopeRecipient } from '#lib/mail/envelope.ts'
import { formatPath } from '#lib/mail/path.ts'
import { formatEncodedField, formatField, toBase64Body, toSafeAscii } from '#lib/mime/compose.ts'
import { formatDate } from '#lib/mime/date.ts'
import {
  type DsnAction,
  type DsnRecipient,
  formatDeliveryStatus,
  needsGlobalDsn,
} from '#lib/mime/dsn.ts'
import { decodeHeaderText } from '#lib/mime/encoded-word.ts'
import { findField, parseHeader } from '#lib/mime/header.ts'
import type { BounceClass } from './bounce-class.ts'
import { formatReturned } from './returned.ts'
import { diagnosticOf, statusOf } from './status.ts'
import { formatText, titleOf } from './text.ts'

/** What became of one recipient, as its sender is told. */
export interface NoticeRecipient {
  /** Canonical text. */
  readonly address: string
  /** What the mail was accepted for, when that was another: the sender is told of this one, and not where it leads. */
  readonly original?: string
  readonly orcpt?: string
  /** All lines of the reply with code and status, or in words what else happened. */
  readonly reply?: string
  readonly reason?: BounceClass
  /** The name of the host that answered. */
  readonly host?: string
  /** Milliseconds since 1970 of the last attempt. */
  readonly at?: number
  /** Of a delay: how long we go on trying. */
  readonly until?: number
}

export interface NoticeRequest {
  readonly kind: DsnAction
  /** Has a sender: nobody is told of what came from nobody. RFC 5321 §4.5.5 */
  readonly original: Envelope
  /** The first bytes of the original, `NOTICE_HEAD_BYTES` of them if there are as many. */
  readonly header: Uint8Array
  readonly recipients: readonly NoticeRecipient[]
  /** Tells notices of one kind on one mail apart: a second notice of delay. */
  readonly step?: number
  readonly hostname: string
  readonly now: number
}

export interface Notice {
  readonly envelope: Envelope
  readonly bytes: Uint8Array
}

const MESSAGE_ID = /^<[!-;=?-~]{1,250}>$/
const ID_BYTES = 10

/**
 * Whether a recipient's sender wants to know: of failure and delay unless told otherwise, of success when asked for.
 *
 * RFC 3461 §4.1, §5.2
 */
export function wantsNotice(
  kind: DsnAction,
  { notify }: Pick<EnvelopeRecipient, 'notify'>,
): boolean {
  if (kind === 'failed') return notify?.includes('failure') ?? true
  if (kind === 'delayed') return notify?.includes('delay') ?? true
  return notify?.includes('success') ?? false
}

/**
 * Makes the mail that tells a sender what became of some recipients. Made twice of the same request its mail id is the same,
 * so that it is delivered once.
 *
 * RFC 3461 §6, RFC 3464 §2, RFC 3834 §3, RFC 6522 §3, RFC 6533 §4
 */
export function makeNotice(request: NoticeRequest): Notice {
  const { kind, original, recipients, hostname, now } = request
  const { sender, client } = original
  assert(sender, 'A mail without a sender gets no notice')
  const mailId = noticeId(request)
  const told = recipients.map((recipient) => toDsn(kind, recipient))
  const global = original.smtpUtf8 || needsGlobalDsn(told)
  const smtpUtf8 = needsSmtpUtf8(sender)
  const bytes = formatMail(request, { mailId, sender, told, global })
  return {
    bytes,
    envelope: {
      mailId,
      class: 'system',
      sender: null,
      // RFC 3461 §6.1: no notice of a notice.
      recipients: [{ address: sender, notify: ['never'] }],
      receivedAt: now,
      sizeBytes: bytes.length,
      // The sender's address stands in To.
      body: smtpUtf8 ? '8bitmime' : '7bit',
      smtpUtf8,
      client: {
        address: '127.0.0.1',
        helo: hostname,
        tls: true,
        ...(client.tenant !== undefined && { tenant: client.tenant }),
      },
    },
  }
}

/** An id like all others, with the original's time: what must be the same twice cannot ask the clock. */
function noticeId({ kind, original, recipients, step = 0 }: NoticeRequest): string {
  const addresses = recipients.map(({ address }) => address).sort()
  const parts = [original.mailId, kind, String(step), ...addresses]
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest()
  const time = idTime(original.mailId)
  const now = () => (Number.isNaN(time) ? original.receivedAt : time)
  return newId({ now }, () => digest.subarray(0, ID_BYTES))
}

function toDsn(kind: DsnAction, recipient: NoticeRecipient): DsnRecipient {
  const diagnostic = diagnosticOf(recipient)
  return {
    ...(recipient.orcpt !== undefined && { original: recipient.orcpt }),
    final: toPath(recipient.original ?? recipient.address),
    action: kind,
    status: statusOf(kind, recipient),
    ...(recipient.host !== undefined && { remoteMta: recipient.host }),
    ...(diagnostic !== '' && { diagnostic }),
    ...(recipient.at !== undefined && { attemptedAt: recipient.at }),
    ...(kind === 'delayed' && recipient.until !== undefined && { willRetryUntil: recipient.until }),
  }
}

/** Quoted where the RFC wants it: machines read it. */
function toPath(address: string): string {
  return formatPath(parseAddress(address)).slice(1, -1)
}

interface Parts {
  readonly mailId: string
  readonly sender: Address
  readonly told: readonly DsnRecipient[]
  readonly global: boolean
}

function formatMail(request: NoticeRequest, parts: Parts): Uint8Array {
  const { kind, original, recipients, hostname, now, header } = request
  const { mailId, sender, told, global } = parts
  // Nobody could put it into a message before the id was made.
  const boundary = `=_${mailId}`
  const mail = {
    reportingMta: hostname,
    arrivedAt: original.receivedAt,
    ...(original.envid !== undefined && { envelopeId: original.envid }),
  }
  const status = formatDeliveryStatus(mail, told, { global })
  const subject = decodeHeaderText(findField(parseHeader(header).fields, 'subject')?.value ?? '')
  const returned = formatReturned({ original, header, whole: kind === 'failed', global })
  const head = [
    formatField('Date', formatDate(now)),
    `From: Mail Delivery System <postmaster@${toSafeAscii(hostname)}>\r\n`,
    `To: ${formatPath(sender)}\r\n`,
    formatEncodedField('Subject', titleOf(kind)),
    `Message-ID: <${mailId}@${toSafeAscii(hostname)}>\r\n`,
    formatThread(header),
    'Auto-Submitted: auto-replied\r\n',
    'MIME-Version: 1.0\r\n',
    'Content-Type: multipart/report; report-type=delivery-status;\r\n',
    ` boundary="${boundary}"\r\n`,
    '\r\n',
  ]
  const text = [
    'Content-Type: text/plain; charset=utf-8\r\n',
    'Content-Language: ja, en\r\n',
    'Content-Transfer-Encoding: base64\r\n\r\n',
    toBase64Body(Buffer.from(formatText(kind, recipients, { original, subject }))),
  ]
  const machine = global
    ? [
        'Content-Type: message/global-delivery-status\r\n',
        'Content-Transfer-Encoding: base64\r\n\r\n',
        toBase64Body(Buffer.from(status)),
      ]
    : ['Content-Type: message/delivery-status\r\n\r\n', status]
  const open = `\r\n--${boundary}\r\n`
  return Buffer.concat([
    Buffer.from(`${head.join('')}${open}${text.join('')}${open}${machine.join('')}${open}`),
    returned,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
}

/** So that it is shown beside the mail that it is about. RFC 3834 §3.1.5 */
function formatThread(header: Uint8Array): string {
  const id = findField(parseHeader(header).fields, 'message-id')?.value ?? ''
  return MESSAGE_ID.test(id) ? `In-Reply-To: ${id}\r\nReferences: ${id}\r\n` : ''
}
