import { isTransient } from '#lib/base/fault.ts'
import { needsSmtpUtf8 } from '#lib/mail/address.ts'
import type { EnvelopeRecipient } from '#lib/mail/envelope.ts'
import type { Resolution, Resolve } from '#lib/mail/resolution.ts'
import { faultReply } from '#lib/smtp/fault.ts'
import { type Reply, reply } from '#lib/smtp/reply.ts'

export interface RecipientRules {
  readonly resolve: Resolve
  /** Told of errors that the client only sees as "later". */
  readonly failed: (error: unknown) => void
}

/** The transaction so far, as far as a recipient depends on it. */
export interface Asked {
  readonly recipients: number
  readonly recipientsMax: number
  readonly smtpUtf8: boolean
}

/**
 * Decides whether a user may write to a recipient: to anybody elsewhere, and to whoever exists here, so that a
 * misspelled colleague is noticed while the user still looks.
 *
 * RFC 5321 §4.1.1.3, RFC 3463 §3.2
 */
export async function checkRecipient(
  { address }: EnvelopeRecipient,
  { recipients, recipientsMax, smtpUtf8 }: Asked,
  { resolve, failed }: RecipientRules,
): Promise<Reply> {
  if (recipients >= recipientsMax) {
    return reply(452, '4.5.3', `A message may have ${recipientsMax} recipients`)
  }
  if (needsSmtpUtf8(address) && !smtpUtf8) {
    // RFC 6531 §3.5
    return reply(553, '5.6.7', 'This address needs SMTPUTF8')
  }
  try {
    return resolutionReply(await resolve(address))
  } catch (error) {
    if (!isTransient(error)) return faultReply(error)
    failed(error)
    return reply(451, '4.3.0', 'Recipients cannot be looked up now, try again later')
  }
}

const ACCEPTED = reply(250, '2.1.5', 'Recipient OK')
const UNKNOWN = reply(550, '5.1.1', 'No such recipient here')

function resolutionReply(resolution: Resolution): Reply {
  switch (resolution.kind) {
    case 'elsewhere':
      return ACCEPTED
    case 'accounts':
      return resolution.targets.length + resolution.forwards.length > 0 ? ACCEPTED : UNKNOWN
    case 'unknown':
      return UNKNOWN
    case 'disabled':
      return reply(550, '5.2.1', 'The recipient takes no mail now')
  }
}
