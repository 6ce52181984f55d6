import { formatUidSet, toUidSet } from '#lib/mail/uid-set.ts'
import type { Change } from './commit/change.ts'
import type { Committer } from './commit/committer.ts'
import type { Packed } from './commit/compact.ts'
import { combine, type FlagMode, findBit } from './commit/flag-words.ts'
import type { Plan } from './commit/plan.ts'
import { type MailboxDocument, mailboxKey } from './documents.ts'

export interface StoreFlags {
  readonly account: string
  readonly mailbox: string
  readonly uids: string
  readonly mode: FlagMode
  readonly flags: readonly string[]
  /** RFC 7162 §3.1.3 */
  readonly unchangedSince: number | undefined
  readonly operationId: string
}

export interface FlagsStored {
  readonly mailbox: MailboxDocument
  /** As they are now. */
  readonly messages: Packed
  /** UID set of those that changed after `unchangedSince`. */
  readonly modified: string
}

const WEIGHT = 1000

/**
 * Sets, adds or removes flags, all in one step. Messages that have them already keep their MODSEQ. Repeating it
 * with the same operation id changes nothing more.
 *
 * RFC 9051 §6.4.6, RFC 7162 §3.1.3
 *
 * @throws {Fault} not-found, invalid
 */
export async function storeFlags(
  request: StoreFlags,
  { committer }: { readonly committer: Committer },
): Promise<FlagsStored> {
  const key = mailboxKey(request.account, request.mailbox)
  const receipt = request.operationId === '' ? '' : `o:${request.operationId}`
  const change: Change<FlagsStored> = {
    view: true,
    receipt,
    weight: WEIGHT,
    plan(plan) {
      const chosen = plan.view.select(request.uids).filter((index) => plan.has(index))
      const done = plan.receipt(receipt)
      const modified = done ? (done.sourceUids ?? '') : planFlags(request, chosen, plan)
      if (!done) plan.addReceipt({ key: receipt, uids: '', sourceUids: modified })
      const uids = new Set(chosen.map((index) => plan.view.uidAt(index)))
      // By UID: others in the batch may expunge, and then indexes move.
      return ({ mailbox, view }) => ({
        mailbox,
        modified,
        messages: view.pack([...uids].map((uid) => view.indexOf(uid)).filter((i) => i >= 0)),
      })
    },
  }
  return committer.mailbox(key).change(change)
}

/** Answers the UID set of what was modified since. */
function planFlags(request: StoreFlags, indexes: readonly number[], plan: Plan): string {
  if (indexes.length === 0) return ''
  // What is only taken away does not become a keyword of the mailbox.
  const known = (flag: string) => findBit(flag, plan.keywords) !== undefined
  const { mode, flags } = request
  const words = plan.words(mode === 'remove' ? flags.filter(known) : flags)
  const modified: number[] = []
  for (const index of indexes) {
    if (plan.modSeqAt(index) > (request.unchangedSince ?? Number.POSITIVE_INFINITY)) {
      modified.push(plan.view.uidAt(index))
    } else {
      plan.setFlags(index, combine(mode, plan.flagsAt(index), words))
    }
  }
  return formatUidSet(toUidSet(modified))
}
