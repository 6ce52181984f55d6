/** Quotas as protobuf has them; the contracts of the directory and of the mailbox-store have the same. */

import type { Quota, QuotaScope } from '#lib/mail/quota.ts'
import type { Quota__Output, Quota as WireQuota } from '#proto/types/hikyaku/directory/Quota.ts'

const SCOPES = { ACCOUNT: 'account', DOMAIN: 'domain', TENANT: 'tenant' } as const
const WIRE_SCOPES = { account: 'ACCOUNT', domain: 'DOMAIN', tenant: 'TENANT' } as const

export function fromWireQuota({ scope, name, bytes, messages }: Quota__Output): Quota {
  return { scope: SCOPES[scope], name, bytes, messages }
}

export function toWireQuota({ scope, name, bytes, messages }: Quota): WireQuota {
  return { scope: WIRE_SCOPES[scope], name, bytes, messages }
}

export function toWireScope(scope: QuotaScope): 'ACCOUNT' | 'DOMAIN' | 'TENANT' {
  return WIRE_SCOPES[scope]
}
