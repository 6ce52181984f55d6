import { Fault } from '#lib/base/fault.ts'
import { claimInOpen } from '../claim.ts'
import type { AddressDocument, Collections, GroupFields } from '../collections.ts'
import { readOwner } from '../domains.ts'
import {
  type HostedAddress,
  parseDestinations,
  parseHostedAddress,
  parseHostedDomain,
  parseTitle,
} from '../names.ts'
import { type Page, type PageRequest, readPage } from '../page.ts'
import { audit, deletionTimes, freshId, type Registry } from '../registry.ts'
import { readTenant } from '../tenants.ts'

/** An address whose mail goes to its members. */
export type Group = AddressDocument & GroupFields

/** What is to be of a group. */
export interface GroupChange {
  readonly address: string
  readonly title: string | undefined
  readonly add: readonly string[]
  readonly remove: readonly string[]
  /** Take the address even though it was another's a short while ago. */
  readonly reuse: boolean
}

export interface GroupListRequest extends PageRequest {
  readonly tenant: string
  readonly domain: string
}

const MEMBERS_MAX = 1000
const TRIES_MAX = 5

/**
 * Adds a group: one write, which makes the address and what stands behind it.
 *
 * @throws {Fault} invalid, not-found: the domain, exists, conflict
 */
export async function addGroup(change: GroupChange, registry: Registry): Promise<Group> {
  const address = parseHostedAddress(change.address)
  const group: GroupFields = {
    title: parseTitle(change.title ?? ''),
    members: changeMembers([], change, address.key),
    version: freshId(registry),
  }
  const tenant = await readOwner([address.domain], registry.collections)
  await audit(registry, 'group.add', address.key)
  const account = { _id: '', login: '', tenant }
  await claimInOpen({ address, kind: 'group', account, group, reuse: change.reuse }, registry)
  registry.announce({ addresses: [address.key] })
  return await readGroup(address.key, registry.collections)
}

/**
 * Changes what is given of a group. Safe to repeat; of several at a time, each is made on top of the others.
 *
 * @throws {Fault} invalid, not-found, conflict
 */
export async function setGroup(change: GroupChange, registry: Registry): Promise<Group> {
  const { addresses } = registry.collections
  const { key } = parseHostedAddress(change.address)
  const title = change.title === undefined ? undefined : parseTitle(change.title)
  await readGroup(key, registry.collections)
  await audit(registry, 'group.set', key)
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const group = await readGroup(key, registry.collections)
    const members = changeMembers(group.members, change, key)
    const $set = { members, version: freshId(registry), ...(title !== undefined && { title }) }
    const unchanged = { _id: key, kind: 'group', version: group.version, removedAt: null }
    const changed = await addresses.updateOne(unchanged, { $set })
    if (changed.matched === 0) continue
    registry.announce({ addresses: [key] })
    return { ...group, ...$set }
  }
  throw new Fault('conflict', `Someone else changes ${key}, try again`)
}

/**
 * Deletes a group. Its address is kept for its tenant for a while.
 *
 * @throws {Fault} invalid, not-found
 */
export async function deleteGroup(text: string, registry: Registry): Promise<void> {
  const { key } = parseHostedAddress(text)
  await readGroup(key, registry.collections)
  await audit(registry, 'group.delete', key)
  const { deletedAt, expiresAt } = deletionTimes(registry)
  const deleted = await registry.collections.addresses.updateOne(
    { _id: key, kind: 'group', removedAt: null },
    { $set: { removedAt: deletedAt, expiresAt } },
  )
  if (deleted.matched === 0) throw noGroup(key)
  registry.announce({ addresses: [key] })
}

/** @throws {Fault} invalid, not-found */
export async function showGroup(text: string, collections: Collections): Promise<Group> {
  return await readGroup(parseHostedAddress(text).key, collections)
}

/** Groups by address: all, or those of a tenant or a domain. A page may be shorter than asked for. */
export async function listGroups(
  request: GroupListRequest,
  collections: Collections,
): Promise<Page<Group>> {
  const tenant = request.tenant && (await readTenant(request.tenant, collections))._id
  const domain = request.domain && parseHostedDomain(request.domain)
  const filter = {
    kind: 'group',
    ...(domain ? { domain } : tenant && { tenant }),
    _id: { $gt: request.after },
    ...(domain && tenant && { tenant }),
  }
  const page = await readPage(
    request,
    (limit) => collections.addresses.find(filter, { sort: { _id: 1 }, limit }),
    ({ _id }) => _id,
    PAGE_MAX,
  )
  return { items: page.items.filter(isGroup), next: page.next }
}

/** A group may be large. */
const PAGE_MAX = 50

/** The members that a change makes of these. @throws {Fault} invalid */
function changeMembers(
  members: readonly string[],
  { add, remove }: GroupChange,
  group: HostedAddress['key'],
): string[] {
  const there = parseDestinations(members)
  for (const key of parseDestinations(remove).keys()) there.delete(key)
  for (const [key, text] of parseDestinations(add)) {
    if (key === group) throw new Fault('invalid', `${text} cannot be a member of itself`)
    if (!there.has(key)) there.set(key, text)
  }
  if (there.size > MEMBERS_MAX) {
    throw new Fault('invalid', `A group has at most ${MEMBERS_MAX} members`)
  }
  return [...there.values()]
}

async function readGroup(
  key: string,
  { addresses }: Pick<Collections, 'addresses'>,
): Promise<Group> {
  const found = await addresses.findOne({ _id: key })
  if (found === undefined || !isGroup(found)) throw noGroup(key)
  return found
}

function isGroup(address: AddressDocument): address is Group {
  return address.kind === 'group' && address.removedAt === undefined
}

function noGroup(key: string): Fault {
  return new Fault('not-found', `There is no group ${key}`)
}
