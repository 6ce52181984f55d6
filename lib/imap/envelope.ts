import type { EnvelopeAddress, MessageEnvelope } from '#lib/mime/envelope.ts'
import { formatNString } from './text.ts'

/** Writes ENVELOPE's value. Sender and Reply-To fall back to From. RFC 9051 §7.5.2 */
export function formatEnvelope(envelope: MessageEnvelope): string {
  const { from } = envelope
  const values = [
    formatNString(envelope.date),
    formatNString(envelope.subject),
    formatAddresses(from),
    formatAddresses(envelope.sender.length > 0 ? envelope.sender : from),
    formatAddresses(envelope.replyTo.length > 0 ? envelope.replyTo : from),
    formatAddresses(envelope.to),
    formatAddresses(envelope.cc),
    formatAddresses(envelope.bcc),
    formatNString(envelope.inReplyTo),
    formatNString(envelope.messageId),
  ]
  return `(${values.join(' ')})`
}

function formatAddresses(addresses: readonly EnvelopeAddress[]): string {
  return addresses.length === 0 ? 'NIL' : `(${addresses.map(formatAddress).join('')})`
}

/** The second word is the source route, which nobody has used for thirty years. */
function formatAddress({ name, mailbox, host }: EnvelopeAddress): string {
  return `(${formatNString(name)} NIL ${formatNString(mailbox)} ${formatNString(host)})`
}
