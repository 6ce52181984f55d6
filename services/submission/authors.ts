/** Whom a header says a message is from, read so that no other program reads somebody else there. */

import { Fault } from '#lib/base/fault.ts'
import { type Address, addressKey, toAddress } from '#lib/mail/address.ts'
import { parseAddressList } from '#lib/mime/address-list.ts'
import { findFields, type HeaderField } from '#lib/mime/header.ts'
import { ReplyFault } from '#lib/smtp/fault.ts'
import { reply } from '#lib/smtp/reply.ts'

const AUTHORS_MAX = 100
/** Far below where the header's reader cuts a value: what is behind that would be read by others only. */
const FIELD_BYTES_MAX = 32 * 1024
/** What looks like an address, wherever it stands. */
const ADDRESS = /([^\s<>,;:@]+)@([^\s<>,;:@]*\.[^\s<>,;:@]*)/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: ISO-2022-JP switches by ESC
const JAPANESE = /(?:\x1b\$[@B][^\x1b]*)+\x1b\([BJ]/g
/** Without anything that could be taken for more than a word. */
const ENCODED = /=\?[^?\s<>,;:"()[\]]+\?[bqBQ]\?[^?\s<>,;:"()[\]]*\?=/g

/**
 * The addresses of a field, here From or Sender, that a message may have once. None when it has none.
 *
 * @throws {ReplyFault} invalid: there are several such fields, or it can be read in another way too
 */
export function readAuthors(fields: readonly HeaderField[], key: string): Address[] {
  const [field, ...others] = findFields(fields, key)
  if (field === undefined) return []
  const { name, value } = field
  if (others.length > 0) throw badHeader(`There are several ${name} headers`)
  if (field.end - field.start > FIELD_BYTES_MAX) throw badHeader(`The ${name} header is too long`)
  const found = parseAddressList(value).filter(({ host }) => host !== null)
  if (found.length > AUTHORS_MAX) throw badHeader(`The ${name} header names too many`)
  const authors = found.map(({ mailbox, host }) => {
    try {
      return toAddress(mailbox ?? '', host ?? '')
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      throw badHeader(`The ${name} header holds an address that is none: ${error.message}`)
    }
  })
  if (isAmbiguous(value, authors)) throw badHeader(`The ${name} header is ambiguous`)
  return authors
}

export function badHeader(text: string): ReplyFault {
  return new ReplyFault('invalid', reply(550, '5.6.0', text))
}

/**
 * Whether somebody else could be read in it than we did: as a second address in angle brackets, as one where a name should
 * be (`a@b.test <c@d.test>`), or behind a quote or a comment that does not end. In quotes and comments that
 * do, anything may stand.
 */
function isAmbiguous(value: string, authors: readonly Address[]): boolean {
  const japanese = value.match(JAPANESE) ?? []
  if (japanese.some((text) => text.match(ADDRESS) !== null)) return true
  const bare = withoutQuotes(value.replace(JAPANESE, '?').replace(ENCODED, '?'))
  if (bare === undefined || bare.split('<').length - 1 > authors.length) return true
  const known = new Set(authors.map(addressKey))
  const domains = new Set(authors.map(({ domain }) => domain))
  // RFC 5322 §4.4 lets space stand around the @.
  const addresses = [...bare.replace(/\s*@\s*/g, '@').matchAll(ADDRESS)]
  return !addresses.every(([, local = '', domain = '']) => {
    const address = findAddress(local.replace(/^'+/, ''), domain.replace(/[.']+$/, ''))
    if (address === undefined) return false
    return local.includes('"') ? domains.has(address.domain) : known.has(addressKey(address))
  })
}

function findAddress(local: string, domain: string): Address | undefined {
  try {
    return toAddress(local, domain)
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}

/** A `"` for each quoted text, and no comments; undefined when one of them does not end. */
function withoutQuotes(text: string): string | undefined {
  let bare = ''
  let quoted = false
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    const visible = !quoted && depth === 0
    if (character === '\\') {
      at++
      if (visible) bare += '?'
    } else if (depth === 0 && character === '"') {
      quoted = !quoted
      if (quoted) bare += '"'
    } else if (!quoted && character === '(') {
      depth++
      bare += ' '
    } else if (depth > 0) {
      if (character === ')') depth--
    } else if (visible) {
      bare += character
    }
  }
  return quoted || depth > 0 ? undefined : bare
}
