/** Domains that have the addresses of another domain of their tenant, and none of their own. */

import { Fault } from '#lib/base/fault.ts'
import { type Collections, collect, type DomainDocument } from '../collections.ts'
import { parseHostedDomain } from '../names.ts'

/**
 * The domain that `name` is to be an alias of.
 *
 * @throws {Fault} invalid: itself, another tenant's, or an alias too; not-found; conflict: it is being deleted
 */
export async function readAliasTarget(
  name: string,
  aliasOf: string,
  tenant: string,
  { domains }: Pick<Collections, 'domains'>,
): Promise<string> {
  const target = parseHostedDomain(aliasOf)
  if (target === name) throw new Fault('invalid', 'A domain is no alias of itself')
  const domain = await domains.findOne({ _id: target })
  if (domain?.state !== 'active') throw new Fault('not-found', `There is no domain ${target} here`)
  if (domain.tenant !== tenant) {
    throw new Fault(
      'invalid',
      'An alias domain belongs to the tenant of the domain whose alias it is',
    )
  }
  if (domain.aliasOf !== undefined) {
    throw new Fault('invalid', `${target} is itself an alias, of ${domain.aliasOf}`)
  }
  // Not for what is about to become an alias either, which looks the same.
  if (domain.deleting) throw new Fault('conflict', `${target} is being changed, try again`)
  return target
}

/**
 * Refuses when a domain has aliases.
 *
 * @throws {Fault} conflict
 */
export async function refuseAliases(
  name: string,
  { domains }: Pick<Collections, 'domains'>,
): Promise<void> {
  const aliases = await collect(domains.find({ aliasOf: name }))
  const alias = aliases.find(({ state }) => state === 'active')
  if (alias !== undefined) {
    throw new Fault('conflict', `${name} has alias domains, such as ${alias._id}`)
  }
}

/**
 * Makes an empty domain an alias, once `closeWhileEmpty` has seen that it is empty. Of two that would make a
 * chain, each sees the other after its own write, and one at least is undone.
 *
 * @throws {Fault} as readAliasTarget, conflict
 */
export async function becomeAlias(
  { _id, tenant }: DomainDocument,
  aliasOf: string,
  collections: Pick<Collections, 'domains'>,
): Promise<void> {
  const { domains } = collections
  const made = await domains.updateOne(
    { _id, state: 'active', deleting: true },
    { $set: { aliasOf }, $unset: { deleting: true } },
  )
  if (made.matched === 0) throw new Fault('conflict', `Someone else changes ${_id}, try again`)
  try {
    await readAliasTarget(_id, aliasOf, tenant, collections)
    await refuseAliases(_id, collections)
  } catch (error) {
    await domains.updateOne({ _id, aliasOf }, { $unset: { aliasOf: true } })
    throw error
  }
}
