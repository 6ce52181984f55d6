import { Fault } from '#lib/base/fault.ts'
import { type Address, formatAddress, parseAddress } from './address.ts'

/** One RCPT TO as the client gave it. RFC 5321 §4.1.1.3, RFC 3461 §4 */
export interface EnvelopeRecipient {
  readonly address: Address
  readonly notify?: readonly ('never' | 'success' | 'failure' | 'delay')[]
  /** ORCPT, decoded: `rfc822;address`. */
  readonly orcpt?: string
}

export const MAIL_CLASSES = ['personal', 'transactional', 'bulk', 'announcement', 'system'] as const
/** Decides pool, retry age, DKIM selector and rules. */
export type MailClass = (typeof MAIL_CLASSES)[number]

/** What travels with the bytes of a mail from the `250` until its last recipient is settled. */
export interface Envelope {
  /** Given at the `250`; follows the mail through every service, log line and ledger line. */
  readonly mailId: string
  readonly class: MailClass
  /** `null` is the null reverse-path `<>`. */
  readonly sender: Address | null
  readonly recipients: readonly EnvelopeRecipient[]
  /** Milliseconds since 1970 at which DATA ended. */
  readonly receivedAt: number
  /** Size of the bytes with the trace headers that we added. */
  readonly sizeBytes: number
  readonly body: '7bit' | '8bitmime'
  readonly smtpUtf8: boolean
  readonly ret?: 'full' | 'hdrs'
  readonly envid?: string
  /** Taken, but kept until somebody has looked at it: why. */
  readonly hold?: string
  /** Who handed it to us. */
  readonly client: {
    readonly address: string
    readonly helo: string
    readonly tls: boolean
    /** The authenticated account, when it came by submission. */
    readonly account?: string
    readonly tenant?: string
  }
}

const VERSION = 1
const RECIPIENTS_MAX = 10_000
const NOTIFY = ['never', 'success', 'failure', 'delay'] as const

/** The bytes of an envelope: JSON in UTF-8, addresses as canonical text. */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  const { sender, recipients } = envelope
  const json = {
    v: VERSION,
    ...envelope,
    sender: sender && formatAddress(sender),
    recipients: recipients.map((one) => ({ ...one, address: formatAddress(one.address) })),
  }
  return Buffer.from(JSON.stringify(json))
}

/**
 * Reads what `encodeEnvelope` wrote. Fields it does not know are skipped, since a newer version may write
 * them while this one still runs; those it knows must be there and right.
 *
 * @throws {Fault} invalid
 */
export function decodeEnvelope(bytes: Uint8Array): Envelope {
  const json = toFields(parseJson(bytes), 'envelope')
  if (json.v !== VERSION) throw bad('v')
  const client = toFields(json.client, 'client')
  const ret = readOptional(json, 'ret', (value, name) => oneOf(['full', 'hdrs'], value, name))
  const envid = readOptional(json, 'envid', toText)
  const hold = readOptional(json, 'hold', toText)
  const account = readOptional(client, 'account', toText)
  const tenant = readOptional(client, 'tenant', toText)
  return {
    mailId: toText(json.mailId, 'mailId'),
    class: oneOf(MAIL_CLASSES, json.class, 'class'),
    sender: json.sender === null ? null : readAddress(json.sender, 'sender'),
    recipients: readRecipients(json.recipients),
    receivedAt: toCount(json.receivedAt, 'receivedAt'),
    sizeBytes: toCount(json.sizeBytes, 'sizeBytes'),
    body: oneOf(['7bit', '8bitmime'], json.body, 'body'),
    smtpUtf8: toFlag(json.smtpUtf8, 'smtpUtf8'),
    ...(ret && { ret }),
    ...(envid !== undefined && { envid }),
    ...(hold !== undefined && { hold }),
    client: {
      address: toText(client.address, 'address'),
      helo: toText(client.helo, 'helo'),
      tls: toFlag(client.tls, 'tls'),
      ...(account !== undefined && { account }),
      ...(tenant !== undefined && { tenant }),
    },
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new Fault('invalid', 'The envelope is not JSON', { cause })
  }
}

function readRecipients(value: unknown): EnvelopeRecipient[] {
  const list = toList(value, 'recipients', RECIPIENTS_MAX)
  return list.map((item) => {
    const json = toFields(item, 'recipient')
    const orcpt = readOptional(json, 'orcpt', toText)
    const notify = readOptional(json, 'notify', (words, name) =>
      toList(words, name, NOTIFY.length).map((word) => oneOf(NOTIFY, word, name)),
    )
    return {
      address: readAddress(json.address, 'recipient'),
      ...(notify && { notify }),
      ...(orcpt !== undefined && { orcpt }),
    }
  })
}

type Fields = { [name: string]: unknown }

function readOptional<T>(json: Fields, name: string, read: (value: unknown, name: string) => T) {
  return json[name] === undefined ? undefined : read(json[name], name)
}

function readAddress(value: unknown, name: string): Address {
  return parseAddress(toText(value, name))
}

function toFields(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(name)
  return value as Fields
}

function toList(value: unknown, name: string, max: number): unknown[] {
  if (!Array.isArray(value) || value.length > max) throw bad(name)
  return value
}

function toText(value: unknown, name: string): string {
  if (typeof value !== 'string') throw bad(name)
  return value
}

function toFlag(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw bad(name)
  return value
}

function toCount(value: unknown, name: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw bad(name)
  return value as number
}

function oneOf<const T extends string>(allowed: readonly T[], value: unknown, name: string): T {
  const found = allowed.find((one) => one === value)
  if (found === undefined) throw bad(name)
  return found
}

function bad(name: string): Fault {
  return new Fault('invalid', `The envelope's ${name} is not valid`)
}
