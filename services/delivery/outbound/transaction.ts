/** One message to recipients of one server: MAIL, RCPT, DATA, the content, and what became of each recipient. */

import type { EnvelopeRecipient } from '#lib/mail/envelope.ts'
import { formatMail, formatRcpt, type LegacyForm } from '#lib/smtp/client-command.ts'
import { formatReceived, type ReceivedReply } from '#lib/smtp/reply-reader.ts'
import type { Failure } from '../bounces/classify.ts'
import { type ContentRules, sendContent } from './content.ts'
import { hasForms, isSyntaxRefusal } from './legacy-form.ts'
import { answer, command, type Session } from './session.ts'
import type { Outgoing } from './transport.ts'
import { Broken, refusal, Stopped } from './wire.ts'

export type RecipientResult =
  | { readonly kind: 'relayed'; readonly reply: string }
  | {
      readonly kind: 'refused'
      readonly failure: Failure
      /** The server takes no more recipients at a time: at once in another transaction. RFC 5321 §4.5.3.1.10 */
      readonly again?: boolean
    }

export interface TransactionRules extends ContentRules {
  /** In which order legacy local parts are written. */
  readonly forms: readonly LegacyForm[]
  /** Told of the form that a recipient was taken in. */
  formWorked(form: LegacyForm): void
  /** Whether the message is handed over as SMTPUTF8. */
  readonly smtpUtf8: boolean
}

/** The session had ended while nobody used it: the same again on another is no second attempt. */
export class Stale extends Error {
  override readonly name = 'Stale'
}

/**
 * Hands the message over, and tells of each recipient what became of it, in their order. The session is of further use
 * when its wire is still sound.
 *
 * RFC 5321 §3.3, RFC 2920 §3.1
 *
 * @throws {Stale}
 */
export async function transact(
  session: Session,
  mail: Outgoing,
  recipients: readonly EnvelopeRecipient[],
  rules: TransactionRules,
): Promise<RecipientResult[]> {
  const transaction = new Transaction(session, mail, recipients, rules)
  try {
    await transaction.run()
  } catch (error) {
    session.wire.destroy()
    if (!(error instanceof Stopped)) throw error
    transaction.refuseRest(error.failure)
  }
  return transaction.results()
}

class Transaction {
  readonly #session: Session
  readonly #mail: Outgoing
  readonly #recipients: readonly EnvelopeRecipient[]
  readonly #rules: TransactionRules
  readonly #results: (RecipientResult | undefined)[]
  readonly #accepted: number[] = []

  constructor(
    session: Session,
    mail: Outgoing,
    recipients: readonly EnvelopeRecipient[],
    rules: TransactionRules,
  ) {
    this.#session = session
    this.#mail = mail
    this.#recipients = recipients
    this.#rules = rules
    this.#results = recipients.map(() => undefined)
  }

  async run(): Promise<void> {
    const session = this.#session
    const reused = session.messages > 0
    session.messages += 1
    const { sender } = this.#mail
    // Which form was taken must be known before the next step.
    const forms = hasForms(sender) || this.#recipients.some(({ address }) => hasForms(address))
    const data =
      session.extensions.pipelining && !forms
        ? await this.#sayAtOnce(reused)
        : await this.#sayOneByOne(reused)
    if (data === undefined) return
    if (this.#accepted.length === 0) {
      // It wants the content of a message for nobody. What ends that might be taken for an empty message.
      if (data.code === 354) session.wire.destroy()
      return
    }
    if (data.code !== 354) {
      this.refuseRest(refusal('data', data, formatReceived(data)))
      return
    }
    const taken = await sendContent(session, this.#mail, this.#rules)
    if (!isAccepted(taken)) {
      this.refuseRest(refusal('dot', taken, formatReceived(taken)))
      return
    }
    for (const at of this.#accepted) {
      this.#results[at] = { kind: 'relayed', reply: formatReceived(taken) }
    }
  }

  /** What holds for every recipient that has no result yet. */
  refuseRest(failure: Failure): void {
    for (let at = 0; at < this.#results.length; at++) {
      this.#results[at] ??= { kind: 'refused', failure }
    }
  }

  results(): RecipientResult[] {
    this.refuseRest({ stage: 'data', text: '4.3.0 Nothing was sent' })
    return this.#results.filter((result) => result !== undefined)
  }

  /** All commands up to DATA in one go; the answer to DATA. RFC 2920 §3.1 */
  async #sayAtOnce(reused: boolean): Promise<ReceivedReply> {
    const { wire, timeouts } = this.#session
    const lines = [
      ...(reused ? ['RSET'] : []),
      this.#formatMail('raw'),
      ...this.#recipients.map((recipient) => this.#formatRcpt(recipient, 'raw')),
      'DATA',
    ]
    try {
      await wire.send(`${lines.join('\r\n')}\r\n`, timeouts.mailMs)
    } catch (error) {
      // What was said before the end is read below; it tells more.
      if (!(error instanceof Broken)) throw error
    }
    if (reused) await readReset(this.#session)
    const mail = await answer(wire, 'mail', timeouts.mailMs)
    const refused = !isAccepted(mail)
    if (refused) this.refuseRest(refusal('mail', mail, formatReceived(mail)))
    for (let at = 0; at < this.#recipients.length; at++) {
      const reply = await answer(wire, 'rcpt', timeouts.rcptMs)
      if (!refused) this.#take(at, reply)
    }
    return answer(wire, 'data', timeouts.dataMs)
  }

  /** Each command after the answer to the one before; undefined when there was no reason for DATA. */
  async #sayOneByOne(reused: boolean): Promise<ReceivedReply | undefined> {
    const { wire, timeouts } = this.#session
    if (reused) {
      try {
        await wire.send('RSET\r\n', timeouts.helloMs)
      } catch (error) {
        if (error instanceof Broken) throw new Stale()
        throw error
      }
      await readReset(this.#session)
    }
    const mail = await this.#tryForms(hasForms(this.#mail.sender), (form) =>
      command(wire, 'mail', this.#formatMail(form), timeouts.mailMs),
    )
    if (!isAccepted(mail)) {
      this.refuseRest(refusal('mail', mail, formatReceived(mail)))
      return undefined
    }
    for (const [at, recipient] of this.#recipients.entries()) {
      const reply = await this.#tryForms(hasForms(recipient.address), (form) =>
        command(wire, 'rcpt', this.#formatRcpt(recipient, form), timeouts.rcptMs),
      )
      this.#take(at, reply)
    }
    if (this.#accepted.length === 0) return undefined
    return command(wire, 'data', 'DATA', timeouts.dataMs)
  }

  /** Writes an address in the next form when the server did not like how it was written. */
  async #tryForms(
    several: boolean,
    say: (form: LegacyForm) => Promise<ReceivedReply>,
  ): Promise<ReceivedReply> {
    const [first = 'raw', second] = this.#rules.forms
    const reply = await say(first)
    if (!several || second === undefined || !isSyntaxRefusal(reply)) {
      if (several && isAccepted(reply)) this.#rules.formWorked(first)
      return reply
    }
    const other = await say(second)
    if (isAccepted(other)) this.#rules.formWorked(second)
    return other
  }

  #take(at: number, reply: ReceivedReply): void {
    if (isAccepted(reply)) {
      this.#accepted.push(at)
      return
    }
    const failure = refusal('rcpt', reply, formatReceived(reply))
    const again = this.#accepted.length > 0 && isTooMany(reply)
    this.#results[at] = { kind: 'refused', failure, ...(again && { again }) }
  }

  #formatMail(form: LegacyForm): string {
    const mail = { ...this.#mail, smtpUtf8: this.#rules.smtpUtf8 }
    return formatMail(mail, this.#session.extensions, form)
  }

  #formatRcpt(recipient: EnvelopeRecipient, form: LegacyForm): string {
    return formatRcpt(recipient, this.#session.extensions, form)
  }
}

/** A session that was idle answers RSET, or is not there any more. @throws {Stale} */
async function readReset({ wire, timeouts }: Session): Promise<void> {
  try {
    const reply = await wire.reply(timeouts.helloMs)
    if (reply.code === 250) return
  } catch (error) {
    if (!(error instanceof Broken)) throw error
  }
  throw new Stale()
}

function isAccepted({ code }: ReceivedReply): boolean {
  return code >= 200 && code < 300
}

/** RFC 5321 §4.5.3.1.10; its 552 is that of servers before it. */
function isTooMany({ code, status, lines }: ReceivedReply): boolean {
  if (code !== 452 && code !== 552 && code !== 451 && code !== 450) return false
  return status === '4.5.3' || status === '5.5.3' || /too many recipients/i.test(lines.join(' '))
}
