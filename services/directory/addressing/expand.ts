/** Follows an address to where its mail ends: accounts here, addresses elsewhere. No queries. */

import { type Address, addressKey, parseAddress } from '#lib/mail/address.ts'
import type { Forward, Target } from '#lib/mail/resolution.ts'
import type { AccountDocument } from '../collections.ts'
import { quotasOf } from '../quotas.ts'
import { type Known, linksOf, locate, type Place } from './locate.ts'
import { DEPTH_MAX } from './read-known.ts'

/** Where mail for one address goes. */
export type Resolution = {
  /** Whose address it is; empty: elsewhere. */
  readonly tenant: string
  /** What else the answer depends on, as announcements name it: addresses, domains and account ids. */
  readonly through: readonly string[]
} & (
  | { readonly kind: 'elsewhere' | 'unknown' }
  /** `refused`: it leads to more, or further, than can be followed. */
  | { readonly kind: 'disabled'; readonly refused?: Refusal }
  | {
      readonly kind: 'accounts'
      readonly targets: readonly Target[]
      readonly forwards: readonly Forward[]
    }
)

type Refusal = 'too-deep' | 'too-many'

type Inhabited = Exclude<Place, { kind: 'elsewhere' | 'unknown' }>

const RESULTS_MAX = 1000

interface Step {
  readonly address: Address
  readonly depth: number
  /** On whose behalf. */
  readonly by: string
  readonly tenant: string
}

/**
 * Tells where mail for an address ends: every account and every address elsewhere once, however many ways lead there, so
 * that loops end. Members and targets that do not exist, or are suspended, are passed over.
 *
 * When nothing is left: `unknown` when no account stands behind it at all, so that who writes learns it; `disabled`
 * when there are some which take no mail now (suspended, or their forwarding leads to nobody but each other), so
 * that the mail waits for somebody to put it right. `disabled` too when it leads to more than 1,000 recipients or
 * over more than 10 steps: never to fewer than there are.
 */
export function expand(address: Address, known: Known): Resolution {
  return new Expansion(address, known).run()
}

class Expansion {
  readonly #root: Address
  readonly #known: Known
  readonly #targets = new Map<string, Target>()
  readonly #forwards = new Map<string, Forward>()
  readonly #through = new Set<string>()
  /** Keys of addresses, account ids and group keys that were here. */
  readonly #seen = new Set<string>()
  readonly #steps: Step[] = []
  #peopled = false

  constructor(root: Address, known: Known) {
    this.#root = root
    this.#known = known
  }

  run(): Resolution {
    const { kind, tenant } = locate(this.#root, this.#known)
    this.#go({ address: this.#root, depth: 0, by: '', tenant })
    for (const step of this.#steps) {
      const refused = this.#take(step)
      if (refused !== undefined) return { kind: 'disabled', refused, tenant, through: [] }
    }
    const through = this.#rest()
    if (kind === 'elsewhere') return { kind, tenant, through }
    const targets = [...this.#targets.values()]
    const forwards = [...this.#forwards.values()]
    if (targets.length + forwards.length > 0) {
      return { kind: 'accounts', targets, forwards, tenant, through }
    }
    return { kind: this.#peopled ? 'disabled' : 'unknown', tenant, through }
  }

  #go(step: Step): void {
    const key = addressKey(step.address)
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.#steps.push(step)
  }

  #take({ address, depth, by, tenant }: Step): Refusal | undefined {
    const place = locate(address, this.#known)
    for (const each of place.through) this.#through.add(each)
    switch (place.kind) {
      case 'unknown':
        return undefined
      case 'elsewhere':
        if (depth > 0) this.#forwards.set(addressKey(address), { address, by, tenant })
        return this.#full()
      case 'account':
        this.#peopled = true
        return this.#enter(place, place.account._id, depth)
      case 'group':
        return this.#enter(place, place.group._id, depth)
    }
  }

  #enter(place: Inhabited, id: string, depth: number): Refusal | undefined {
    // A group that is suspended has somebody behind it, or had: the mail waits.
    this.#peopled ||= place.suspended
    const node = `/${id}`
    if (place.suspended || this.#seen.has(node)) return undefined
    this.#seen.add(node)
    const links = linksOf(place)
    if (place.kind === 'account' && (links.length === 0 || place.account.keepsCopy !== false)) {
      this.#targets.set(id, this.#toTarget(place.account))
    }
    const by = place.kind === 'account' ? place.account.login : place.group._id
    for (const link of links) {
      const before = this.#steps.length
      this.#go({ address: parseAddress(link), depth: depth + 1, by, tenant: place.tenant })
      if (depth === DEPTH_MAX && this.#steps.length > before) return 'too-deep'
    }
    return this.#full()
  }

  #full(): Refusal | undefined {
    return this.#targets.size + this.#forwards.size > RESULTS_MAX ? 'too-many' : undefined
  }

  #toTarget(account: AccountDocument): Target {
    const { domains, tenants } = this.#known
    const { _id, tenant, domain } = account
    const quotas = quotasOf(account, domains.get(domain), tenants.get(tenant))
    return { account: _id, tenant, domain, quotas }
  }

  /** Without what the answer tells anyway. */
  #rest(): string[] {
    const told = new Set([addressKey(this.#root), this.#root.domain])
    for (const { account, domain } of this.#targets.values()) told.add(account).add(domain)
    return [...this.#through].filter((each) => !told.has(each))
  }
}
