import { isTransient } from '#lib/base/fault.ts'
import { type Address, needsSmtpUtf8 } from '#lib/mail/address.ts'
import type { EnvelopeRecipient } from '#lib/mail/envelope.ts'
import type { Resolution, Resolve, Target } from '#lib/mail/resolution.ts'
import { faultReply } from '#lib/smtp/fault.ts'
import { type Reply, reply } from '#lib/smtp/reply.ts'

export interface RecipientRules {
  readonly resolve: Resolve
  /** Where mail for a hosted domain's postmaster goes when the domain has none. */
  readonly postmaster: Address | undefined
  /** Our own name: the domain of `<postmaster>` alone. */
  readonly hostname: string
  readonly recipientsMax: number
  /** Since when none of these has room, in milliseconds since 1970; undefined: as far as we know, one has. */
  readonly fullSince: (targets: readonly Target[]) => number | undefined
  /** How long a full mailbox only puts mail off. */
  readonly fullGraceMs: number
  readonly now: () => number
  /** Told of errors that the client only sees as "later". */
  readonly failed: (error: unknown) => void
}

/** The transaction so far, as far as a recipient depends on it. */
export interface Asked {
  readonly recipients: number
  readonly smtpUtf8: boolean
}

/** `recipient` is who is to get it when the reply is positive: not always who was asked for. */
export interface RecipientAnswer {
  readonly reply: Reply
  readonly recipient: EnvelopeRecipient
}

/**
 * Decides whether we take mail for a recipient. Refuses for good only what the directory says is not ours;
 * as long as it can't be asked, and does not know better from before, the answer is "later".
 *
 * RFC 5321 §3.6.2, §4.1.1.3
 */
export async function checkRecipient(
  recipient: EnvelopeRecipient,
  asked: Asked,
  rules: RecipientRules,
): Promise<RecipientAnswer> {
  const answer = (told: Reply, taker = recipient) => ({ reply: told, recipient: taker })
  if (asked.recipients >= rules.recipientsMax) {
    return answer(reply(452, '4.5.3', 'Too many recipients'))
  }
  if (needsSmtpUtf8(recipient.address) && !asked.smtpUtf8) {
    // RFC 6531 §3.5
    return answer(reply(553, '5.6.7', 'This address needs SMTPUTF8'))
  }
  try {
    const resolution = await rules.resolve(recipient.address)
    const stands = standIn(recipient, resolution, rules)
    if (stands !== undefined) return answer(ACCEPTED, stands)
    // It may be hosted here by now: not enough to refuse it for good.
    if (resolution.kind === 'elsewhere' && resolution.remembered) return answer(LATER)
    return answer(fullReply(resolution, rules) ?? resolutionReply(resolution))
  } catch (error) {
    if (!isTransient(error)) return answer(faultReply(error))
    rules.failed(error)
    return answer(LATER)
  }
}

const ACCEPTED = reply(250, '2.1.5', 'Recipient OK')
const LATER = reply(451, '4.3.0', 'Recipients cannot be looked up now, try again later')
const UNKNOWN = reply(550, '5.1.1', 'No such recipient here')

/** Mail to postmaster must reach somebody. RFC 5321 §4.5.1 */
function standIn(
  recipient: EnvelopeRecipient,
  { kind }: Resolution,
  { postmaster, hostname }: RecipientRules,
): EnvelopeRecipient | undefined {
  const { local, domain } = recipient.address
  if (postmaster === undefined || local.toLowerCase() !== 'postmaster') return undefined
  const ours = kind === 'unknown' || (kind === 'elsewhere' && domain === hostname.toLowerCase())
  return ours ? { ...recipient, address: postmaster } : undefined
}

/**
 * Refuses before the bytes travel what would find no room: for now, and after a while for good, so that who
 * writes learns of it. RFC 3463 §3.3
 */
function fullReply(resolution: Resolution, rules: RecipientRules): Reply | undefined {
  // What also goes elsewhere finds room there.
  if (resolution.kind !== 'accounts' || resolution.forwards.length > 0) return undefined
  const since = rules.fullSince(resolution.targets)
  if (since === undefined) return undefined
  if (rules.now() - since < rules.fullGraceMs) return reply(452, '4.2.2', 'The mailbox is full')
  return reply(552, '5.2.2', 'The mailbox is full')
}

/** RFC 3463 §3.2, §3.8 */
function resolutionReply(resolution: Resolution): Reply {
  switch (resolution.kind) {
    case 'accounts':
      return resolution.targets.length + resolution.forwards.length > 0 ? ACCEPTED : UNKNOWN
    case 'unknown':
      return UNKNOWN
    case 'elsewhere':
      return reply(550, '5.7.1', 'Relaying denied')
    case 'disabled':
      return reply(450, '4.2.1', 'The recipient takes no mail now')
  }
}
