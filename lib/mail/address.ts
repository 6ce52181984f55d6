import { Fault } from '#lib/base/fault.ts'
import { toAsciiDomain } from './idna.ts'

/**
 * The one address type of the platform. The local part is kept unquoted, as Unicode text; the domain in
 * lower-case A-label form, or as an address literal with its brackets.
 */
export interface Address {
  readonly local: string
  readonly domain: string
  /**
   * RFC 5321 forbids its dots (`a..b`, `.a`, `a.`), but Japanese carriers issued such for years; or its
   * local part is longer than the RFC allows. Mail flows, but no new mailbox gets such an address.
   */
  readonly legacy: boolean
}

/** RFC 5321 §4.5.3.1.1 */
const LOCAL_OCTETS_MAX = 64
/** What senders in the wild do use: bounce addresses that hold another address. */
const LEGACY_LOCAL_OCTETS_MAX = 128
/** A path of 256 octets without its angle brackets. RFC 5321 §4.5.3.1.3 */
const ADDRESS_OCTETS_MAX = 254

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be in there
const CONTROL = /[\x00-\x1f\x7f-\x9f]/
const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
const IPV4 = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`)

/**
 * Reads the canonical text of an address, as databases, settings and command lines hold it: the local part
 * without quotes, the last `@` before the domain. `a..b@x`, `a b@x` and `a@b@x` are all addresses.
 *
 * @throws {Fault} invalid
 */
export function parseAddress(text: string): Address {
  const at = text.lastIndexOf('@')
  if (at < 0) throw new Fault('invalid', 'An address needs an @')
  return toAddress(text.slice(0, at), text.slice(at + 1))
}

/** The canonical text of an address, which `parseAddress` reads. */
export function formatAddress(address: Address): string {
  return `${address.local}@${address.domain}`
}

/**
 * The key under which an address is looked up: two spellings of one mailbox have the same. The local part
 * loses its case, since no customer would believe that `Alice@` and `alice@` are two people.
 */
export function addressKey(address: Address): string {
  return `${address.local.normalize('NFC').toLowerCase().normalize('NFC')}@${address.domain}`
}

/** The key of the address that the text is; the text itself when it is none. */
export function keyOfText(text: string): string {
  try {
    return addressKey(parseAddress(text))
  } catch {
    return text
  }
}

/** Whether both are the same mailbox: case of the local part does not count. */
export function sameAddress(a: Address, b: Address): boolean {
  return addressKey(a) === addressKey(b)
}

/** Whether it can travel only with SMTPUTF8, because of its local part. RFC 6531 §3.3 */
export function needsSmtpUtf8(address: Address): boolean {
  return /[^ -~]/.test(address.local)
}

/**
 * Makes an address of an unquoted local part and a domain in any form.
 *
 * @throws {Fault} invalid
 */
export function toAddress(local: string, domain: string): Address {
  const octets = Buffer.byteLength(local)
  if (octets === 0) throw new Fault('invalid', 'The local part is empty')
  if (octets > LEGACY_LOCAL_OCTETS_MAX) throw new Fault('invalid', 'The local part is too long')
  if (CONTROL.test(local) || !local.isWellFormed()) {
    throw new Fault('invalid', 'The local part holds a control character')
  }
  const canonical = parseDomain(domain)
  if (octets + 1 + canonical.length > ADDRESS_OCTETS_MAX) {
    throw new Fault('invalid', 'The address is too long')
  }
  const legacy = octets > LOCAL_OCTETS_MAX || /^\.|\.\.|\.$/.test(local)
  return { local, domain: canonical, legacy }
}

/**
 * The canonical form of a domain or address literal: lower-case A-labels; IPv6 in its shortest spelling.
 *
 * RFC 5321 §4.1.2, §4.1.3, RFC 5952 §4
 *
 * @throws {Fault} invalid
 */
export function parseDomain(text: string): string {
  if (text.length > 2 * ADDRESS_OCTETS_MAX) throw new Fault('invalid', 'The domain is too long')
  const domain = text.startsWith('[') ? toLiteral(text) : toAsciiDomain(text)
  if (domain === undefined) throw new Fault('invalid', 'The domain is not valid')
  return domain
}

function toLiteral(text: string): string | undefined {
  if (!text.endsWith(']')) return undefined
  const inner = text.slice(1, -1)
  if (IPV4.test(inner)) return text
  const [, address] = /^IPv6:([0-9a-f:.]+)$/i.exec(inner) ?? []
  const url = address === undefined ? null : URL.parse(`http://[${address}]`)
  return url ? `[IPv6:${url.hostname.slice(1, -1)}]` : undefined
}
