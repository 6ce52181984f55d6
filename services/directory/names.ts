/** The names that people give: checked, and brought into the one form in which they are kept. */

import { Fault } from '#lib/base/fault.ts'
import {
  type Address,
  addressKey,
  formatAddress,
  parseAddress,
  parseDomain,
} from '#lib/mail/address.ts'

/** An address of this platform: `key` is its `_id`. */
export interface HostedAddress {
  readonly key: string
  readonly domain: string
}

const LOCAL_OCTETS_MAX = 64
const TITLE_CHARACTERS_MAX = 256
// What would have to be quoted in every protocol. Dots may stand anywhere: Japanese carriers issued
// `a..b`, `.a` and `a.`, and their customers keep them.
const AWKWARD = /[\s"\\<>()[\]:;,@]/

/**
 * Reads an address that is to exist here.
 *
 * @throws {Fault} invalid
 */
export function parseHostedAddress(text: string): HostedAddress {
  const address = parseAddress(text.trim())
  if (AWKWARD.test(address.local)) {
    throw new Fault('invalid', `${text}: The local part holds a character that needs quotes`)
  }
  if (Buffer.byteLength(address.local) > LOCAL_OCTETS_MAX) {
    throw new Fault('invalid', `${text}: The local part is longer than ${LOCAL_OCTETS_MAX} octets`)
  }
  if (address.domain.startsWith('['))
    throw new Fault('invalid', `${text}: The domain is not a name`)
  return { key: addressKey(address), domain: address.domain }
}

/**
 * Reads an address that is to exist here, or `@example.test`: all of the domain that do not exist otherwise.
 *
 * @throws {Fault} invalid
 */
export function parseAlias(text: string): HostedAddress {
  const trimmed = text.trim()
  if (!trimmed.startsWith('@')) return parseHostedAddress(trimmed)
  const domain = parseHostedDomain(trimmed.slice(1))
  return { key: catchAllKey(domain), domain }
}

/**
 * Reads an address that mail may go on to, here or elsewhere, as it is kept: canonical text. What Japanese carriers
 * issued is allowed; a host by its number is not.
 *
 * @throws {Fault} invalid
 */
function parseDestination(text: string): Address {
  const address = parseAddress(text.trim())
  if (address.domain.startsWith('['))
    throw new Fault('invalid', `${text}: The domain is not a name`)
  return address
}

/** Each address once, as it was spelled first. @throws {Fault} invalid */
export function parseDestinations(texts: readonly string[]): Map<string, string> {
  const byKey = new Map<string, string>()
  for (const address of texts.map(parseDestination)) {
    const key = addressKey(address)
    if (!byKey.has(key)) byKey.set(key, formatAddress(address))
  }
  return byKey
}

/** The key of the address that catches all of a domain which do not exist otherwise. */
export function catchAllKey(domain: string): string {
  return `@${domain}`
}

/** @throws {Fault} invalid */
export function parseHostedDomain(text: string): string {
  const domain = parseDomain(text.trim())
  if (domain.startsWith('[')) throw new Fault('invalid', 'A domain is a name, not an address')
  return domain
}

/** What begins the part of a local part that does not count. @throws {Fault} invalid */
export function parsePlus(text: string): string {
  if (/^[-+_=.~#!*]{0,4}$/.test(text)) return text
  throw new Fault('invalid', 'Plus addresses begin with 1 to 4 of - + _ = . ~ # ! *')
}

/** @throws {Fault} invalid */
export function parseTenantName(text: string): string {
  if (/^[a-z0-9-]{1,63}$/.test(text)) return text
  throw new Fault('invalid', 'A tenant name is 1 to 63 of a-z, 0-9 and -')
}

/** @throws {Fault} invalid */
export function parseTitle(text: string): string {
  const title = text.normalize('NFC').trim()
  if (title.length > TITLE_CHARACTERS_MAX) throw new Fault('invalid', 'The title is too long')
  if (/\p{Cc}/u.test(title)) throw new Fault('invalid', 'The title holds a control character')
  return title
}

/** @throws {Fault} invalid */
export function parseQuota(most: number): number {
  if (Number.isSafeInteger(most) && most >= 0) return most
  throw new Fault('invalid', 'A quota is a whole number; 0 means no limit')
}

/**
 * The key of what was typed as a login: an address, or a bare name in the default domain. undefined
 * when it cannot be any account's.
 */
export function findLoginKey(login: string, defaultDomain: string | undefined): string | undefined {
  const bare = !login.includes('@')
  if (bare && defaultDomain === undefined) return undefined
  try {
    return parseHostedAddress(bare ? `${login}@${defaultDomain}` : login).key
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}
