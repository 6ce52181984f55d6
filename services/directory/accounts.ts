import { Fault } from '#lib/base/fault.ts'
import { type AccountChange, newCredential, parseAliases } from './add-account.ts'
import { auditForwarding, forwardingFields } from './addressing/forwarding.ts'
import { claimInOpen } from './claim.ts'
import { type AccountDocument, type Collections, collect } from './collections.ts'
import { readOwner } from './domains.ts'
import { parseHostedAddress, parseHostedDomain, parseTitle } from './names.ts'
import { type Page, type PageRequest, readPage } from './page.ts'
import type { PasswordHasher } from './password-hasher.ts'
import { limitFields } from './quotas.ts'
import { audit, deletionTimes, type Registry } from './registry.ts'
import { readTenant } from './tenants.ts'

/** An account as administrators see it. */
export interface AccountEntry extends AccountDocument {
  readonly aliases: readonly string[]
}

export interface AccountListRequest extends PageRequest {
  readonly tenant: string
  readonly domain: string
  /** Those that can be restored, instead of those that live. */
  readonly deleted: boolean
}

/** @throws {Fault} not-found */
export async function showAccount(name: string, collections: Collections): Promise<AccountEntry> {
  const account = await readAccount(name, collections)
  const [entry] = await withAliases([account], collections)
  return entry ?? { ...account, aliases: [] }
}

/** Accounts by login: all, or those of a tenant or of a login's domain. */
export async function listAccounts(
  request: AccountListRequest,
  collections: Collections,
): Promise<Page<AccountEntry>> {
  const tenant = request.tenant && (await readTenant(request.tenant, collections))._id
  const domain = request.domain && parseHostedDomain(request.domain)
  const filter = {
    ...(domain ? { domain } : tenant && { tenant }),
    state: request.deleted ? 'deleted' : 'active',
    login: { $gt: request.after },
    ...(domain && tenant && { tenant }),
  }
  const page = await readPage(
    request,
    (limit) => collections.accounts.find(filter, { sort: { login: 1 }, limit }),
    ({ login }) => login,
  )
  return { items: await withAliases(page.items, collections), next: page.next }
}

/**
 * Changes what is given of an account, and adds aliases. A new password counts at once, everywhere.
 *
 * @throws {Fault} invalid, not-found, exists: an alias, conflict, busy
 */
export async function setAccount(
  change: AccountChange,
  registry: Registry,
  hasher: Pick<PasswordHasher, 'hash'>,
): Promise<AccountEntry> {
  const { collections } = registry
  const account = await readAccount(change.login, collections)
  const aliases = parseAliases(change.addresses, account.login)
  const keys = aliases.map(({ key }) => key)
  const forwarding = await forwardingFields(change, account, keys, collections)
  const $set = {
    ...forwarding,
    ...(change.title !== undefined && { title: parseTitle(change.title) }),
    ...limitFields(change),
    ...(change.suspended !== undefined && { suspended: change.suspended }),
    ...(await newCredential(change, account, registry, hasher)),
  }
  await audit(registry, 'account.set', account.login)
  await auditForwarding(forwarding, account.login, registry)
  if (aliases.length > 0) {
    const domains = aliases.map(({ domain }) => domain)
    await readOwner([account.domain, ...domains], collections)
    for (const address of aliases) {
      await claimInOpen({ address, kind: 'alias', account, reuse: change.reuse }, registry)
    }
  }
  if (Object.keys($set).length > 0) {
    const changed = await collections.accounts.updateOne(
      { _id: account._id, state: 'active' },
      { $set },
    )
    if (changed.matched === 0) throw noAccount(change.login)
  }
  const entry = await showAccount(account._id, collections)
  registry.announce({ accounts: [entry._id], addresses: [entry.login, ...entry.aliases] })
  return entry
}

/**
 * Deletes an account by one write: from then on it takes no mail and no login. It and its addresses are
 * kept for a while, and nobody else gets them in that time unless an administrator insists.
 *
 * @throws {Fault} not-found
 */
export async function deleteAccount(name: string, registry: Registry): Promise<void> {
  const { login, _id, aliases } = await showAccount(name, registry.collections)
  await audit(registry, 'account.delete', login)
  const deleted = await registry.collections.accounts.updateOne(
    { _id, state: 'active' },
    { $set: { state: 'deleted', ...deletionTimes(registry) } },
  )
  if (deleted.matched === 0) throw noAccount(name)
  registry.announce({ accounts: [_id], addresses: [login, ...aliases] })
}

/**
 * Brings back a deleted account, with those of its addresses that nobody else has taken.
 *
 * @throws {Fault} not-found, conflict: several had the login, exists: the login is another's now
 */
export async function restoreAccount(name: string, registry: Registry): Promise<AccountEntry> {
  const { collections } = registry
  const account = await readDeleted(name, collections)
  const owner = await readOwner([account.domain], collections)
  if (owner !== account.tenant) {
    throw new Fault('conflict', `${account.domain} is another tenant's now`)
  }
  await audit(registry, 'account.restore', account.login)
  const address = parseHostedAddress(account.login)
  await claimInOpen({ address, kind: 'login', account, reuse: false }, registry)
  const restored = await collections.accounts.updateOne(
    { _id: account._id, state: 'deleted' },
    { $set: { state: 'active' }, $unset: { deletedAt: true, expiresAt: true } },
  )
  if (restored.matched === 0) throw noAccount(name)
  try {
    // The domain may have begun to go away after it was read; one of the two then sees the other.
    await readOwner([account.domain], collections)
  } catch (error) {
    const { deletedAt, expiresAt } = { ...deletionTimes(registry), ...account }
    const $set = { state: 'deleted' as const, deletedAt, expiresAt }
    await collections.accounts.updateOne({ _id: account._id, state: 'active' }, { $set })
    throw error
  }
  const entry = await showAccount(account._id, collections)
  registry.announce({ accounts: [entry._id], addresses: [entry.login, ...entry.aliases] })
  return entry
}

/** The living account with this login or id. @throws {Fault} invalid, not-found */
export async function readAccount(
  name: string,
  { accounts, addresses }: Pick<Collections, 'accounts' | 'addresses'>,
): Promise<AccountDocument> {
  let id = name
  if (name.includes('@')) {
    const address = await addresses.findOne({ _id: parseHostedAddress(name).key })
    if (address?.kind !== 'login') throw noAccount(name)
    id = address.account
  }
  const account = await accounts.findOne({ _id: id })
  if (account?.state !== 'active') throw noAccount(name)
  return account
}

async function readDeleted(
  name: string,
  { accounts }: Pick<Collections, 'accounts'>,
): Promise<AccountDocument> {
  const filter = name.includes('@') ? { login: parseHostedAddress(name).key } : { _id: name }
  const found = await collect(accounts.find({ ...filter, state: 'deleted' }, { limit: 2 }))
  const [account, another] = found
  if (account === undefined) {
    throw new Fault('not-found', `There is no deleted account ${name}`)
  }
  if (another === undefined) return account
  throw new Fault('conflict', `Several deleted accounts had the login ${name}; give an id`)
}

async function withAliases(
  accounts: readonly AccountDocument[],
  { addresses }: Pick<Collections, 'addresses'>,
): Promise<AccountEntry[]> {
  if (accounts.length === 0) return []
  const aliases = new Map<string, string[]>(accounts.map(({ _id }) => [_id, []]))
  const ids = [...aliases.keys()]
  for await (const address of addresses.find({ account: { $in: ids } })) {
    if (address.kind !== 'alias' || address.removedAt !== undefined) continue
    aliases.get(address.account)?.push(address._id)
  }
  return accounts.map((account) => ({
    ...account,
    aliases: (aliases.get(account._id) ?? []).sort(),
  }))
}

function noAccount(name: string): Fault {
  return new Fault('not-found', `There is no account ${name}`)
}
