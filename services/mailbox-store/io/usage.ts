import { Fault } from '#lib/base/fault.ts'
import type { Handlers } from '#lib/node/contracts.ts'
import type { Store } from '../store.ts'

const SCOPES = { ACCOUNT: 'account', DOMAIN: 'domain', TENANT: 'tenant' } as const

export function usageHandlers({ quotas }: Pick<Store, 'quotas'>) {
  return {
    async usage({ scope, name }) {
      if (name === '') throw new Fault('invalid', 'Whose usage?')
      return quotas.usage(SCOPES[scope], name)
    },
  } satisfies Partial<Handlers<'MailboxStore'>>
}
