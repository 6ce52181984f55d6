import { Fault } from '#lib/base/fault.ts'
import { DuplicateKey } from '#lib/db/port.ts'
import type { Committer } from './commit/committer.ts'
import { type Collections, type MailboxDocument, mailboxKey } from './documents.ts'

/** What is said when an account has a mailbox for it already. */
export const USE_TAKEN = 'Another mailbox has this special use'

/** A special use without its backslash, in lower case; empty for none. RFC 6154 §2 */
export function checkSpecialUse(text: string): void {
  if (!/^[a-z]{0,20}$/.test(text)) throw new Fault('invalid', 'Bad special use')
}

/**
 * Says what a mailbox is for: `sent`, `drafts`, `trash` … Of each there is one in an account, so that programs agree
 * where to put things; empty takes it away.
 *
 * RFC 6154 §2
 *
 * @throws {Fault} not-found, invalid, exists when another mailbox of the account has it
 */
export async function setSpecialUse(
  { account, mailbox, specialUse }: { account: string; mailbox: string; specialUse: string },
  ports: { readonly collections: Pick<Collections, 'mailboxes'>; readonly committer: Committer },
): Promise<MailboxDocument> {
  checkSpecialUse(specialUse)
  const key = mailboxKey(account, mailbox)
  const filter = { _id: key, deletedAt: { $exists: false } }
  const update =
    specialUse === '' ? { $unset: { specialUse: true } as const } : { $set: { specialUse } }
  try {
    await ports.collections.mailboxes.updateOne(filter, update)
  } catch (error) {
    if (!(error instanceof DuplicateKey)) throw error
    throw new Fault('exists', USE_TAKEN, { cause: error })
  }
  return ports.committer.mailbox(key).read(false, (now) => now.mailbox)
}
