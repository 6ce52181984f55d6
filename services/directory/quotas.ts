import type { Quota } from '#lib/mail/quota.ts'
import type { AccountDocument, DomainDocument, Limits, TenantDocument } from './collections.ts'
import { parseQuota } from './names.ts'

/** What is to be of a limit; undefined: as it is, or none. */
export interface LimitChange {
  readonly quotaBytes: number | undefined
  readonly quotaMessages: number | undefined
}

/** The limits that a change speaks of, as they are kept. @throws {Fault} invalid */
export function limitFields({ quotaBytes, quotaMessages }: LimitChange): Limits {
  return {
    ...(quotaBytes !== undefined && { quotaBytes: parseQuota(quotaBytes) }),
    ...(quotaMessages !== undefined && { quotaMessages: parseQuota(quotaMessages) }),
  }
}

/** Everything that limits what an account may hold: its own quota, and those that it shares. */
export function quotasOf(
  account: AccountDocument,
  domain: DomainDocument | undefined,
  tenant: TenantDocument | undefined,
): Quota[] {
  return [
    ...toQuota('account', account),
    ...(domain ? toQuota('domain', domain) : []),
    ...(tenant ? toQuota('tenant', tenant) : []),
  ]
}

function toQuota(
  scope: Quota['scope'],
  { _id, quotaBytes = 0, quotaMessages = 0 }: Limits & { readonly _id: string },
): Quota[] {
  if (quotaBytes === 0 && quotaMessages === 0) return []
  return [{ scope, name: _id, bytes: quotaBytes, messages: quotaMessages }]
}
