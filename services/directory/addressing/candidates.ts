/** Under which keys an address is looked for, first the one that counts most. */

import { type Address, addressKey } from '#lib/mail/address.ts'
import type { DomainDocument } from '../collections.ts'
import { catchAllKey } from '../names.ts'

/** The domain whose addresses count, and what it says of plus addresses. */
export type Home = Pick<DomainDocument, '_id' | 'plus'>

export const PLUS_DEFAULT = '+'
/** An address with more of them is no plus address: who could say which base is meant? */
const SEPARATORS_MAX = 8

export interface Candidates {
  /** Its very name. */
  readonly exact: string
  /** What it may be a plus address of, longest first: `a-b` before `a` for `a-b-c`. */
  readonly bases: readonly string[]
  /** What catches all of the domain that does not exist. */
  readonly catchAll: string
}

/**
 * The keys under which mail for an address is looked for in its home domain, which is another than its own when that is
 * an alias domain. The first that exists counts: its very name, then the longest base of a plus address, then
 * what catches all.
 */
export function candidatesOf(address: Address, home: Home): Candidates {
  const exact = addressKey({ ...address, domain: home._id })
  const local = exact.slice(0, -home._id.length - 1)
  const separator = home.plus ?? PLUS_DEFAULT
  const bases = basesOf(local, separator).map((base) => `${base}@${home._id}`)
  return { exact, bases, catchAll: catchAllKey(home._id) }
}

/** All its keys, in the order in which they count. */
export function keysOf({ exact, bases, catchAll }: Candidates): string[] {
  return [exact, ...bases, catchAll]
}

function basesOf(local: string, separator: string): string[] {
  if (separator === '') return []
  const ends: number[] = []
  for (let at = local.indexOf(separator, 1); at > 0; at = local.indexOf(separator, at + 1)) {
    if (ends.push(at) > SEPARATORS_MAX) return []
  }
  return ends.reverse().map((end) => local.slice(0, end))
}
