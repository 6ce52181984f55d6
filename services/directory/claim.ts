import { Fault } from '#lib/base/fault.ts'
import { DuplicateKey } from '#lib/db/port.ts'
import type { AccountDocument, AddressDocument, GroupFields } from './collections.ts'
import { readOwner } from './domains.ts'
import type { HostedAddress } from './names.ts'
import { formatDay, type Registry } from './registry.ts'

export interface Claim {
  readonly address: HostedAddress
  readonly kind: AddressDocument['kind']
  /** Of a group, only its tenant. */
  readonly account: Pick<AccountDocument, '_id' | 'login' | 'tenant'>
  /** Of a group: what it is to be. */
  readonly group?: GroupFields
  /** Take it even though it was another's a short while ago. */
  readonly reuse: boolean
  /** Take an alias that a living account of the same tenant has. */
  readonly move?: boolean
}

const TRIES_MAX = 5
/** An account that is not complete by then never will be: whoever added it has died. */
const ABANDONED_MS = 60_000

/**
 * Makes an address an account's own, or a group: one write of one document, so that of those who want it one gets it.
 * Safe to repeat for an account; a group that is there is refused. Returns whether it is new.
 *
 * What stands in the way may yield: addresses of accounts that are gone, those of an unfinished attempt to
 * add the same login (it then fails: its account is taken away before it could become active), a deleted
 * group to another group of its tenant, and with `reuse` what is kept for others.
 *
 * @throws {Fault} exists, conflict
 */
export async function claimAddress(claim: Claim, registry: Registry): Promise<boolean> {
  const { addresses } = registry.collections
  const { address, kind, account } = claim
  const wanted: AddressDocument = {
    _id: address.key,
    account: account._id,
    tenant: account.tenant,
    domain: address.domain,
    kind,
    createdAt: new Date(registry.clock.now()),
    ...claim.group,
  }
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    if (await insertUnlessHeld(wanted, registry)) return true
    const held = await addresses.findOne({ _id: address.key })
    if (held === undefined) continue
    if (isOwn(held, claim) && held.removedAt === undefined) return false
    await yieldOrRefuse(held, claim, registry)
    // Only from whom it was found with: null matches a field that is missing.
    const unchanged = { _id: address.key, account: held.account, removedAt: held.removedAt ?? null }
    const taken = await addresses.replaceOne(unchanged, wanted)
    if (taken.matched === 1) return true
  }
  throw new Fault('conflict', `Someone else changes ${address.key}, try again`)
}

/**
 * Claims an address in a domain that was open when it was looked at. It may have begun to go away, or to become an
 * alias, meanwhile: one of the two then sees the other.
 *
 * @throws {Fault} exists, conflict, not-found
 */
export async function claimInOpen(claim: Claim, registry: Registry): Promise<void> {
  const isNew = await claimAddress(claim, registry)
  try {
    const owner = await readOwner([claim.address.domain], registry.collections)
    if (owner === claim.account.tenant) return
    throw new Fault('conflict', `${claim.address.domain} is another tenant's now`)
  } catch (error) {
    if (isNew) await giveBack(claim, registry)
    throw error
  }
}

/**
 * Undoes a claim that was new, when it turns out that nothing could be added there any more. What a process that is killed
 * before this leaves behind counts for nobody once the domain is another tenant's (addressing/locate.ts).
 */
async function giveBack(
  { address, kind, account }: Claim,
  { collections: { addresses } }: Registry,
): Promise<void> {
  await addresses.deleteOne({ _id: address.key, account: account._id, kind })
}

function isOwn(held: AddressDocument, { account }: Claim): boolean {
  return held.kind !== 'group' && held.account === account._id
}

async function insertUnlessHeld(
  wanted: AddressDocument,
  { collections: { addresses } }: Registry,
): Promise<boolean> {
  try {
    await addresses.insertOne(wanted)
    return true
  } catch (error) {
    if (error instanceof DuplicateKey) return false
    throw error
  }
}

/** Returns when the address may be taken from its holder. */
async function yieldOrRefuse(
  held: AddressDocument,
  claim: Claim,
  registry: Registry,
): Promise<void> {
  const { accounts } = registry.collections
  const { address, account, reuse, move } = claim
  if (isOwn(held, claim)) return
  if (held.kind === 'group') return yieldGroup(held, claim)
  const holder = await accounts.findOne({ _id: held.account })
  if (holder === undefined) return
  if (holder.state === 'adding') {
    const ageMs = registry.clock.now() - holder.createdAt.getTime()
    if (holder.login !== account.login && ageMs < ABANDONED_MS) {
      throw new Fault('conflict', `Someone else is about to get ${address.key}, try again`)
    }
    if (await accounts.deleteOne({ _id: holder._id, state: 'adding' })) return
    throw new Fault('conflict', `Someone else changes ${address.key}, try again`)
  }
  if (move && held.kind === 'alias' && held.tenant === account.tenant) return
  const deletedAt = held.removedAt ?? holder.deletedAt
  if (deletedAt === undefined) {
    // Left behind in a domain that another tenant has now: nobody gets mail by it.
    if (held.tenant !== account.tenant) return
    throw new Fault('exists', `${address.key} exists already`)
  }
  if (reuse) return
  throw kept(address, deletedAt, held.expiresAt ?? holder.expiresAt)
}

/** A group that was deleted comes back as another group of its tenant; anything else gets it only by insisting. */
function yieldGroup(held: AddressDocument, { address, kind, account, reuse }: Claim): void {
  if (held.removedAt === undefined) throw new Fault('exists', `${address.key} exists already`)
  if (reuse || (kind === 'group' && held.tenant === account.tenant)) return
  throw kept(address, held.removedAt, held.expiresAt)
}

function kept(address: HostedAddress, from: Date, until: Date | undefined): Fault {
  return new Fault(
    'exists',
    `${address.key} was another's until ${formatDay(from)} and is kept until ${formatDay(until)} unless you ask to reuse it`,
  )
}
