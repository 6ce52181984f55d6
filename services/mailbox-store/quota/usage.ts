import type { QuotaScope } from '#lib/mail/quota.ts'
import type { Collections } from '../documents.ts'
import type { Usage } from './tally.ts'

/** What all mailboxes of an account, a domain or a tenant hold, as their documents say now. */
export async function countUsage(
  mailboxes: Collections['mailboxes'],
  scope: QuotaScope,
  name: string,
): Promise<Usage> {
  const sum = { bytes: 0, messages: 0, mailboxes: 0 }
  const fields = ['bytes', 'exists', 'deletedAt']
  for await (const { bytes, exists, deletedAt } of mailboxes.find({ [scope]: name }, { fields })) {
    // Its messages are being removed, and nobody can read them any more.
    if (deletedAt !== undefined) continue
    sum.bytes += bytes
    sum.messages += exists
    sum.mailboxes++
  }
  return sum
}
