/** Sets a mailbox's document right by one compare-and-set, as a commit would: other replicas notice by the MODSEQ. */

import type { Value } from '#lib/db/port.ts'
import { formatUidSet } from '#lib/mail/uid-set.ts'
import { encodeOperation } from '../commit/operation.ts'
import { vanishedKey } from '../documents.ts'
import type { Cure } from './judge.ts'
import type { CheckPorts } from './options.ts'
import { look, type Reading } from './reading.ts'

/**
 * Answers false when somebody was faster: what was read is not so any more. Killed after the commit, the next check
 * finds at most that the chain has to be cut once more.
 */
export async function apply(cure: Cure, reading: Reading, ports: CheckPorts): Promise<boolean> {
  const { mailbox, key } = reading
  const modSeq = cure.above + 1
  const gone = formatUidSet(cure.gone)
  const set: Record<string, Value> = {
    ...(reading.nonsense.size === 0 && reading.view.tally()),
    modSeq,
    uidNext: cure.uidNext,
    keywords: cure.keywords,
    ...((cure.cut || gone !== '') && { lastVanished: modSeq }),
    // Carried out by whoever comes next, like any other operation.
    ...(gone !== '' && { pending: encodeOperation(expungeOf(gone, reading, modSeq, ports)) }),
  }
  // What was pending has been carried out before the messages were read.
  const unset = gone === '' && ({ pending: true } as const)
  const { matched } = await ports.collections.mailboxes.updateOne(
    { _id: key, modSeq: mailbox.modSeq, deletedAt: { $exists: false } },
    { $set: set, ...(unset && { $unset: unset }) },
  )
  if (matched === 0) return false
  if (cure.cut) {
    const _id = { $gt: vanishedKey(key, 0), $lte: vanishedKey(key, modSeq) }
    await ports.collections.vanished.deleteMany({ _id })
  }
  await look(key, ports)
  return true
}

function expungeOf(uids: string, { mailbox }: Reading, modSeq: number, { clock }: CheckPorts) {
  return {
    modSeq,
    at: clock.now(),
    messages: [],
    flagged: [],
    receipts: [],
    expunged: { uids, ranges: uids, previous: mailbox.lastVanished },
  }
}
