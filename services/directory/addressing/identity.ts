import type { Address } from '#lib/mail/address.ts'
import type { AccountDocument, AddressDocument, Collections } from '../collections.ts'
import { collect } from '../collections.ts'
import { catchAllKey } from '../names.ts'
import { candidatesOf, keysOf } from './candidates.ts'

/**
 * Whether an account may send as an address: one that is its own (login, alias, plus address, what it catches for a
 * domain, each also at alias domains), or one that it was granted, itself or with its whole domain. Of its own
 * tenant only, whatever was granted when a domain was still that tenant's.
 *
 * An address that is kept for who had it, with its plus addresses, is nobody else's because of a catch-all.
 */
export async function mayUse(
  account: Pick<AccountDocument, '_id' | 'tenant' | 'sendAs'>,
  address: Address,
  { domains, addresses }: Pick<Collections, 'domains' | 'addresses'>,
): Promise<boolean> {
  const domain = await domains.findOne({ _id: address.domain })
  if (domain?.state !== 'active' || domain.suspended || domain.tenant !== account.tenant) {
    return false
  }
  const home =
    domain.aliasOf === undefined ? domain : await domains.findOne({ _id: domain.aliasOf })
  if (home?.state !== 'active' || home.suspended || home.tenant !== account.tenant) return false

  const candidates = candidatesOf(address, home)
  const { exact, bases, catchAll } = candidates
  const found = await collect(
    addresses.find({ _id: { $in: keysOf(candidates) } }, { fields: NEEDED }),
  )
  const byKey = new Map(found.map((document) => [document._id, document]))
  const isThere = (key: string): boolean => {
    const there = byKey.get(key)
    return there !== undefined && there.removedAt === undefined && there.tenant === account.tenant
  }
  const isOwn = (key: string): boolean => isThere(key) && byKey.get(key)?.account === account._id
  const granted = new Set(account.sendAs)

  if (isOwn(exact) || granted.has(exact)) return true
  if (granted.has(catchAllKey(domain._id)) || granted.has(catchAll)) return true
  // What has the very name is somebody else's, or was; so are its plus addresses.
  const isForeign = (key: string) => (byKey.get(key)?.account ?? account._id) !== account._id
  if (isForeign(exact)) return false
  const base = bases.find((key) => isThere(key) || isForeign(key))
  if (base !== undefined) return isOwn(base) || granted.has(base)
  return isOwn(catchAll)
}

const NEEDED = ['account', 'tenant', 'removedAt'] satisfies (keyof AddressDocument)[]
