/** What an address is here, by what was read of the directory: no queries. */

import type { Address } from '#lib/mail/address.ts'
import type {
  AccountDocument,
  AddressDocument,
  DomainDocument,
  TenantDocument,
} from '../collections.ts'
import { candidatesOf, keysOf } from './candidates.ts'

/** What was read so far, by `_id`. What is missing is not there. */
export interface Known {
  readonly domains: ReadonlyMap<string, DomainDocument>
  readonly tenants: ReadonlyMap<string, TenantDocument>
  readonly addresses: ReadonlyMap<string, AddressDocument>
  readonly accounts: ReadonlyMap<string, AccountDocument>
}

/** What an address is; `through` is what that depends on, as announcements name it. */
export type Place =
  | { readonly kind: 'elsewhere' | 'unknown'; readonly tenant: string; readonly through: string[] }
  | (Inhabited & { readonly kind: 'account'; readonly account: AccountDocument })
  | (Inhabited & { readonly kind: 'group'; readonly group: AddressDocument })

interface Inhabited {
  readonly tenant: string
  readonly suspended: boolean
  readonly through: string[]
}

/**
 * Finds what an address is. An alias domain first stands for the domain whose addresses it has, one step and no
 * further. There the first of these counts: the account or group of that very name; the one of which it is a plus
 * address, by the longest base that exists; the account that catches all. What is deleted does not exist, what
 * is suspended does.
 */
export function locate(address: Address, known: Known): Place {
  const domain = known.domains.get(address.domain)
  const through = [address.domain]
  if (domain?.state !== 'active') return { kind: 'elsewhere', tenant: '', through }
  const home = homeOf(domain, known)
  const { tenant } = domain
  if (home === undefined) return { kind: 'unknown', tenant, through }
  if (home !== domain) through.push(home._id)
  const closed = domain.suspended || home.suspended || known.tenants.get(tenant)?.suspended === true

  for (const key of keysOf(candidatesOf(address, home))) {
    through.push(key)
    const found = known.addresses.get(key)
    // One that another tenant left in a domain that has changed hands is not there.
    if (found === undefined || found.removedAt !== undefined || found.tenant !== tenant) continue
    if (found.kind === 'group') {
      return { kind: 'group', group: found, tenant, suspended: closed, through }
    }
    const account = known.accounts.get(found.account)
    if (account?.state !== 'active') continue
    through.push(account._id)
    return { kind: 'account', account, tenant, suspended: closed || account.suspended, through }
  }
  return { kind: 'unknown', tenant, through }
}

/** Where mail for a place goes on to: canonical texts. Nothing that is suspended sends mail on. */
export function linksOf(place: Place): readonly string[] {
  switch (place.kind) {
    case 'elsewhere':
    case 'unknown':
      return []
    case 'account':
      return (place.suspended ? undefined : place.account.forwards) ?? []
    case 'group':
      return (place.suspended ? undefined : place.group.members) ?? []
  }
}

function homeOf(domain: DomainDocument, known: Known): DomainDocument | undefined {
  if (domain.aliasOf === undefined) return domain
  const home = known.domains.get(domain.aliasOf)
  return home?.state === 'active' && home.tenant === domain.tenant ? home : undefined
}
