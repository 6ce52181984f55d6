/** Addresses as SMTP writes them: `<…>` in MAIL FROM and RCPT TO, and in Return-Path. */

import { Fault } from '#lib/base/fault.ts'
import { type Address, toAddress } from './address.ts'

export interface PathOptions {
  /** Takes `a@b` without its angle brackets, as some clients send it. */
  readonly bare?: boolean
  /** What `<postmaster>` without a domain stands for; without it that is refused. RFC 5321 §4.1.1.3 */
  readonly postmasterDomain?: string
}

/** A path, and the text that followed it: ESMTP parameters with the space before them, or nothing. */
export interface ParsedPath {
  /** null is the null path `<>`. */
  readonly address: Address | null
  readonly rest: string
}

/** Beyond it nothing is a path, whatever its source route. */
const PATH_CHARACTERS_MAX = 2000

// Dots anywhere: `a..b`, `.a` and `a.` are what Japanese carriers issued, unquoted. RFC 6531 §3.3
// adds all that is not ASCII.
const LOCAL = /(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]|[\u0080-\uffff])+/y
const QUOTED = /"((?:[ !#-[\]-~]|\\[ -~]|[\u0080-\uffff])*)"/y
const DOMAIN = /\[[^\][<>\s]*\]|[^\s<>()[\]\\,;:@"]+/y
const ROUTE = /(?:@[^\s<>()\\,;@"]+,)*@[^\s<>()\\,;@":]+:/y

/**
 * Reads the path at the start of `text`, which is what followed `MAIL FROM:` or `RCPT TO:`. Spaces
 * before it pass, since many clients send one; a source route is read and ignored.
 *
 * RFC 5321 §4.1.2, Appendix C
 *
 * @throws {Fault} invalid
 */
export function parsePath(text: string, options: PathOptions = {}): ParsedPath {
  if (text.length > PATH_CHARACTERS_MAX) throw bad()
  const start = text.length - text.trimStart().length
  const bracketed = text[start] === '<'
  if (!bracketed && !options.bare) throw new Fault('invalid', 'An address needs angle brackets')
  if (text.startsWith('<>', start)) return { address: null, rest: toRest(text, start + 2) }

  const scan = new Scan(text, bracketed ? start + 1 : start)
  const address = readMailbox(scan, options)
  if (bracketed && scan.take(/>/y) === undefined) throw bad()
  return { address, rest: toRest(text, scan.at) }
}

function readMailbox(scan: Scan, options: PathOptions): Address {
  scan.take(ROUTE)
  const quoted = scan.take(QUOTED)
  const local = quoted ? quoted.slice(1, -1).replace(/\\(.)/gu, '$1') : scan.take(LOCAL)
  if (local === undefined) throw bad()
  if (scan.take(/@/y) === undefined) {
    if (local.toLowerCase() !== 'postmaster' || !options.postmasterDomain) {
      throw new Fault('invalid', 'The address has no domain')
    }
    return toAddress(local, options.postmasterDomain)
  }
  return toAddress(local, scan.take(DOMAIN) ?? '')
}

function toRest(text: string, at: number): string {
  const rest = text.slice(at)
  if (rest !== '' && !/^\s/.test(rest)) throw bad()
  return rest
}

function bad(): Fault {
  return new Fault('invalid', 'The address is not valid')
}

/**
 * Writes a path with its angle brackets. Dots that RFC 5321 forbids are written `raw`, as those who issued
 * them do, or `quoted`, as the RFC would have it: which of the two a host takes is known per destination.
 */
export function formatPath(address: Address | null, form: 'raw' | 'quoted' = 'quoted'): string {
  if (address === null) return '<>'
  const { local, domain } = address
  const plain = form === 'raw' || !/^\.|\.\.|\.$/.test(local)
  LOCAL.lastIndex = 0
  if (plain && LOCAL.exec(local)?.[0] === local) return `<${local}@${domain}>`
  return `<"${local.replace(/["\\]/g, '\\$&')}"@${domain}>`
}

/** A position in a text that sticky expressions move forward. */
class Scan {
  at: number
  readonly #text: string

  constructor(text: string, at: number) {
    this.#text = text
    this.at = at
  }

  take(expression: RegExp): string | undefined {
    expression.lastIndex = this.at
    const [found] = expression.exec(this.#text) ?? []
    this.at += found?.length ?? 0
    return found
  }
}
