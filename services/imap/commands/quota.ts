/**
 * What an account may hold and does. Its domain and tenant may be limited too, but what all the others hold is not this
 * user's to know: there is one quota root, `account`.
 */

import { Fault } from '#lib/base/fault.ts'
import type { MailboxCommand, QuotaCommand } from '#lib/imap/command.ts'
import { formatQuota, formatQuotaRoot, type Resource } from '#lib/imap/response.ts'
import type { Quota } from '#lib/mail/quota.ts'
import { findName } from '../name.ts'
import type { UserSession } from '../session.ts'

/** STORAGE is counted in these. RFC 9208 §5.1 */
const UNIT_BYTES = 1024
const ROOT = 'account'

/** RFC 9208 §4.1.1 */
export async function getQuota({ root }: QuotaCommand, session: UserSession): Promise<undefined> {
  const quota = await findQuota(session)
  if (quota === undefined || root.toLowerCase() !== ROOT)
    throw new Fault('not-found', 'There is no such quota root')
  await send(quota, session)
}

/** All mailboxes have the same root, those that do not exist yet among them. RFC 9208 §4.1.2 */
export async function getQuotaRoot(
  { mailbox }: MailboxCommand,
  session: UserSession,
): Promise<undefined> {
  const name = findName(mailbox)
  const quota = await findQuota(session)
  session.send(formatQuotaRoot(name, quota === undefined ? [] : [ROOT]))
  if (quota !== undefined) await send(quota, session)
}

async function findQuota(session: UserSession): Promise<Quota | undefined> {
  const quotas = await session.store.quotas(session.account)
  return quotas.find(({ scope }) => scope === ROOT)
}

async function send(quota: Quota, session: UserSession): Promise<void> {
  const used = await session.store.usage(session.account, quota.scope)
  const storage: Resource = {
    name: 'STORAGE',
    used: Math.ceil(used.bytes / UNIT_BYTES),
    limit: Math.ceil(quota.bytes / UNIT_BYTES),
  }
  const message: Resource = { name: 'MESSAGE', used: used.messages, limit: quota.messages }
  const limited = [storage, message].filter(({ limit }) => limit > 0)
  session.send(formatQuota(quota.scope, limited))
}
