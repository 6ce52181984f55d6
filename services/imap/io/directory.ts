import type { DirectoryClient } from '#lib/node/clients.ts'
import type { Authenticate } from '../credential-cache.ts'

/** Asks the directory whether a password is right. */
export function openAuthenticate(client: Pick<DirectoryClient, 'authenticate'>): Authenticate {
  return async (login, password, clientAddress) => {
    const request = { login, password, protocol: 'imap', clientAddress }
    const { account, tenant, login: canonical, quotaBytes } = await client.authenticate(request)
    return { id: account, tenant, login: canonical, quotaBytes }
  }
}
