import { Fault } from '#lib/base/fault.ts'
import { parseAddress } from '#lib/mail/address.ts'
import type { Quota } from '#lib/mail/quota.ts'
import type { Resolve } from '#lib/mail/resolution.ts'
import type { Account } from '../mail-store.ts'

/**
 * What an account may hold now: sessions stay open for weeks, and limits change meanwhile. As it was at the log-in when
 * the directory cannot say.
 */
export function openQuotas(resolve: Resolve): (account: Account) => Promise<readonly Quota[]> {
  return async ({ id, login, quotas }) => {
    try {
      const resolution = await resolve(parseAddress(login))
      if (resolution.kind !== 'accounts') return quotas
      return resolution.targets.find(({ account }) => account === id)?.quotas ?? quotas
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      return quotas
    }
  }
}
