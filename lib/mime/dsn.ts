/** The machine's part of a delivery status notification. RFC 3464, RFC 6533 */

import { formatField, toSafeAscii, toSafeText } from './compose.ts'
import { formatDate } from './date.ts'

export type DsnAction = 'failed' | 'delayed' | 'relayed' | 'delivered' | 'expanded'

/** What is told of the mail as a whole. RFC 3464 §2.2 */
export interface DsnMail {
  readonly reportingMta: string
  readonly envelopeId?: string
  /** Milliseconds since 1970. */
  readonly arrivedAt?: number
}

/** What is told of one recipient. RFC 3464 §2.3 */
export interface DsnRecipient {
  /** ORCPT, decoded: `rfc822;address`. */
  readonly original?: string
  /** As it would stand in RCPT TO, without angle brackets. */
  readonly final: string
  readonly action: DsnAction
  /** `5.1.1` */
  readonly status: string
  /** The name of the host that answered; missing when none did. */
  readonly remoteMta?: string
  readonly diagnostic?: string
  readonly attemptedAt?: number
  readonly willRetryUntil?: number
}

/** Whether it can only be told as message/global-delivery-status. RFC 6533 §4 */
export function needsGlobalDsn(recipients: readonly DsnRecipient[]): boolean {
  return recipients.some(({ original, final }) => /[^ -~]/.test((original ?? '') + final))
}

/**
 * The body of a message/delivery-status part: fields of the mail, then of each recipient, CRLF at the end. Text that others
 * chose can neither add a field nor end one. In `global` form addresses and texts keep their letters, else they are ASCII.
 */
export function formatDeliveryStatus(
  mail: DsnMail,
  recipients: readonly DsnRecipient[],
  { global = false }: { readonly global?: boolean } = {},
): string {
  const spell = global ? toSafeText : toSafeAscii
  const field = (name: string, text: string | undefined) =>
    text === undefined || spell(text) === '' ? '' : formatField(name, spell(text))
  const ofMail = [
    field('Original-Envelope-Id', mail.envelopeId),
    field('Reporting-MTA', `dns; ${mail.reportingMta}`),
    field('Arrival-Date', toDate(mail.arrivedAt)),
  ]
  const ofRecipients = recipients.map((recipient) =>
    [
      field('Original-Recipient', recipient.original),
      field('Final-Recipient', `${addressType(recipient.final)};${recipient.final}`),
      field('Action', recipient.action),
      field('Status', recipient.status),
      field('Remote-MTA', recipient.remoteMta && `dns; ${recipient.remoteMta}`),
      field('Diagnostic-Code', recipient.diagnostic && toDiagnostic(recipient)),
      field('Last-Attempt-Date', toDate(recipient.attemptedAt)),
      field('Will-Retry-Until', toDate(recipient.willRetryUntil)),
    ].join(''),
  )
  return [ofMail.join(''), ...ofRecipients].join('\r\n')
}

/** RFC 6533 §3 */
function addressType(address: string): string {
  return /[^ -~]/.test(address) ? 'utf-8' : 'rfc822'
}

/** Only what a server answered is of type smtp. RFC 3464 §2.3.6 */
function toDiagnostic({ diagnostic = '' }: DsnRecipient): string {
  return `${/^[2-5]\d\d(?:[ -]|$)/.test(diagnostic) ? 'smtp' : 'X-Hikyaku'}; ${diagnostic}`
}

function toDate(time: number | undefined): string | undefined {
  return time === undefined ? undefined : formatDate(time)
}
