import { Fault } from '#lib/base/fault.ts'
import { DuplicateKey } from '#lib/db/port.ts'
import type { AccountDocument, AddressDocument } from './collections.ts'
import type { HostedAddress } from './names.ts'
import { formatDay, type Registry } from './registry.ts'

export interface Claim {
  readonly address: HostedAddress
  readonly kind: AddressDocument['kind']
  readonly account: Pick<AccountDocument, '_id' | 'login' | 'tenant'>
  /** Take it even though it was another's a short while ago. */
  readonly reuse: boolean
  /** Take an alias that a living account of the same tenant has. */
  readonly move?: boolean
}

const TRIES_MAX = 5
/** An account that is not complete by then never will be: whoever added it has died. */
const ABANDONED_MS = 60_000

/**
 * Makes an address an account's own: one write of one document, so that of two who want it one gets it.
 * Safe to repeat.
 *
 * What stands in the way may yield: addresses of accounts that are gone, those of an unfinished attempt to
 * add the same login (it then fails: its account is taken away before it could become active), and
 * with `reuse` what a deleted account still holds.
 *
 * @throws {Fault} exists, conflict
 */
export async function claimAddress(claim: Claim, registry: Registry): Promise<void> {
  const { addresses } = registry.collections
  const { address, kind, account } = claim
  const wanted: AddressDocument = {
    _id: address.key,
    account: account._id,
    tenant: account.tenant,
    domain: address.domain,
    kind,
    createdAt: new Date(registry.clock.now()),
  }
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    if (await insertUnlessHeld(wanted, registry)) return
    const held = await addresses.findOne({ _id: address.key })
    if (held === undefined) continue
    if (held.account === account._id && held.removedAt === undefined) return
    await yieldOrRefuse(held, claim, registry)
    // Only from whom it was found with: null matches a field that is missing.
    const unchanged = { _id: address.key, account: held.account, removedAt: held.removedAt ?? null }
    const taken = await addresses.replaceOne(unchanged, wanted)
    if (taken.matched === 1) return
  }
  throw new Fault('conflict', `Someone else changes ${address.key}, try again`)
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
  { address, account, reuse, move }: Claim,
  registry: Registry,
): Promise<void> {
  const { accounts } = registry.collections
  if (held.account === account._id) return
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
  if (deletedAt === undefined) throw new Fault('exists', `${address.key} exists already`)
  if (reuse) return
  const until = formatDay(held.expiresAt ?? holder.expiresAt)
  throw new Fault(
    'exists',
    `${address.key} was another's until ${formatDay(deletedAt)} and is kept until ${until} unless you ask to reuse it`,
  )
}
