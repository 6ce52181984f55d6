import { Fault } from '#lib/base/fault.ts'
import { readAccount } from '../accounts.ts'
import type { Collections } from '../collections.ts'
import { listDomains } from '../domains.ts'
import { parseHostedDomain } from '../names.ts'
import { audit, type Change, type Registry } from '../registry.ts'
import { forgetPasswords } from '../scram/forget-passwords.ts'
import { announceDomains, readTenant } from '../tenants.ts'
import { readRules } from './senders.ts'
import {
  accountNode,
  domainNode,
  type EffectiveRules,
  type Inherited,
  isOfTenants,
  PLATFORM,
  RULE_NAMES,
  RULES,
  type RuleName,
  type RuleNode,
  type SendingRules,
  tenantNode,
} from './sending-rules.ts'

/** Where rules are set: nowhere in particular (the platform), or on what `name` says. */
export interface SendingScope {
  readonly scope: string
  readonly name: string
}

export interface SendingChange extends SendingScope {
  readonly rules: SendingRules
  /** Names of rules to inherit again. */
  readonly unset: readonly string[]
}

export interface SendingReport extends Inherited {
  /** As set here. */
  readonly own: SendingRules
}

/** Nodes from near to far, and who is to hear of a change. */
interface Place {
  readonly nodes: readonly [RuleNode, ...RuleNode[]]
  readonly label: string
  announce(registry: Registry): Promise<void>
}

/** What may be sent, as set in one place and as it holds there. @throws {Fault} invalid, not-found */
export async function showSending(
  scope: SendingScope,
  collections: Collections,
  defaults: EffectiveRules,
): Promise<SendingReport> {
  return await report(await findPlace(scope, collections), collections, defaults)
}

/**
 * Sets rules in one place, or lets them be inherited again; one write. It counts within 5 seconds. Safe to repeat.
 *
 * @throws {Fault} invalid, not-found
 */
export async function setSending(
  change: SendingChange,
  registry: Registry,
  defaults: EffectiveRules,
): Promise<SendingReport> {
  const { collections } = registry
  const place = await findPlace(change, collections)
  const set = parseRules(change)
  const unset = change.unset.map(parseRuleName)
  const both = unset.find((name) => set[name] !== undefined)
  if (both !== undefined) throw new Fault('invalid', `${both} cannot be set and unset at once`)
  if (set.cramMd5 && !registry.keeping.sealer.ready) {
    throw new Fault(
      'forbidden',
      'The platform has no key to seal passwords with, as CRAM-MD5 needs',
    )
  }
  const $set = Object.entries(set).map(([name, value]) => [`rules.${name}`, value] as const)
  const $unset = unset.map((name) => [`rules.${name}`, true] as const)
  const update = {
    ...($set.length > 0 && { $set: Object.fromEntries($set) }),
    ...($unset.length > 0 && { $unset: Object.fromEntries($unset) }),
  }
  if (Object.keys(update).length > 0) {
    await audit(registry, 'sending.set', place.label)
    await collections.sending.updateOne({ _id: place.nodes[0].key }, update, { upsert: true })
    await place.announce(registry)
    if (set.cramMd5 === false || unset.includes('cramMd5')) await forgetPasswords(registry)
  }
  return await report(place, collections, defaults)
}

async function report(
  { nodes }: Place,
  collections: Collections,
  defaults: EffectiveRules,
): Promise<SendingReport> {
  const inherited = await readRules(nodes, collections, defaults)
  const own = await collections.sending.findOne({ _id: nodes[0].key })
  return { ...inherited, own: own?.rules ?? {} }
}

async function findPlace({ scope, name }: SendingScope, collections: Collections): Promise<Place> {
  switch (scope) {
    case '':
    case 'platform':
      if (name !== '') throw new Fault('invalid', 'The platform has no name')
      return toPlace([PLATFORM])
    case 'tenant': {
      const tenant = await readTenant(name, collections)
      const announce = (registry: Registry) => announceDomains(tenant._id, registry)
      return { ...toPlace([tenantNode(tenant), PLATFORM]), announce }
    }
    case 'domain': {
      const { domain, nodes } = await findDomainNodes(parseHostedDomain(name), collections)
      return toPlace(nodes, { domains: [domain] })
    }
    case 'account': {
      const account = await readAccount(name, collections)
      const { nodes } = await findDomainNodes(account.domain, collections)
      return toPlace([accountNode(account), ...nodes], { accounts: [account._id] })
    }
    default:
      throw new Fault('invalid', 'Rules are of the platform, a tenant, a domain or an account')
  }
}

async function findDomainNodes(name: string, collections: Collections) {
  const question = { tenant: '', domain: name, after: '', limit: 1 }
  const [domain] = (await listDomains(question, collections)).items
  if (domain === undefined) throw new Fault('not-found', `There is no domain ${name} here`)
  const tenant = await readTenant(domain.tenant, collections)
  const nodes = [domainNode(domain), tenantNode(tenant), PLATFORM] as const
  return { domain: domain._id, nodes }
}

function toPlace(nodes: readonly [RuleNode, ...RuleNode[]], change?: Change): Place {
  const announce = async (registry: Registry) => {
    if (change !== undefined) registry.announce(change)
  }
  return { nodes, label: nodes[0].label, announce }
}

function parseRuleName(name: string): RuleName {
  const found = RULE_NAMES.find((known) => known === name)
  if (found === undefined) throw new Fault('invalid', `There is no sending rule ${name}`)
  return found
}

/** @throws {Fault} invalid */
function parseRules({ scope, rules }: SendingChange): SendingRules {
  const given = RULE_NAMES.filter((name) => rules[name] !== undefined)
  for (const name of given) {
    const value = rules[name]
    if (isOfTenants(name) && (scope === 'domain' || scope === 'account')) {
      throw new Fault('invalid', `${name} is a rule of tenants and of the platform`)
    }
    if (typeof value === RULES[name] && (typeof value !== 'number' || isCount(value))) continue
    throw new Fault('invalid', `${name} is a whole number; 0 means no limit`)
  }
  return Object.fromEntries(given.map((name) => [name, rules[name]]))
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}
