import { Fault } from '#lib/base/fault.ts'
import { formatUidSet, parseUidSet, toUidSet } from '#lib/mail/uid-set.ts'
import type { Blobs, Taken } from './bytes/blobs.ts'
import type { Failpoint } from './commit/apply.ts'
import type { Change } from './commit/change.ts'
import type { Committer } from './commit/committer.ts'
import { findReceipt } from './commit/receipts.ts'
import { type Collections, checkOperationId, mailboxIdOf } from './documents.ts'
import { locateMailbox, type MailboxRef, type NamePorts } from './names.ts'
import type { Quota, Quotas } from './quota.ts'

export interface Append {
  readonly account: string
  readonly tenant: string
  /** Empty: as it was told before. */
  readonly domain: string
  readonly mailbox: MailboxRef
  /** Empty: a repetition cannot be recognized. */
  readonly mailId: string
  /** Whole, or as it comes. */
  readonly content: Uint8Array | AsyncIterable<Uint8Array>
  /** Bytes that will come, when that is known: what has no room is refused before they do. */
  readonly size?: number
  readonly flags: readonly string[]
  /** Milliseconds since 1970. */
  readonly internalDate: number
  readonly quotas: readonly Quota[]
}

export interface Appended {
  readonly mailbox: string
  readonly uidValidity: number
  readonly uid: number
  readonly modSeq: number
  readonly repeated: boolean
  /** Bytes of the message. */
  readonly size: number
}

export interface AppendPorts extends NamePorts {
  readonly collections: Pick<Collections, 'mailboxes' | 'accounts' | 'receipts'>
  readonly committer: Committer
  readonly blobs: Blobs
  readonly quotas: Quotas
  readonly at: Failpoint
  readonly messageBytesMax: number
}

const DAY_MS = 86_400_000

/**
 * Puts a message into a mailbox; durable when it resolves. Repeating it with the same mail id is safe for a week,
 * from any process: it answers with the first one's UID, even when its reader has expunged it meanwhile.
 *
 * @throws {Fault} not-found, over-quota, too-large, invalid; forbidden when the mailbox belongs to another tenant
 */
export async function append(request: Append, ports: AppendPorts): Promise<Appended> {
  const key = await locateMailbox(request, request.mailbox, ports)
  const known = checkAnnounced(request, ports.messageBytesMax)
  try {
    return await take(request, key, known, ports)
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'over-quota')) throw error
    // What is there already needs no room: its sender must not be told that it is not.
    const done = await findDone(request, key, ports)
    if (done === undefined) throw error
    return done
  }
}

async function take(
  request: Append,
  key: string,
  known: number,
  ports: AppendPorts,
): Promise<Appended> {
  const { quotas } = request
  using _room = await ports.quotas.admit(request, { bytes: known, messages: 1 }, quotas)
  ports.at('blob')
  const taken = await ports.blobs.take(request.tenant, request.content)
  const more = { bytes: Math.max(taken.size - known, 0), messages: 0 }
  using _more = await ports.quotas.admit(request, more, quotas)
  return await ports.committer.mailbox(key).change(appendChange(request, key, taken))
}

async function findDone(
  request: Append,
  key: string,
  ports: AppendPorts,
): Promise<Appended | undefined> {
  const receipt = receiptOf(request)
  const done = receipt === '' ? undefined : await findReceipt(key, receipt, ports)
  if (done === undefined) return undefined
  const { uidValidity, modSeq, tenant } = await ports.committer
    .mailbox(key)
    .read(false, (now) => now.mailbox)
  if (tenant !== request.tenant) return undefined
  const uid = firstUid(done.uids)
  return { mailbox: mailboxIdOf(key), uidValidity, uid, modSeq, repeated: true, size: 0 }
}

function receiptOf({ mailId }: Append): string {
  return mailId === '' ? '' : `m:${mailId}`
}

function firstUid(uids: string): number {
  return parseUidSet(uids)[0]?.[0] ?? 0
}

/**
 * The bytes that are known to come. What is no number would be added to what is counted for quotas, and what is no date
 * could never be shown.
 *
 * @throws {Fault} invalid, too-large
 */
export function checkAnnounced(
  {
    content,
    size = 0,
    internalDate,
    mailId,
  }: Pick<Append, 'content' | 'size' | 'internalDate' | 'mailId'>,
  messageBytesMax: number,
): number {
  checkOperationId(mailId)
  const known = content instanceof Uint8Array ? content.length : size
  if (!(known >= 0)) throw new Fault('invalid', 'Bad size')
  if (known > messageBytesMax) throw new Fault('too-large', 'The message is too big')
  if (Number.isNaN(new Date(internalDate).getTime())) throw new Fault('invalid', 'Bad date')
  return known
}

function appendChange(
  request: Append,
  key: string,
  { blob, size, details, usedDay }: Taken,
): Change<Appended> {
  const receipt = receiptOf(request)
  return {
    view: false,
    receipt,
    weight: details.length + 300,
    passesMoves: true,
    plan(plan) {
      plan.requireTenant(request.tenant)
      const done = plan.receipt(receipt)
      // Who slept may find its bytes collected, from the day after next on; clocks differ.
      if (!done && plan.now > (usedDay + 1.5) * DAY_MS) {
        throw new Fault('unavailable', 'It took too long')
      }
      const uid =
        done === undefined
          ? plan.add({
              flags: plan.words(request.flags),
              size,
              internalDate: request.internalDate,
              blob,
              mailId: request.mailId,
              details,
            })
          : firstUid(done.uids)
      if (!done) plan.addReceipt({ key: receipt, uids: formatUidSet(toUidSet([uid])) })
      return ({ mailbox }) => ({
        mailbox: mailboxIdOf(key),
        uidValidity: mailbox.uidValidity,
        uid,
        modSeq: mailbox.modSeq,
        repeated: done !== undefined,
        size,
      })
    },
  }
}
