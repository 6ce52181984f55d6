import type { Address } from './address.ts'
import type { Quota } from './quota.ts'

/** An account that an address leads to. */
export interface Target {
  readonly account: string
  readonly tenant: string
  /** Of its login. */
  readonly domain: string
  /** Its own, its domain's and its tenant's, as far as they limit anything. */
  readonly quotas: readonly Quota[]
}

/** A copy that leaves the platform: an account's forwarding, or a member of a group. */
export interface Forward {
  readonly address: Address
  /** The canonical address of the account or group on whose behalf: what a loop is noticed by. */
  readonly by: string
  readonly tenant: string
}

/** Where mail for an address goes, as the directory has it. */
export type Resolution =
  /**
   * Its domain is not hosted here; `remembered`: it was not within a day, and nobody can be asked now. That is enough to
   * send mail there, not to refuse it.
   */
  | { readonly kind: 'elsewhere'; readonly remembered?: true }
  /** Its domain is hosted here, the address does not exist. */
  | { readonly kind: 'unknown' }
  /** One of the two lists may be empty, not both. */
  | {
      readonly kind: 'accounts'
      readonly targets: readonly Target[]
      readonly forwards: readonly Forward[]
    }
  /** It exists, and takes no mail now. */
  | { readonly kind: 'disabled' }

/** Asks where mail for an address goes. Throws a transient Fault when nobody can tell now. */
export type Resolve = (address: Address) => Promise<Resolution>
