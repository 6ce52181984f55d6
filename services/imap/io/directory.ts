import type { DirectoryClient } from '#lib/node/clients.ts'
import { fromWireQuota } from '#lib/node/quotas.ts'
import type { Authenticate } from '../credential-cache.ts'

/** Asks the directory whether a password is right. */
export function openAuthenticate(client: Pick<DirectoryClient, 'authenticate'>): Authenticate {
  return async (login, password, clientAddress) => {
    const request = { login, password, protocol: 'imap', clientAddress }
    const known = await client.authenticate(request)
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
