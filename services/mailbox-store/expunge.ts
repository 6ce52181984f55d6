import { formatUidSet, toUidSet } from '#lib/mail/uid-set.ts'
import type { Committer } from './commit/committer.ts'
import { hasBit } from './commit/flag-words.ts'
import { type MailboxDocument, mailboxKey } from './documents.ts'

export interface Expunge {
  readonly account: string
  readonly mailbox: string
  /** Empty: all with \Deleted. */
  readonly uids: string
  readonly operationId: string
}

export interface ExpungeDone {
  readonly mailbox: MailboxDocument
  /** UID set. */
  readonly vanished: string
}

const DELETED_BIT = 3
const WEIGHT = 1000

/**
 * Takes messages out that have \Deleted, and no others. Repeating it is safe.
 *
 * RFC 9051 §6.4.3, §6.4.9
 *
 * @throws {Fault} not-found, invalid
 */
export async function expunge(
  request: Expunge,
  { committer }: { readonly committer: Committer },
): Promise<ExpungeDone> {
  const key = mailboxKey(request.account, request.mailbox)
  const uids = request.uids === '' ? '1:*' : request.uids
  const receipt = request.operationId === '' ? '' : `o:${request.operationId}`
  return committer.mailbox(key).change({
    view: true,
    receipt,
    weight: WEIGHT,
    plan(plan) {
      const done = plan.receipt(receipt)
      if (done) return ({ mailbox }) => ({ mailbox, vanished: done.uids })
      const indexes = plan.view
        .select(uids)
        .filter((index) => plan.has(index) && hasBit(plan.flagsAt(index), DELETED_BIT))
      const vanished = formatUidSet(toUidSet(indexes.map((index) => plan.view.uidAt(index))))
      for (const index of indexes) plan.expunge(index)
      if (indexes.length > 0) plan.addReceipt({ key: receipt, uids: vanished })
      return ({ mailbox }) => ({ mailbox, vanished })
    },
  })
}
