import { needsSmtpUtf8 } from '#lib/mail/address.ts'
import type { MailCommand } from '#lib/smtp/command.ts'
import { type Reply, reply } from '#lib/smtp/reply.ts'
import { type Admit, type Admitted, admit } from './admission.ts'
import type { Account } from './log-in.ts'

export interface SenderRules {
  readonly admit: Admit
  readonly sizeBytesMax: number
  readonly recipientsMax: number
  /** Told of errors that the client only sees as "later". */
  readonly failed: (error: unknown) => void
}

/** What holds for a mail that has begun: the stricter of what the service and the account's rules allow. */
export interface Allowed {
  readonly sizeBytesMax: number
  readonly recipientsMax: number
}

export type SenderAnswer =
  | { readonly kind: 'begun'; readonly allowed: Allowed; readonly reply: Reply }
  | { readonly kind: 'refused'; readonly reply: Reply }

/**
 * Decides whether a user may begin a mail from this sender. Who is not to send, or not as that, learns it before the bytes
 * travel; so does who declares too many of them.
 *
 * RFC 6409 §6.1, RFC 1870 §6.1
 */
export async function checkSender(
  mail: MailCommand,
  account: Account,
  clientAddress: string,
  rules: SenderRules,
): Promise<SenderAnswer> {
  const { sender, sizeBytes = 0, smtpUtf8 } = mail
  if (sender !== null && needsSmtpUtf8(sender) && !smtpUtf8) {
    // RFC 6531 §3.5
    return { kind: 'refused', reply: reply(553, '5.6.7', 'This address needs SMTPUTF8') }
  }
  if (sizeBytes > rules.sizeBytesMax) return tooLarge(rules.sizeBytesMax)
  const { id, domain } = account
  const question = { account: id, domain, clientAddress, sender, recipients: [], sizeBytes }
  const verdict = await admit(question, rules.admit, rules.failed)
  if (verdict.kind === 'refused') return verdict
  const allowed = stricter(rules, verdict.admitted)
  if (sizeBytes > allowed.sizeBytesMax) return tooLarge(allowed.sizeBytesMax)
  return { kind: 'begun', allowed, reply: ACCEPTED }
}

const ACCEPTED = reply(250, '2.1.0', 'Sender OK')

function tooLarge(sizeBytesMax: number): SenderAnswer {
  return {
    kind: 'refused',
    reply: reply(552, '5.3.4', `A message may have ${sizeBytesMax} bytes`),
  }
}

function stricter(ours: Allowed, theirs: Admitted): Allowed {
  return {
    sizeBytesMax: Math.min(ours.sizeBytesMax, theirs.sizeBytesMax),
    recipientsMax: Math.min(ours.recipientsMax, theirs.recipientsMax),
  }
}
