import { needsSmtpUtf8 } from '#lib/mail/address.ts'
import type { EnvelopeRecipient } from '#lib/mail/envelope.ts'
import type { Extensions } from '#lib/smtp/client-extensions.ts'
import type { Failure } from '../bounces/classify.ts'
import type { ContentNeeds } from './content-needs.ts'
import type { Outgoing } from './transport.ts'

/**
 * Why a server that offers no more than this cannot take the message for a recipient; undefined when it can. The
 * message itself is read only when that decides it.
 *
 * RFC 1870 §5, RFC 6152 §3, RFC 6531 §3.5
 */
export async function findUnsupported(
  offered: Extensions,
  mail: Outgoing,
  recipient: EnvelopeRecipient,
  needs: () => Promise<ContentNeeds>,
): Promise<Failure | undefined> {
  const { sizeBytesMax } = offered
  if (sizeBytesMax !== undefined && mail.sizeBytes > sizeBytesMax) {
    const limits = `${mail.sizeBytes} bytes, the server takes at most ${sizeBytesMax}`
    return unsupported('5.3.4', `The message has ${limits}`)
  }
  if (!offered.smtpUtf8) {
    if (needsSmtpUtf8(recipient.address) || (mail.sender && needsSmtpUtf8(mail.sender))) {
      return unsupported('5.6.7', 'The server takes no addresses beyond ASCII (SMTPUTF8)')
    }
    if (mail.smtpUtf8 && (await needs()).utf8Header) {
      return unsupported('5.6.9', 'The server takes no headers beyond ASCII (SMTPUTF8)')
    }
  }
  if (mail.body === '8bitmime' && !offered.eightBitMime && (await needs()).eightBit) {
    return unsupported('5.6.3', 'The server takes no 8-bit content (8BITMIME)')
  }
  return undefined
}

function unsupported(status: string, text: string): Failure {
  return { stage: 'mail', status, text: `${status} ${text}` }
}
