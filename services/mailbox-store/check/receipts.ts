/** Whether what is noted of deliveries fits what was delivered. */

import { parseUidSet } from '#lib/mail/uid-set.ts'
import { messageKey, type ReceiptDocument, receiptKey } from '../documents.ts'
import type { Problem } from './kinds.ts'
import type { CheckOptions, CheckPorts } from './options.ts'
import { look } from './reading.ts'

const PAGE = 500

/**
 * Notes of single deliveries that name no UID that was given, or a message of another delivery. `uidMax` is the highest that
 * is known to have been given, whatever the mailbox says.
 */
export async function* checkReceipts(
  { key, uidMax }: { key: string; uidMax: number },
  ports: CheckPorts,
  { repair }: CheckOptions,
): AsyncGenerator<Problem & { repaired: boolean }> {
  const { receipts } = ports.collections
  const [first, end] = [receiptKey(key, 'm:'), receiptKey(key, 'm;')]
  for (let from = first; ; ) {
    const _id = { $gt: from, $lt: end }
    const page = await Array.fromAsync(receipts.find({ _id }, { sort: { _id: 1 }, limit: PAGE }))
    for (const { receipt, detail } of await findWrong({ key, uidMax }, page, ports)) {
      const same = { _id: receipt._id, modSeq: receipt.modSeq }
      if (repair) await receipts.deleteOne(same)
      yield { kind: 'receipt', uids: receipt.uids, detail, repaired: repair }
    }
    if (page.length < PAGE) return
    from = page.at(-1)?._id ?? from
  }
}

async function findWrong(
  { key, uidMax }: { key: string; uidMax: number },
  page: readonly ReceiptDocument[],
  ports: CheckPorts,
): Promise<{ receipt: ReceiptDocument; detail: string }[]> {
  if (page.length === 0) return []
  // After the notes: what they tell of is committed, and below its UIDNEXT.
  const { uidNext } = await look(key, ports)
  const uids = page.map((receipt) => readUid(receipt.uids))
  const ids = uids.map((uid) => messageKey(key, uid))
  const mails = new Map<string, string>()
  const options = { fields: ['mailId', 'expiresAt'] }
  for await (const message of ports.collections.messages.find({ _id: { $in: ids } }, options)) {
    if (message.expiresAt === undefined) mails.set(message._id, message.mailId)
  }
  return page.flatMap((receipt, at) => {
    const mail = receipt._id.slice(receiptKey(key, 'm:').length)
    const uid = uids[at] ?? 0
    const found = mails.get(ids[at] ?? '')
    if (uid === 0 || uid >= Math.max(uidNext, uidMax + 1))
      return [{ receipt, detail: `${mail} is no UID that was given` }]
    if (found === undefined || found === mail) return []
    return [{ receipt, detail: `${mail} names the message of ${found}` }]
  })
}

function readUid(text: string): number {
  try {
    return parseUidSet(text)[0]?.[0] ?? 0
  } catch {
    return 0
  }
}
