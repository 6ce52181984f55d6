/** The commands that begin a message to another host. The server's side of them is in command.ts. */

import type { Address } from '#lib/mail/address.ts'
import type { EnvelopeRecipient } from '#lib/mail/envelope.ts'
import { formatPath } from '#lib/mail/path.ts'
import type { Extensions } from './client-extensions.ts'
import { formatXtext } from './xtext.ts'

/** How local parts that RFC 5321 forbids are written. */
export type LegacyForm = 'raw' | 'quoted'

export interface MailParameters {
  readonly sender: Address | null
  readonly sizeBytes: number
  readonly body: '7bit' | '8bitmime'
  readonly smtpUtf8: boolean
  readonly ret?: 'full' | 'hdrs'
  readonly envid?: string
}

/**
 * MAIL with the parameters that the server offers to take; what it does not is left out.
 *
 * RFC 5321 §4.1.1.2, RFC 1870 §3, RFC 6152 §2, RFC 6531 §3.4, RFC 3461 §4.3, §4.4
 */
export function formatMail(
  mail: MailParameters,
  offered: Pick<Extensions, 'size' | 'eightBitMime' | 'smtpUtf8' | 'dsn'>,
  form: LegacyForm = 'raw',
): string {
  let line = `MAIL FROM:${formatPath(mail.sender, form)}`
  if (offered.size) line += ` SIZE=${mail.sizeBytes}`
  if (offered.eightBitMime && mail.body === '8bitmime') line += ' BODY=8BITMIME'
  if (offered.smtpUtf8 && mail.smtpUtf8) line += ' SMTPUTF8'
  if (offered.dsn && mail.ret) line += ` RET=${mail.ret.toUpperCase()}`
  if (offered.dsn && mail.envid !== undefined) line += ` ENVID=${formatXtext(mail.envid)}`
  return line
}

/** RCPT with what the sender asked to be told. RFC 5321 §4.1.1.3, RFC 3461 §4.1, §4.2 */
export function formatRcpt(
  { address, notify, orcpt }: EnvelopeRecipient,
  offered: Pick<Extensions, 'dsn'>,
  form: LegacyForm,
): string {
  let line = `RCPT TO:${formatPath(address, form)}`
  if (offered.dsn && notify) line += ` NOTIFY=${notify.join(',').toUpperCase()}`
  if (offered.dsn && orcpt !== undefined) line += ` ORCPT=${formatOrcpt(orcpt)}`
  return line
}

/** The type of the address stays as it is, the address becomes xtext. RFC 3461 §4.2 */
function formatOrcpt(orcpt: string): string {
  const semicolon = orcpt.indexOf(';')
  return `${orcpt.slice(0, semicolon + 1)}${formatXtext(orcpt.slice(semicolon + 1))}`
}
