import { Fault } from '#lib/base/fault.ts'
import { readAccount } from './accounts.ts'
import { claimInOpen } from './claim.ts'
import { type AddressDocument, type Collections, collect } from './collections.ts'
import { readOwner } from './domains.ts'
import { parseAlias, parseHostedDomain } from './names.ts'
import { type Page, type PageRequest, readPage } from './page.ts'
import { audit, deletionTimes, type Registry } from './registry.ts'
import { readTenant } from './tenants.ts'

export interface AddressEntry {
  readonly address: string
  /** The login of the account it belongs to; empty: it is a group. */
  readonly account: string
}

export interface AddressListRequest extends PageRequest {
  readonly tenant: string
  readonly domain: string
  readonly account: string
  /** Only this one. */
  readonly address: string
}

/**
 * Gives an account another address, or all of a domain that do not exist (`@example.test`); with `move`, one that another account of its tenant has now. Safe
 * to repeat.
 *
 * @throws {Fault} invalid, not-found, exists, conflict
 */
export async function addAddress(
  entry: AddressEntry & { readonly reuse: boolean; readonly move: boolean },
  registry: Registry,
): Promise<AddressEntry> {
  const address = parseAlias(entry.address)
  const account = await readAccount(entry.account, registry.collections)
  await readOwner([account.domain, address.domain], registry.collections)
  await audit(registry, 'address.add', address.key)
  const { reuse, move } = entry
  await claimInOpen({ address, kind: 'alias', account, reuse, move }, registry)
  registry.announce({ addresses: [address.key] })
  return { address: address.key, account: account.login }
}

/**
 * Takes an alias away from its account, for which it is kept a while.
 *
 * @throws {Fault} invalid, not-found, conflict: it is a login
 */
export async function deleteAddress(text: string, registry: Registry): Promise<void> {
  const { addresses, accounts } = registry.collections
  const { key } = parseAlias(text)
  const address = await addresses.findOne({ _id: key })
  if (address?.kind === 'group' && address.removedAt === undefined) {
    throw new Fault('conflict', `${key} is a group: delete the group`)
  }
  const account = address && (await accounts.findOne({ _id: address.account }))
  if (address === undefined || address.removedAt || account?.state !== 'active') {
    throw noAddress(key)
  }
  if (address.kind === 'login') {
    throw new Fault('conflict', `${key} is the login of an account: delete the account`)
  }
  await audit(registry, 'address.delete', key)
  const { deletedAt, expiresAt } = deletionTimes(registry)
  await addresses.updateOne(
    { _id: key, account: account._id, kind: 'alias' },
    { $set: { removedAt: deletedAt, expiresAt } },
  )
  registry.announce({ addresses: [key] })
}

/** Of a group, not its members. */
const FIELDS = ['account', 'kind', 'removedAt'] satisfies (keyof AddressDocument)[]

/** Addresses by name, logins included: all, or those of a tenant, a domain or an account. */
export async function listAddresses(
  request: AddressListRequest,
  collections: Collections,
): Promise<Page<AddressEntry>> {
  if (request.address !== '') return await readOne(request.address, collections)
  const filter = { ...(await narrow(request, collections)), _id: { $gt: request.after } }
  const page = await readPage(
    request,
    (limit) => collections.addresses.find(filter, { sort: { _id: 1 }, limit, fields: FIELDS }),
    ({ _id }) => _id,
  )
  return { items: await toEntries(page.items, collections), next: page.next }
}

async function readOne(text: string, collections: Collections): Promise<Page<AddressEntry>> {
  const { key } = parseAlias(text)
  const found = await collect(collections.addresses.find({ _id: key }, { fields: FIELDS }))
  const items = await toEntries(found, collections)
  if (items.length === 0) throw noAddress(key)
  return { items, next: '' }
}

/** The narrowest of what was asked for; it lies within the others. */
async function narrow(request: AddressListRequest, collections: Collections) {
  if (request.account !== '') {
    return { account: (await readAccount(request.account, collections))._id }
  }
  if (request.domain !== '') return { domain: parseHostedDomain(request.domain) }
  if (request.tenant !== '') return { tenant: (await readTenant(request.tenant, collections))._id }
  return {}
}

/** Leaves out addresses that are only kept: a page can therefore be shorter than asked for. */
async function toEntries(
  found: readonly AddressDocument[],
  { accounts }: Pick<Collections, 'accounts'>,
): Promise<AddressEntry[]> {
  if (found.length === 0) return []
  const ids = [...new Set(found.map(({ account }) => account))]
  const owners = await collect(accounts.find({ _id: { $in: ids } }))
  const logins = new Map(
    owners.filter(({ state }) => state === 'active').map(({ _id, login }) => [_id, login]),
  )
  const entries: AddressEntry[] = []
  for (const { _id, account, kind, removedAt } of found) {
    const login = kind === 'group' ? '' : logins.get(account)
    if (login !== undefined && removedAt === undefined)
      entries.push({ address: _id, account: login })
  }
  return entries
}

function noAddress(key: string): Fault {
  return new Fault('not-found', `There is no address ${key}`)
}
