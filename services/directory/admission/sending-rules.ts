/** What may be sent: the rules, by name, and how they add up along platform, tenant, domain and account. */

/** What is set in one place; what is missing is inherited. 0: no limit. */
export type SendingRules = {
  readonly messagesPerHour?: number
  readonly messagesPerDay?: number
  readonly recipientsPerHour?: number
  readonly recipientsPerDay?: number
  readonly recipientsPerMessage?: number
  readonly sizeBytes?: number
  /** Leave the user's address out of the Received header. */
  readonly hideClient?: boolean
  /** Passwords are kept sealed, so that CRAM-MD5 can be offered. */
  readonly cramMd5?: boolean
  /** Everything is held until somebody has looked at it. */
  readonly hold?: boolean
  /** What all accounts of a tenant may send together. */
  readonly tenantMessagesPerHour?: number
  readonly tenantMessagesPerDay?: number
  readonly tenantRecipientsPerHour?: number
  readonly tenantRecipientsPerDay?: number
}

export type RuleName = keyof SendingRules
/** As they hold. */
export type EffectiveRules = Required<SendingRules>

/** Each rule, and what kind of value it has. */
export const RULES: Readonly<Record<RuleName, 'number' | 'boolean'>> = {
  messagesPerHour: 'number',
  messagesPerDay: 'number',
  recipientsPerHour: 'number',
  recipientsPerDay: 'number',
  recipientsPerMessage: 'number',
  sizeBytes: 'number',
  hideClient: 'boolean',
  cramMd5: 'boolean',
  hold: 'boolean',
  tenantMessagesPerHour: 'number',
  tenantMessagesPerDay: 'number',
  tenantRecipientsPerHour: 'number',
  tenantRecipientsPerDay: 'number',
}

export const RULE_NAMES = Object.keys(RULES) as RuleName[]

/** Rules that make sense only where tenants are. */
export function isOfTenants(name: RuleName): boolean {
  return name.startsWith('tenant')
}

/** A node that rules can be set on: where they are kept, and how it is called. */
export interface RuleNode {
  /** `_id` in the collection `sending`. */
  readonly key: string
  /** `tenant acme` */
  readonly label: string
}

export const PLATFORM: RuleNode = { key: 'platform', label: 'platform' }

export function tenantNode({ _id, name }: { _id: string; name: string }): RuleNode {
  return { key: `tenant ${_id}`, label: `tenant ${name}` }
}

/** A domain that another tenant gets one day starts without rules. */
export function domainNode({ _id, tenant }: { _id: string; tenant: string }): RuleNode {
  return { key: `domain ${tenant} ${_id}`, label: `domain ${_id}` }
}

export function accountNode({ _id, login }: { _id: string; login: string }): RuleNode {
  return { key: `account ${_id}`, label: `account ${login}` }
}

/** The rules as they hold, and where each comes from. */
export interface Inherited {
  readonly rules: EffectiveRules
  readonly from: Readonly<Record<RuleName, string>>
}

/** The nearest one given counts: `nodes` from near to far, `set` by the nodes' keys. */
export function inherit(
  nodes: readonly RuleNode[],
  set: ReadonlyMap<string, SendingRules>,
  defaults: EffectiveRules,
): Inherited {
  const found = RULE_NAMES.map((name) => {
    const node = nodes.find(({ key }) => set.get(key)?.[name] !== undefined)
    const value = node === undefined ? defaults[name] : set.get(node.key)?.[name]
    return { name, value, label: node?.label ?? 'default' }
  })
  return {
    rules: Object.fromEntries(found.map(({ name, value }) => [name, value])) as EffectiveRules,
    from: Object.fromEntries(found.map(({ name, label }) => [name, label])) as Inherited['from'],
  }
}
