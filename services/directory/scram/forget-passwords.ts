import { readAccountRules } from '../admission/senders.ts'
import type { Registry } from '../registry.ts'

/**
 * Removes the sealed passwords of accounts whose rules do not allow CRAM-MD5 (any more). Until it has come to an account,
 * nobody logs in with its password that way either: the rules are asked each time. Safe to repeat.
 */
export async function forgetPasswords({ collections, keeping }: Registry): Promise<void> {
  const { accounts } = collections
  for await (const account of accounts.find({ 'credential.sealed': { $exists: true } })) {
    const { rules } = await readAccountRules(account, collections, keeping.defaults)
    if (rules.cramMd5) continue
    await accounts.updateOne({ _id: account._id }, { $unset: { 'credential.sealed': true } })
  }
}
