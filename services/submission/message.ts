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
import { type Admit, type Admitted, admit } from './admission.ts'
import { type Draft, finishDraft, parseDraft } from './draft.ts'
import type { Events, SubmittedMail } from './events.ts'
import type { Account } from './log-in.ts'

export interface MessageRules {
  /** Resolves once the mail can no longer be lost. */
  readonly publish: (envelope: Envelope, body: Pieces) => Promise<void>
  readonly admit: Admit
  readonly clock: Pick<Clock, 'now' | 'monotonic'>
  readonly random: Random
  readonly hostname: string
  readonly hideClient: boolean
  readonly receivedMax: number
  readonly events: Pick<Events, 'accepted' | 'refused' | 'failed' | 'lookupFailed'>
}

export interface Client {
  readonly address: string
  readonly helo: string
  readonly esmtp: boolean
  readonly tls: boolean
}

/** A mail whose final dot has come. */
export interface Submitted {
  readonly client: Client
  readonly account: Account
  readonly mail: MailCommand
  readonly recipients: readonly EnvelopeRecipient[]
  readonly problem: DataProblem | undefined
  readonly sizeBytes: number
  readonly received: number
  readonly headerTooLarge: boolean
  /** With the empty line behind it. */
  readonly header: Buffer
  /** Of what is behind the header. */
  readonly restBytes: number
  /** The rest with these bytes before it; read at most once. */
  restAfter(header: Uint8Array): Pieces
}

interface Accepting {
  readonly mailId: string
  readonly time: number
  readonly draft: Draft
  readonly admitted: Admitted
}

/**
 * Decides what to answer to a message of a user, and hands what is accepted to the spool. The positive reply is made only
 * after the spool has it: from then on it is ours.
 *
 * RFC 5321 §6.1, RFC 6409 §3
 */
export async function acceptMessage(submitted: Submitted, rules: MessageRules): Promise<Reply> {
  const { clock, random, events } = rules
  const started = clock.monotonic()
  const mailId = newId(clock, random)
  const log = (): SubmittedMail => ({
    delivery: mailId,
    account: submitted.account.id,
    remote: submitted.client.address,
    sender: submitted.mail.sender === null ? '' : formatAddress(submitted.mail.sender),
    recipients: submitted.recipients.length,
    bytes: submitted.sizeBytes,
    ms: clock.monotonic() - started,
  })
  const refuse = (refusal: Reply) => {
    events.refused(log(), refusal.code, refusal.text)
    return refusal
  }

  const refusal = refusalOf(submitted, rules.receivedMax)
  if (refusal !== undefined) return refuse(refusal)
  let draft: Draft
  try {
    draft = parseDraft(submitted.header)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return refuse(faultReply(error))
  }
  const verdict = await ask(submitted, { mailId, draft }, rules)
  if (verdict.kind === 'refused') return refuse(verdict.reply)
  const accepting = { mailId, time: clock.now(), draft, admitted: verdict.admitted }
  const header = toHeader(submitted, accepting, rules)
  try {
    const envelope = toEnvelope(submitted, accepting, header.length)
    await rules.publish(envelope, submitted.restAfter(header))
  } catch (error) {
    events.failed(log(), error)
    return spoolReply(error)
  }
  events.accepted(log(), verdict.admitted.hold)
  return reply(250, '2.0.0', `OK ${mailId}`)
}

function refusalOf(submitted: Submitted, receivedMax: number): Reply | undefined {
  if (submitted.problem !== undefined) return problemReply(submitted.problem)
  if (submitted.headerTooLarge) return reply(552, '5.3.4', 'The header is too large')
  // RFC 5321 §6.3, RFC 3463 §3.5
  if (submitted.received >= receivedMax) return reply(554, '5.4.6', 'The message loops')
  return undefined
}

/** The one question that counts: asked of what is really there, not of what MAIL and RCPT said there would be. */
function ask(
  { account, client, mail, recipients, sizeBytes }: Submitted,
  { mailId, draft }: Pick<Accepting, 'mailId' | 'draft'>,
  { admit: admission, events }: MessageRules,
) {
  const question = {
    account: account.id,
    domain: account.domain,
    clientAddress: client.address,
    sender: mail.sender,
    recipients: recipients.map(({ address }) => address),
    sizeBytes,
    mail: { id: mailId, authors: draft.authors },
  }
  return admit(question, admission, (error) => events.lookupFailed(client.address, error))
}

function toHeader(
  { client, mail, recipients }: Submitted,
  { mailId, time, draft, admitted }: Accepting,
  { hostname, hideClient }: MessageRules,
): Uint8Array {
  const { address, ...others } = client
  const trace = formatReceived({
    ...others,
    ...(!hideClient && !admitted.hideClient && { address }),
    by: hostname,
    smtpUtf8: mail.smtpUtf8,
    authenticated: true,
    id: mailId,
    recipients: recipients.map((one) => one.address),
    time,
  })
  return Buffer.concat([Buffer.from(trace), finishDraft(draft, { mailId, hostname, time })])
}

function toEnvelope(
  { client, account, mail, recipients, restBytes }: Submitted,
  { mailId, time, admitted }: Accepting,
  headerBytes: number,
): Envelope {
  return {
    mailId,
    class: admitted.class,
    sender: admitted.sender ?? mail.sender,
    recipients,
    receivedAt: time,
    sizeBytes: headerBytes + restBytes,
    body: mail.body,
    smtpUtf8: mail.smtpUtf8,
    ...(mail.ret && { ret: mail.ret }),
    ...(mail.envid !== undefined && { envid: mail.envid }),
    ...(admitted.hold !== undefined && { hold: admitted.hold }),
    client: {
      address: client.address,
      helo: client.helo,
      tls: client.tls,
      account: account.id,
      tenant: admitted.tenant || account.tenant,
    },
  }
}

/** Full is not the same as away; whatever it is, the client keeps the message and comes again. */
function spoolReply(error: unknown): Reply {
  if (error instanceof Fault && error.code === 'busy') {
    return reply(452, '4.3.1', 'No room for the message now, try again later')
  }
  const told = faultReply(error)
  return isTransientReply(told) ? told : reply(451, '4.3.0', 'Try again later')
}
