import type { Clock } from '#lib/base/clock.ts'
import { RecentMap } from '#lib/base/recent-map.ts'
import { type AccountDocument, type Collections, collect } from '../collections.ts'
import {
  accountNode,
  domainNode,
  type EffectiveRules,
  type Inherited,
  inherit,
  PLATFORM,
  type RuleNode,
  tenantNode,
} from './sending-rules.ts'

/** An account that may send, and the rules that hold for it. */
export interface Sender {
  readonly account: AccountDocument
  readonly rules: EffectiveRules
}

const KEPT_MS = 5000
const ENTRIES_MAX = 50_000

/** Reads who may send by which rules, and remembers it for 5 seconds, as all answers of the directory are. */
export class Senders {
  readonly #collections: Collections
  readonly #defaults: EffectiveRules
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #known = new RecentMap<string, { sender: Sender | undefined; until: number }>(
    ENTRIES_MAX,
  )

  constructor(collections: Collections, defaults: EffectiveRules, clock: Pick<Clock, 'monotonic'>) {
    this.#collections = collections
    this.#defaults = defaults
    this.#clock = clock
  }

  /** undefined when the account, its domain or its tenant is not there or suspended. */
  async find(account: string): Promise<Sender | undefined> {
    const known = this.#known.get(account)
    if (known !== undefined && known.until > this.#clock.monotonic()) return known.sender
    const sender = await findSender(account, this.#collections, this.#defaults)
    this.#known.set(account, { sender, until: this.#clock.monotonic() + KEPT_MS })
    return sender
  }

  /** As it was when the account was last found, if that is not long ago. */
  tenantOf(account: string): string | undefined {
    return this.#known.get(account)?.sender?.account.tenant
  }
}

async function findSender(
  id: string,
  collections: Collections,
  defaults: EffectiveRules,
): Promise<Sender | undefined> {
  const account = await collections.accounts.findOne({ _id: id })
  if (account?.state !== 'active' || account.suspended) return undefined
  const [domain, tenant, { rules }] = await Promise.all([
    collections.domains.findOne({ _id: account.domain }),
    collections.tenants.findOne({ _id: account.tenant }),
    readAccountRules(account, collections, defaults),
  ])
  const living = [domain, tenant].every((each) => each?.state === 'active' && !each.suspended)
  return living ? { account, rules } : undefined
}

/** The rules that hold for an account, or for one that is about to be. */
export async function readAccountRules(
  account: Pick<AccountDocument, '_id' | 'login' | 'tenant' | 'domain'>,
  collections: Pick<Collections, 'sending'>,
  defaults: EffectiveRules,
): Promise<Inherited> {
  const tenant = { _id: account.tenant, name: account.tenant }
  const nodes = [
    accountNode(account),
    domainNode({ _id: account.domain, tenant: account.tenant }),
    tenantNode(tenant),
    PLATFORM,
  ]
  return await readRules(nodes, collections, defaults)
}

/** The rules that hold at the first of `nodes`, which go from near to far. */
export async function readRules(
  nodes: readonly RuleNode[],
  { sending }: Pick<Collections, 'sending'>,
  defaults: EffectiveRules,
): Promise<Inherited> {
  const keys = nodes.map(({ key }) => key)
  const found = await collect(sending.find({ _id: { $in: keys } }))
  return inherit(nodes, new Map(found.map(({ _id, rules }) => [_id, rules])), defaults)
}
