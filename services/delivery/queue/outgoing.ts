/** A mail as it leaves for recipients of one destination. */

import { formatAddress, parseAddress } from '#lib/mail/address.ts'
import type { Envelope, EnvelopeRecipient } from '#lib/mail/envelope.ts'
import type { QueuedRecipient } from '../documents.ts'
import { recipientKey } from '../ledger/record.ts'
import type { Mail } from '../mail.ts'
import type { Outgoing, Sign } from '../outbound/transport.ts'
import type { RemotePart } from '../routes.ts'
import type { Tried } from './results.ts'

export interface Departure {
  readonly mail: Mail
  readonly parts: readonly RemotePart[]
  /** On whose behalf it is forwarded. */
  readonly deliveredTo?: string
  /** Counted from 1. */
  readonly attempt: number
  readonly stillOurs: () => boolean
  /** Writes down who has it already, while others are still tried. */
  readonly note: (relayed: readonly Tried[]) => Promise<void>
}

/**
 * Puts in front of the message what it leaves with: signatures, and the mark by which a loop of forwarding is noticed.
 *
 * @throws {Fault} unavailable when it could not be signed now
 */
export async function makeOutgoing(departure: Departure, sign: Sign): Promise<Outgoing> {
  const { mail, parts, deliveredTo, attempt, stillOurs, note } = departure
  const { envelope } = mail
  const mark = deliveredTo === undefined ? '' : `Delivered-To: ${deliveredTo}\r\n`
  const signatures = await sign({
    mailId: envelope.mailId,
    authenticated: isOurs(envelope),
    stream: () => mail.stream(),
  })
  const front = Buffer.concat([signatures, Buffer.from(mark, 'utf8')])
  const recipients = parts.map(toEnvelopeRecipient)
  const partOf = new Map(recipients.map((recipient, at) => [recipient, parts[at]]))
  return {
    mailId: envelope.mailId,
    class: envelope.class,
    sender: envelope.sender,
    recipients,
    body: envelope.body,
    smtpUtf8: envelope.smtpUtf8,
    ...(envelope.ret && { ret: envelope.ret }),
    ...(envelope.envid !== undefined && { envid: envelope.envid }),
    sizeBytes: front.length + envelope.sizeBytes,
    attempt,
    async *stream() {
      if (front.length > 0) yield front
      yield* mail.stream()
    },
    stillOurs,
    async taken(results) {
      await note(
        results.flatMap((result) => {
          const part = partOf.get(result.recipient)
          return part === undefined ? [] : [{ part, result }]
        }),
      )
    },
  }
}

/** Of one of our users, or made by ourselves. */
function isOurs({ client, class: kind, sender }: Envelope): boolean {
  return client.account !== undefined || (kind === 'system' && sender === null)
}

/**
 * Whoever has become another address has had its notice of success: what goes on is not asked about it again. RFC 3461
 * §5.2.7
 */
function toEnvelopeRecipient({ address, by, recipient }: RemotePart): EnvelopeRecipient {
  const { notify, orcpt } = recipient
  if (by === undefined) return { ...recipient, address }
  const rest = notify?.filter((word) => word !== 'success')
  return {
    address,
    ...(rest && { notify: rest.length === 0 ? ['never'] : rest }),
    orcpt: orcpt ?? `rfc822;${formatAddress(recipient.address)}`,
  }
}

/** How a part waits in an entry. */
export function toQueued(part: {
  readonly name: string
  readonly recipient: EnvelopeRecipient
}): QueuedRecipient {
  const { notify, orcpt, address } = part.recipient
  const original = formatAddress(address)
  return {
    address: part.name,
    ...(original !== part.name && { original }),
    ...(notify && { notify }),
    ...(orcpt !== undefined && { orcpt }),
  }
}

/** As the sender gave it. */
export function toAccepted({
  address,
  original,
  notify,
  orcpt,
}: QueuedRecipient): EnvelopeRecipient {
  return {
    address: parseAddress(original ?? address),
    ...(notify && { notify }),
    ...(orcpt !== undefined && { orcpt }),
  }
}

/** The part that waited in an entry. */
export function toRemotePart(queued: QueuedRecipient, by: string | undefined): RemotePart {
  return {
    key: recipientKey(queued.address),
    name: queued.address,
    address: parseAddress(queued.address),
    recipient: toAccepted(queued),
    ...(by !== undefined && { by }),
  }
}
