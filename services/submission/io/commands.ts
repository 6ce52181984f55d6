/** What stands between a session's commands and the rules: who asks, and what is told of the answer. */

import { Fault } from '#lib/base/fault.ts'
import { addressKey, formatAddress } from '#lib/mail/address.ts'
import type { EnvelopeRecipient } from '#lib/mail/envelope.ts'
import type { Body } from '#lib/node/incoming/body.ts'
import type { MailCommand } from '#lib/smtp/command.ts'
import type { Incoming } from '#lib/smtp/incoming.ts'
import { overloadReply } from '#lib/smtp/overload.ts'
import { type Reply, reply } from '#lib/smtp/reply.ts'
import type { Content } from '../content.ts'
import { type Account, logIn, logInReply, mechanisms } from '../log-in.ts'
import { acceptMessage, type Client } from '../message.ts'
import { checkRecipient } from '../recipient.ts'
import { type Allowed, checkSender, type SenderAnswer } from '../sender.ts'
import type { SubmissionServer } from './server.ts'

/** Who asks. */
interface Session {
  readonly _server: SubmissionServer
  readonly account: Account | undefined
  readonly remoteAddress: string
  readonly secure: boolean
  readonly hostNameAppearsAs: string | false
  readonly openingCommand: string | false
}

/** A mail that has begun. */
export interface Transaction {
  readonly mail: MailCommand
  readonly allowed: Allowed
  /** Those accepted, each address once. */
  readonly recipients: Map<string, EnvelopeRecipient>
}

interface LoggedIn {
  readonly account?: Account
  readonly reply: Reply
}

/** What follows the command's name. */
export function argumentOf(line: Buffer): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line)
    const space = text.indexOf(' ')
    return space < 0 ? '' : text.slice(space + 1)
  } catch (cause) {
    throw new Fault('invalid', 'The command is not UTF-8', { cause })
  }
}

export async function checkMail(session: Session, mail: MailCommand): Promise<SenderAnswer> {
  const { remoteAddress } = session
  const { events, over, sender: rules } = session._server.rules
  const account = accountOf(session)
  const failed = (error: unknown) => events.lookupFailed(remoteAddress, error)
  const overload = over()
  const answer: SenderAnswer =
    overload === undefined
      ? await checkSender(mail, account, remoteAddress, { ...rules, failed })
      : { kind: 'refused', reply: overloadReply(overload) }
  const address = mail.sender === null ? '' : formatAddress(mail.sender)
  events.sender(remoteAddress, account.id, address, answer.reply.code)
  return answer
}

export async function checkRcpt(
  session: Session,
  recipient: EnvelopeRecipient,
  { mail, allowed, recipients }: Transaction,
): Promise<Reply> {
  const { remoteAddress } = session
  const { events, recipient: rules } = session._server.rules
  const { smtpUtf8 } = mail
  const key = addressKey(recipient.address)
  const others = recipients.size - (recipients.has(key) ? 1 : 0)
  const asked = { recipients: others, recipientsMax: allowed.recipientsMax, smtpUtf8 }
  const failed = (error: unknown) => events.lookupFailed(remoteAddress, error)
  const told = await checkRecipient(recipient, asked, { ...rules, failed })
  const address = formatAddress(recipient.address)
  events.recipient(remoteAddress, accountOf(session).id, address, told.code)
  if (told.code < 400) recipients.set(key, recipient)
  return told
}

/** Never rejects: whatever breaks is our bug, and our bugs put mail off. */
export async function finishMail(
  session: Session,
  { problem, sizeBytes, received, body }: Incoming<Content<Body>>,
  { mail, recipients }: Transaction,
): Promise<Reply> {
  const { message, events } = session._server.rules
  const { headerTooLarge, header, restBytes, rest } = body
  try {
    return await acceptMessage(
      {
        ...{ client: peerOf(session), account: accountOf(session), mail },
        recipients: [...recipients.values()],
        ...{ problem, sizeBytes, received, headerTooLarge, header, restBytes },
        restAfter: (before) => rest.after(before),
      },
      message,
    )
  } catch (error) {
    events.broken(session.remoteAddress, error)
    return reply(451, '4.3.0', 'Internal error, try again later')
  }
}

/** AUTH, from its argument to its answer. Never rejects. RFC 4954 §4 */
export async function logInBy(
  session: Session,
  argument: string,
  ask: (challenge: string) => Promise<string>,
): Promise<LoggedIn> {
  const { remoteAddress: address } = session
  const { events, logIn: rules } = session._server.rules
  const [name = '', initial, ...others] = argument.trim().split(/ +/)
  const mechanism = name.toUpperCase()
  const known = mechanisms(rules).includes(mechanism) ? mechanism : 'unknown'
  let login = ''
  try {
    if (others.length > 0) throw new Fault('invalid', 'AUTH takes a mechanism and one response')
    const account = await logIn(mechanism, { address, initial, ask }, rules, (given) => {
      login = given
    })
    events.loggedIn(address, account.id, known)
    return { account, reply: reply(235, '2.7.0', 'Welcome') }
  } catch (error) {
    if (!(error instanceof Fault)) events.broken(address, error)
    const told = logInReply(error)
    events.logInFailed(address, login, known, told.code)
    return { reply: told }
  }
}

function accountOf({ account }: Session): Account {
  // smtp-server lets nobody through who has not logged in.
  if (account === undefined) throw new Error('Nobody has logged in')
  return account
}

function peerOf({ remoteAddress, hostNameAppearsAs, openingCommand, secure }: Session): Client {
  const esmtp = openingCommand === 'EHLO'
  return { address: remoteAddress, helo: hostNameAppearsAs || '', esmtp, tls: secure }
}
