import { type Collections, type ReceiptDocument, receiptKey } from '../documents.ts'
import type { Committer } from './committer.ts'

/** What was done under a key, by whatever process, up to now. */
export async function findReceipt(
  mailbox: string,
  key: string,
  ports: {
    readonly committer: Committer
    readonly collections: Pick<Collections, 'receipts'>
  },
): Promise<ReceiptDocument | undefined> {
  // Receipts are written when an operation is applied, which who looks at the mailbox takes care of.
  await ports.committer.mailbox(mailbox).read(false, () => undefined)
  return ports.collections.receipts.findOne({ _id: receiptKey(mailbox, key) })
}
