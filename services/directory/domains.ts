import { Fault } from '#lib/base/fault.ts'
import { DuplicateKey } from '#lib/db/port.ts'
import { becomeAlias, readAliasTarget, refuseAliases } from './addressing/alias-domain.ts'
import { type Collections, collect, type DomainDocument } from './collections.ts'
import { parseHostedDomain, parsePlus } from './names.ts'
import { type Page, type PageRequest, readPage } from './page.ts'
import { type LimitChange, limitFields } from './quotas.ts'
import { audit, deletionTimes, formatDay, type Registry } from './registry.ts'
import { readTenant } from './tenants.ts'

export interface DomainChange extends LimitChange {
  readonly name: string
  /** Name or id; on a change, empty. */
  readonly tenant: string
  readonly suspended: boolean | undefined
  /** Take it even though another tenant deleted it a short while ago. */
  readonly reuse: boolean
  /** The domain whose addresses it is to have; empty: none. */
  readonly aliasOf: string | undefined
  /** What begins the part of a local part that does not count; empty: nothing. */
  readonly plus: string | undefined
}

const ADDRESSES_AT_ONCE = 500

/**
 * Adds a domain to a tenant. One that the same tenant deleted comes back; one that another deleted is
 * kept for that one for a while.
 *
 * @throws {Fault} invalid, not-found, exists, conflict
 */
export async function addDomain(change: DomainChange, registry: Registry): Promise<DomainDocument> {
  const { domains, tenants } = registry.collections
  const name = parseHostedDomain(change.name)
  const tenant = await readTenant(change.tenant, registry.collections)
  if (tenant.deleting) throw new Fault('conflict', `${tenant.name} is being deleted`)
  const domain: DomainDocument = {
    _id: name,
    tenant: tenant._id,
    suspended: change.suspended ?? false,
    ...limitFields(change),
    ...(change.plus !== undefined && { plus: parsePlus(change.plus) }),
    ...(change.aliasOf && {
      aliasOf: await readAliasTarget(name, change.aliasOf, tenant._id, registry.collections),
    }),
    state: 'active',
    createdAt: new Date(registry.clock.now()),
  }
  await audit(registry, 'domain.add', name)
  try {
    await domains.insertOne(domain)
  } catch (error) {
    if (!(error instanceof DuplicateKey)) throw error
    await takeDeleted(domain, change.reuse, registry)
  }
  try {
    // The tenant may have begun to go away after it was read; one of the two then sees the other.
    const still = await tenants.findOne({ _id: tenant._id })
    if (still?.state !== 'active' || still.deleting) {
      throw new Fault('conflict', `${tenant.name} is being deleted`)
    }
    if (domain.aliasOf !== undefined) {
      await readAliasTarget(name, domain.aliasOf, tenant._id, registry.collections)
    }
  } catch (error) {
    await domains.deleteOne({ _id: name, tenant: tenant._id })
    throw error
  }
  registry.announce({ domains: [name] })
  return domain
}

/** @throws {Fault} invalid, not-found */
export async function setDomain(change: DomainChange, registry: Registry): Promise<DomainDocument> {
  const { domains } = registry.collections
  const name = parseHostedDomain(change.name)
  const domain = await readDomain(name, registry.collections)
  if (change.tenant !== '') {
    const tenant = await readTenant(change.tenant, registry.collections)
    if (tenant._id !== domain.tenant) {
      throw new Fault('invalid', 'A domain cannot move to another tenant')
    }
  }
  const $set = {
    ...(change.suspended !== undefined && { suspended: change.suspended }),
    ...limitFields(change),
    ...(change.plus !== undefined && { plus: parsePlus(change.plus) }),
  }
  const aliasOf = change.aliasOf
    ? await readAliasTarget(name, change.aliasOf, domain.tenant, registry.collections)
    : change.aliasOf
  if (Object.keys($set).length === 0 && aliasOf === undefined) return domain
  await audit(registry, 'domain.set', name)
  if (aliasOf) {
    await closeWhileEmpty(name, registry.collections)
    await becomeAlias(domain, aliasOf, registry.collections)
  }
  const update = {
    ...(Object.keys($set).length > 0 && { $set }),
    ...(aliasOf === '' && { $unset: { aliasOf: true as const } }),
  }
  const active = { _id: name, state: 'active' }
  const changed =
    Object.keys(update).length === 0
      ? await domains.findOne(active)
      : await domains.findOneAndUpdate(active, update)
  if (changed === undefined) throw noDomain(name)
  registry.announce({ domains: [name] })
  return changed
}

/**
 * Deletes a domain in which no address lives any more.
 *
 * @throws {Fault} invalid, not-found, conflict: it has addresses
 */
export async function deleteDomain(text: string, registry: Registry): Promise<void> {
  const { domains } = registry.collections
  const name = parseHostedDomain(text)
  await readDomain(name, registry.collections)
  await audit(registry, 'domain.delete', name)
  await closeWhileEmpty(name, registry.collections)
  await domains.updateOne(
    { _id: name, state: 'active', deleting: true },
    { $set: { state: 'deleted', ...deletionTimes(registry) }, $unset: { deleting: true } },
  )
  registry.announce({ domains: [name] })
}

/**
 * Sees that no address lives in a domain and that it has no aliases. From then on nothing can be added to it, so that what
 * is empty stays empty. Mail goes on.
 *
 * @throws {Fault} conflict: it is open again
 */
async function closeWhileEmpty(name: string, collections: Collections): Promise<void> {
  const { domains } = collections
  await domains.updateOne({ _id: name, state: 'active' }, { $set: { deleting: true } })
  try {
    const address = await findLivingAddress(name, collections)
    if (address !== undefined) {
      throw new Fault('conflict', `${name} still has addresses, such as ${address}`)
    }
    await refuseAliases(name, collections)
  } catch (error) {
    await domains.updateOne({ _id: name }, { $unset: { deleting: true } })
    throw error
  }
}

/** Domains by name: all, those of a tenant, or one. @throws {Fault} not-found */
export async function listDomains(
  request: PageRequest & { readonly tenant: string; readonly domain: string },
  collections: Collections,
): Promise<Page<DomainDocument>> {
  if (request.domain !== '') {
    return { items: [await readDomain(parseHostedDomain(request.domain), collections)], next: '' }
  }
  const tenant = request.tenant && (await readTenant(request.tenant, collections))._id
  const filter = { ...(tenant && { tenant }), state: 'active', _id: { $gt: request.after } }
  return await readPage(
    request,
    (limit) => collections.domains.find(filter, { sort: { _id: 1 }, limit }),
    ({ _id }) => _id,
  )
}

/**
 * The one tenant whose domains all these are.
 *
 * @throws {Fault} not-found, invalid: of several tenants, conflict: one is being deleted
 */
export async function readOwner(
  names: readonly string[],
  { domains }: Pick<Collections, 'domains'>,
): Promise<string> {
  const wanted = [...new Set(names)]
  const found = await collect(domains.find({ _id: { $in: wanted } }))
  const active = new Map(
    found.filter(({ state }) => state === 'active').map((domain) => [domain._id, domain]),
  )
  const tenants = new Set<string>()
  for (const name of wanted) {
    const domain = active.get(name)
    if (domain === undefined) throw noDomain(name)
    if (domain.deleting) throw new Fault('conflict', `${name} is being deleted`)
    if (domain.aliasOf !== undefined) {
      throw new Fault('invalid', `${name} has the addresses of ${domain.aliasOf}, and no others`)
    }
    tenants.add(domain.tenant)
  }
  const [tenant, ...others] = tenants
  if (tenant === undefined || others.length > 0) {
    throw new Fault('invalid', 'All addresses of an account belong to one tenant')
  }
  return tenant
}

async function readDomain(
  name: string,
  { domains }: Pick<Collections, 'domains'>,
): Promise<DomainDocument> {
  const domain = await domains.findOne({ _id: name })
  if (domain?.state !== 'active') throw noDomain(name)
  return domain
}

async function takeDeleted(
  domain: DomainDocument,
  reuse: boolean,
  { collections: { domains } }: Registry,
): Promise<void> {
  const { _id, tenant, suspended, createdAt, quotaBytes = 0, quotaMessages = 0 } = domain
  const { aliasOf, plus } = domain
  const held = await domains.findOne({ _id })
  if (held?.state === 'active') throw new Fault('exists', `There is a domain ${_id} already`)
  if (held !== undefined && held.tenant !== tenant && !reuse) {
    const [from, until] = [formatDay(held.deletedAt), formatDay(held.expiresAt)]
    const kept = `Another tenant deleted ${_id} on ${from}; it is kept until ${until}`
    throw new Fault('exists', `${kept} unless you ask to reuse it`)
  }
  const taken = await domains.updateOne(
    { _id, state: 'deleted', ...(held && { tenant: held.tenant }) },
    {
      $set: {
        ...{ tenant, suspended, createdAt, quotaBytes, quotaMessages, state: 'active' },
        ...(aliasOf !== undefined && { aliasOf }),
        ...(plus !== undefined && { plus }),
      },
      $unset: {
        ...{ deletedAt: true, expiresAt: true },
        ...(aliasOf === undefined && { aliasOf: true }),
        ...(plus === undefined && { plus: true }),
      },
    },
  )
  if (taken.matched === 0) throw new Fault('conflict', `Someone else changes ${_id}, try again`)
}

/** An address in the domain whose account lives, or is about to. */
async function findLivingAddress(
  domain: string,
  { addresses, accounts }: Collections,
): Promise<string | undefined> {
  let owners = new Map<string, string>()
  const look = async (): Promise<string | undefined> => {
    const living = await collect(accounts.find({ _id: { $in: [...owners.keys()] } }))
    const owner = living.find(({ state }) => state !== 'deleted')
    return owner && owners.get(owner._id)
  }
  const fields = ['account', 'removedAt', 'kind']
  for await (const { _id, account, kind, removedAt } of addresses.find({ domain }, { fields })) {
    if (removedAt !== undefined) continue
    if (kind === 'group') return _id
    owners.set(account, _id)
    if (owners.size < ADDRESSES_AT_ONCE) continue
    const found = await look()
    if (found !== undefined) return found
    owners = new Map()
  }
  return owners.size > 0 ? await look() : undefined
}

function noDomain(name: string): Fault {
  return new Fault('not-found', `There is no domain ${name} here`)
}
