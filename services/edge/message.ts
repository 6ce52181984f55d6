import type { Pieces } from '#lib/base/bytes.ts'
import type { Clock, Random } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { newId } from '#lib/base/id.ts'
import { formatAddress } from '#lib/mail/address.ts'
import type { Envelope, EnvelopeRecipient } from '#lib/mail/envelope.ts'
import type { MailCommand } from '#lib/smtp/command.ts'
import type { DataProblem } from '#lib/smtp/data.ts'
import { faultReply } from '#lib/smtp/fault.ts'
import { problemReply } from '#lib/smtp/incoming.ts'
import { formatReceived } from '#lib/smtp/received.ts'
import { isTransientReply, type Reply, reply } from '#lib/smtp/reply.ts'
import type { Events, ReceivedMail } from './events.ts'

export interface MessageRules {
  /** Resolves once the mail can no longer be lost. */
  readonly publish: (envelope: Envelope, body: Pieces) => Promise<void>
  readonly clock: Pick<Clock, 'now' | 'monotonic'>
  readonly random: Random
  readonly hostname: string
  readonly receivedMax: number
  readonly events: Pick<Events, 'accepted' | 'refused' | 'failed'>
}

export interface Client {
  readonly address: string
  /** By the DNS, where it has one. */
  readonly name: string | undefined
  readonly helo: string
  readonly esmtp: boolean
  readonly tls: boolean
}

/** A mail whose final dot has come. */
export interface Arrived {
  readonly client: Client
  readonly mail: MailCommand
  readonly recipients: readonly EnvelopeRecipient[]
  readonly sizeBytes: number
  readonly received: number
  readonly problem: DataProblem | undefined
  /** The bytes behind `header`; read at most once. */
  bodyAfter(header: Uint8Array): Pieces
}

/**
 * Decides what to answer to a message, and hands what is accepted to the spool. The positive reply is made only
 * after the spool has it: from then on it is ours.
 *
 * RFC 5321 §4.1.1.4, §6.1
 */
export async function acceptMessage(arrived: Arrived, rules: MessageRules): Promise<Reply> {
  const started = rules.clock.monotonic()
  const { client, mail, recipients } = arrived
  const mailId = newId(rules.clock, rules.random)
  const log = (): ReceivedMail => ({
    delivery: mailId,
    remote: client.address,
    sender: mail.sender === null ? '' : formatAddress(mail.sender),
    recipients: recipients.length,
    bytes: arrived.sizeBytes,
    ms: rules.clock.monotonic() - started,
  })

  const refusal = refusalOf(arrived, rules.receivedMax)
  if (refusal !== undefined) {
    rules.events.refused(log(), refusal.code, refusal.text)
    return refusal
  }
  const time = rules.clock.now()
  const header = traceHeader(arrived, { mailId, time, hostname: rules.hostname })
  const envelope: Envelope = {
    mailId,
    class: 'personal',
    sender: mail.sender,
    recipients,
    receivedAt: time,
    sizeBytes: header.length + arrived.sizeBytes,
    body: mail.body,
    smtpUtf8: mail.smtpUtf8,
    ...(mail.ret && { ret: mail.ret }),
    ...(mail.envid !== undefined && { envid: mail.envid }),
    client: { address: client.address, helo: client.helo, tls: client.tls },
  }
  try {
    await rules.publish(envelope, arrived.bodyAfter(header))
  } catch (error) {
    rules.events.failed(log(), error)
    return spoolReply(error)
  }
  rules.events.accepted(log())
  return reply(250, '2.0.0', `OK ${mailId}`)
}

function refusalOf(arrived: Arrived, receivedMax: number): Reply | undefined {
  if (arrived.problem !== undefined) return problemReply(arrived.problem)
  // RFC 5321 §6.3, RFC 3463 §3.5
  if (arrived.received >= receivedMax) return reply(554, '5.4.6', 'The message loops')
  return undefined
}

interface Trace {
  readonly mailId: string
  readonly time: number
  readonly hostname: string
}

function traceHeader({ client, mail, recipients }: Arrived, trace: Trace): Uint8Array {
  const header = formatReceived({
    ...client,
    by: trace.hostname,
    smtpUtf8: mail.smtpUtf8,
    id: trace.mailId,
    recipients: recipients.map(({ address }) => address),
    time: trace.time,
  })
  return Buffer.from(header, 'utf8')
}

/** Full is not the same as away; whatever it is, the client keeps the message and comes again. */
function spoolReply(error: unknown): Reply {
  if (error instanceof Fault && error.code === 'busy') {
    return reply(452, '4.3.1', 'No room for the message now, try again later')
  }
  const told = faultReply(error)
  return isTransientReply(told) ? told : reply(451, '4.3.0', 'Try again later')
}
