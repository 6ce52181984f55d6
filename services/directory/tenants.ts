import { Fault } from '#lib/base/fault.ts'
import { DuplicateKey } from '#lib/db/port.ts'
import { type Collections, collect, type TenantDocument } from './collections.ts'
import { parseTenantName, parseTitle } from './names.ts'
import { type Page, type PageRequest, readPage } from './page.ts'
import { type LimitChange, limitFields } from './quotas.ts'
import { audit, deletionTimes, freshId, type Registry } from './registry.ts'

export interface TenantChange extends LimitChange {
  /** Empty: `name` says which. With both, `name` is the new name. */
  readonly id: string
  readonly name: string
  /** Empty: as it is. */
  readonly title: string
  readonly suspended: boolean | undefined
}

const DOMAINS_PER_ANNOUNCEMENT = 500

/** @throws {Fault} invalid, exists */
export async function addTenant(change: TenantChange, registry: Registry): Promise<TenantDocument> {
  const tenant: TenantDocument = {
    _id: freshId(registry),
    name: parseTenantName(change.name),
    title: parseTitle(change.title),
    suspended: change.suspended ?? false,
    ...limitFields(change),
    state: 'active',
    createdAt: new Date(registry.clock.now()),
  }
  await audit(registry, 'tenant.add', tenant.name)
  await unlessNameTaken(tenant.name, () => registry.collections.tenants.insertOne(tenant))
  return tenant
}

/** Changes what is given of a tenant. @throws {Fault} invalid, not-found, exists */
export async function setTenant(change: TenantChange, registry: Registry): Promise<TenantDocument> {
  const { collections } = registry
  const tenant = await readTenant(change.id || change.name, collections)
  const limits = limitFields(change)
  const $set = {
    ...(change.id && change.name && { name: parseTenantName(change.name) }),
    ...(change.title && { title: parseTitle(change.title) }),
    ...(change.suspended !== undefined && { suspended: change.suspended }),
    ...limits,
  }
  if (Object.keys($set).length === 0) return tenant
  await audit(registry, 'tenant.set', tenant.name)
  const changed = await unlessNameTaken($set.name ?? '', () =>
    collections.tenants.findOneAndUpdate(
      { _id: tenant._id, state: 'active' },
      { $set },
      { returns: 'after' },
    ),
  )
  if (changed === undefined) throw noTenant(change.id || change.name)
  const concernsAll = change.suspended !== undefined || Object.keys(limits).length > 0
  if (concernsAll) await announceDomains(tenant._id, registry)
  return changed
}

/**
 * Deletes a tenant that has no domains. Its name is free at once: nothing is found by it but itself.
 *
 * @throws {Fault} not-found, conflict: it has domains
 */
export async function deleteTenant(name: string, registry: Registry): Promise<void> {
  const { tenants, domains } = registry.collections
  const { _id } = await readTenant(name, registry.collections)
  await audit(registry, 'tenant.delete', name)
  // From here on nothing can be added to it, so that what is empty now stays empty.
  await tenants.updateOne({ _id, state: 'active' }, { $set: { deleting: true } })
  const domain = await domains.findOne({ tenant: _id, state: 'active' })
  if (domain !== undefined) {
    await tenants.updateOne({ _id }, { $unset: { deleting: true } })
    throw new Fault('conflict', `${name} still has domains, such as ${domain._id}`)
  }
  const { expiresAt } = deletionTimes(registry)
  await tenants.updateOne(
    { _id, state: 'active', deleting: true },
    { $set: { state: 'deleted', expiresAt }, $unset: { deleting: true } },
  )
}

/** Tenants by name; all of them, or the one that `tenant` names. */
export async function listTenants(
  request: PageRequest & { readonly tenant: string },
  { tenants, ...others }: Collections,
): Promise<Page<TenantDocument>> {
  if (request.tenant !== '') {
    return { items: [await readTenant(request.tenant, { tenants, ...others })], next: '' }
  }
  return await readPage(
    request,
    (limit) =>
      tenants.find({ state: 'active', name: { $gt: request.after } }, { sort: { name: 1 }, limit }),
    ({ name }) => name,
  )
}

/** The tenant with this name or id. @throws {Fault} not-found */
export async function readTenant(
  nameOrId: string,
  { tenants }: Pick<Collections, 'tenants'>,
): Promise<TenantDocument> {
  const named = await tenants.findOne({ name: nameOrId, state: 'active' })
  const tenant = named ?? (await tenants.findOne({ _id: nameOrId }))
  if (tenant?.state !== 'active') throw noTenant(nameOrId)
  return tenant
}

/** Names of tenants by their ids, for lists. */
export async function tenantNames(
  ids: readonly string[],
  { tenants }: Pick<Collections, 'tenants'>,
): Promise<Map<string, string>> {
  const found = await collect(tenants.find({ _id: { $in: [...new Set(ids)] } }))
  return new Map(found.map(({ _id, name }) => [_id, name]))
}

/** Tells of all domains of a tenant, since what holds for it holds for them. */
export async function announceDomains(tenant: string, registry: Registry): Promise<void> {
  let domains: string[] = []
  for await (const { _id } of registry.collections.domains.find({ tenant, state: 'active' })) {
    domains.push(_id)
    if (domains.length < DOMAINS_PER_ANNOUNCEMENT) continue
    registry.announce({ domains })
    domains = []
  }
  if (domains.length > 0) registry.announce({ domains })
}

async function unlessNameTaken<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (!(error instanceof DuplicateKey)) throw error
    throw new Fault('exists', `There is a tenant ${name} already`, { cause: error })
  }
}

function noTenant(name: string): Fault {
  return new Fault('not-found', `There is no tenant ${name}`)
}
