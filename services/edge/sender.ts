import { needsSmtpUtf8 } from '#lib/mail/address.ts'
import type { MailCommand } from '#lib/smtp/command.ts'
import { type Reply, reply } from '#lib/smtp/reply.ts'

const ACCEPTED = reply(250, '2.1.0', 'Sender OK')

/**
 * Decides whether a mail may begin. What is declared to be too large is refused at once, so that the client
 * need not send it.
 *
 * RFC 5321 §3.3, RFC 1870 §6.1
 */
export function checkSender(command: MailCommand, sizeBytesMax: number): Reply {
  const { sender, sizeBytes = 0, smtpUtf8 } = command
  if (sizeBytes > sizeBytesMax) return reply(552, '5.3.4', 'The message is too large')
  if (sender !== null && needsSmtpUtf8(sender) && !smtpUtf8) {
    // RFC 6531 §3.5
    return reply(553, '5.6.7', 'This address needs SMTPUTF8')
  }
  return ACCEPTED
}
