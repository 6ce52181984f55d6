import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { type Address, formatAddress, parseAddress } from '#lib/mail/address.ts'
import { type Exceeded, formatWait, type Sending } from '#lib/mail/sending-rates.ts'
import type { AccountDocument, Collections } from '../collections.ts'
import type { Events } from '../events.ts'
import type { Sender, Senders } from './senders.ts'
import type { EffectiveRules } from './sending-rules.ts'
import type { SentCounts } from './sent-counts.ts'

/** A mail that somebody we know wants to send. */
export interface Asked {
  readonly account: string
  readonly protocol: string
  /** Envelope sender; empty is the null reverse-path. */
  readonly sender: string
  /** Addresses of the From and Sender headers. */
  readonly headerFrom: readonly string[]
  readonly recipients: readonly string[]
  readonly sizeBytes: number
  /** This is the message, and it counts; else it is only asked. */
  readonly final: boolean
  readonly mailId: string
}

/** Why a mail is not taken: as SMTP says it, and in one word. */
export interface Refusal {
  readonly code: number
  /** RFC 3463 */
  readonly status: string
  readonly text: string
  readonly reason: 'account' | 'identity' | 'size' | 'recipients' | 'rate'
}

export type Verdict =
  | { readonly kind: 'reject'; readonly refusal: Refusal; readonly sender: Sender | undefined }
  | { readonly kind: 'accept'; readonly sender: Sender }
  | { readonly kind: 'hold'; readonly text: string; readonly sender: Sender }

/** Whether the account may send as the address. */
type MayUse = (
  account: AccountDocument,
  address: Address,
  collections: Collections,
) => Promise<boolean>

export interface Admission {
  readonly collections: Collections
  readonly clock: Pick<Clock, 'now'>
  readonly senders: Senders
  readonly counts: SentCounts
  readonly mayUse: MayUse
  readonly events: Pick<Events, 'admitted' | 'admissionRefused'>
}

const HEADER_ADDRESSES_MAX = 100

/**
 * Decides whether a mail may be taken from an account: that it lives, that the addresses it sends as are its own, that
 * size and recipients are within its limits, and that it has not sent too much of late. Only a final mail that is taken
 * or held counts.
 *
 * @throws {Fault} unavailable, busy: ask again; nothing is known about the mail
 */
export async function admit(asked: Asked, admission: Admission): Promise<Verdict> {
  const sender = await admission.senders.find(asked.account)
  const refusal =
    sender === undefined
      ? refuse(550, '5.7.1', 'account', 'This account may not send mail')
      : await findRefusal(asked, sender, admission)
  if (sender === undefined || refusal !== undefined) {
    if (refusal !== undefined) admission.events.admissionRefused(asked, refusal)
    return { kind: 'reject', refusal: refusal as Refusal, sender }
  }
  if (asked.final) admission.events.admitted(asked.protocol, sender.rules.hold)
  if (!sender.rules.hold) return { kind: 'accept', sender }
  return { kind: 'hold', text: 'What this account sends is looked at first', sender }
}

async function findRefusal(
  asked: Asked,
  sender: Sender,
  admission: Admission,
): Promise<Refusal | undefined> {
  return (
    findSizeRefusal(asked, sender.rules) ??
    findRecipientsRefusal(asked, sender.rules) ??
    (await findIdentityRefusal(asked, sender, admission)) ??
    (await findRateRefusal(asked, sender, admission))
  )
}

/** RFC 1870 §6.1 */
function findSizeRefusal({ sizeBytes }: Asked, rules: EffectiveRules): Refusal | undefined {
  if (rules.sizeBytes === 0 || sizeBytes <= rules.sizeBytes) return undefined
  const text = `The message has ${sizeBytes} bytes, your limit is ${rules.sizeBytes}`
  return refuse(552, '5.3.4', 'size', text)
}

/** At RCPT the rest can go with another mail. At the end nothing would be another when it comes again. RFC 5321 §4.5.3.1.10 */
function findRecipientsRefusal(
  { recipients, final }: Asked,
  { recipientsPerMessage: limit }: EffectiveRules,
): Refusal | undefined {
  if (limit === 0 || recipients.length <= limit) return undefined
  const text = `A message of yours may have ${limit} recipients; send to the others with another`
  return final ? refuse(550, '5.5.3', 'recipients', text) : refuse(452, '4.5.3', 'recipients', text)
}

/**
 * The envelope sender and every address that the header says it is from must be the account's. With the null sender it
 * is the header alone, as in a read receipt. RFC 6409 §6.1, RFC 8098 §3
 */
async function findIdentityRefusal(
  asked: Asked,
  { account }: Sender,
  { mayUse, collections }: Admission,
): Promise<Refusal | undefined> {
  if (asked.final && asked.headerFrom.length === 0) {
    return refuse(550, '5.7.1', 'identity', 'The From field has no address')
  }
  if (asked.headerFrom.length > HEADER_ADDRESSES_MAX) {
    return refuse(550, '5.7.1', 'identity', 'The From field has too many addresses')
  }
  const texts = new Set(
    asked.sender === '' ? asked.headerFrom : [asked.sender, ...asked.headerFrom],
  )
  for (const text of texts) {
    const address = toAddress(text)
    if (address && (await mayUse(account, address, collections))) continue
    const whose = address ? formatAddress(address) : 'That address'
    return refuse(550, '5.7.1', 'identity', `${whose} is not yours to send from`)
  }
  return undefined
}

async function findRateRefusal(
  { recipients, final, mailId }: Asked,
  { account, rules }: Sender,
  { counts, clock }: Admission,
): Promise<Refusal | undefined> {
  const own: Sending = { key: `account ${account._id}`, rates: rules }
  const together: Sending = {
    key: `tenant ${account.tenant}`,
    rates: {
      messagesPerHour: rules.tenantMessagesPerHour,
      messagesPerDay: rules.tenantMessagesPerDay,
      recipientsPerHour: rules.tenantRecipientsPerHour,
      recipientsPerDay: rules.tenantRecipientsPerDay,
    },
  }
  const sendings = [toSending(own), together]
  const mail = { id: mailId, recipients: recipients.length }
  const exceeded = await (final ? counts.count(sendings, mail) : counts.check(sendings, mail))
  if (exceeded === undefined) return undefined
  const who = exceeded.key === own.key ? 'You' : 'All accounts of your organization together'
  return rateRefusal(exceeded, { who, final, now: clock.now() })
}

/** Only the rates; the rules hold more. */
function toSending({ key, rates }: Sending): Sending {
  const { messagesPerHour, messagesPerDay, recipientsPerHour, recipientsPerDay } = rates
  return { key, rates: { messagesPerHour, messagesPerDay, recipientsPerHour, recipientsPerDay } }
}

function rateRefusal(
  { what, window, limit, fitsAt }: Exceeded,
  { who, final, now }: { who: string; final: boolean; now: number },
): Refusal {
  const rule = `${who} may send ${what === 'messages' ? '' : 'to '}${limit} ${what} in any ${window}`
  const administrator = 'your administrator can allow more'
  if (fitsAt === undefined) {
    const text = `${rule}; send to fewer at once, or ask: ${administrator}`
    return final ? refuse(550, '5.7.1', 'rate', text) : refuse(452, '4.5.3', 'rate', text)
  }
  const text = `${rule}; try again in ${formatWait(fitsAt - now)}, or ask: ${administrator}`
  return refuse(450, '4.7.1', 'rate', text)
}

function toAddress(text: string): Address | undefined {
  try {
    return parseAddress(text)
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}

function refuse(code: number, status: string, reason: Refusal['reason'], text: string): Refusal {
  return { code, status, text, reason }
}
