import { Fault } from '#lib/base/fault.ts'
import type { Handlers } from '#lib/node/contracts.ts'
import { countUsage } from '../quota/usage.ts'
import type { Store } from '../store.ts'

const SCOPES = { ACCOUNT: 'account', DOMAIN: 'domain', TENANT: 'tenant' } as const

export function usageHandlers({ collections }: Pick<Store, 'collections'>) {
  return {
    async usage({ scope, name }) {
      if (name === '') throw new Fault('invalid', 'Whose usage?')
      return countUsage(collections.mailboxes, SCOPES[scope], name)
    },
  } satisfies Partial<Handlers<'MailboxStore'>>
}
