import type { DirectoryClient } from '#lib/node/clients.ts'
import type { Authenticate } from '#lib/node/outage/credential-cache.ts'
import { fromWireQuota } from '#lib/node/quotas.ts'
import type { Account } from '../mail-store.ts'

/** A client waits for it; the directory may have to compute a slow hash, and others before it. */
export const ANSWER_MS = 5000

/** Asks the directory whether a password is right. */
export function openAuthenticate(
  client: Pick<DirectoryClient, 'authenticate'>,
): Authenticate<Account> {
  return async (login, password, clientAddress) => {
    const request = { login, password, protocol: 'imap', clientAddress }
    const known = await client.authenticate(request, { deadlineMs: ANSWER_MS })
    const { account, tenant, login: canonical, domain } = known
    return {
      id: account,
      tenant,
      login: canonical,
      domain,
      quotas: known.quotas.map(fromWireQuota),
    }
  }
}
