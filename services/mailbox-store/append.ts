import { Fault } from '#lib/base/fault.ts'
import { formatUidSet, parseUidSet, toUidSet } from '#lib/mail/uid-set.ts'
import type { Blobs } from './bytes/blobs.ts'
import type { Failpoint } from './commit/apply.ts'
import type { Change } from './commit/change.ts'
import type { Committer } from './commit/committer.ts'
import { describeMessage } from './details.ts'
import { isId, mailboxIdOf } from './documents.ts'
import { findMailbox, type MailboxRef, type NamePorts } from './names.ts'
import type { Quotas } from './quota.ts'

export interface Append {
  readonly account: string
  readonly tenant: string
  readonly mailbox: MailboxRef
  /** Empty: a repetition cannot be recognized. */
  readonly mailId: string
  readonly content: Uint8Array
  readonly flags: readonly string[]
  /** Milliseconds since 1970. */
  readonly internalDate: number
  /** 0: no limit. */
  readonly quotaBytes: number
}

export interface Appended {
  readonly mailbox: string
  readonly uidValidity: number
  readonly uid: number
  readonly modSeq: number
  readonly repeated: boolean
}

export interface AppendPorts extends NamePorts {
  readonly committer: Committer
  readonly blobs: Blobs
  readonly quotas: Quotas
  readonly at: Failpoint
  readonly messageBytesMax: number
}

/**
 * Puts a message into a mailbox; durable when it resolves. Repeating it with the same mail id is safe for a week,
 * from any process: it answers with the first one's UID, even when its reader has expunged it meanwhile.
 *
 * @throws {Fault} not-found, over-quota, too-large, invalid
 */
export async function append(request: Append, ports: AppendPorts): Promise<Appended> {
  const { account, tenant, content } = request
  if (!isId(tenant)) throw new Fault('invalid', 'Bad tenant id')
  if (content.length > ports.messageBytesMax) throw new Fault('too-large', 'The message is too big')
  const key = await findMailbox(account, request.mailbox, tenant, ports)
  await ports.quotas.admit(account, content.length, request.quotaBytes)
  const details = describeMessage(content)
  ports.at('blob')
  const blob = await ports.blobs.put(tenant, content)
  return ports.committer.mailbox(key).change(appendChange(request, key, { details, blob }))
}

function appendChange(
  request: Append,
  key: string,
  { details, blob }: { details: string; blob: string },
): Change<Appended> {
  const receipt = request.mailId === '' ? '' : `m:${request.mailId}`
  return {
    view: false,
    receipt,
    weight: details.length + 300,
    plan(plan) {
      const done = plan.receipt(receipt)
      const uid =
        done === undefined
          ? plan.add({
              flags: plan.words(request.flags),
              size: request.content.length,
              internalDate: request.internalDate,
              blob,
              mailId: request.mailId,
              details,
            })
          : (parseUidSet(done.uids)[0]?.[0] ?? 0)
      if (!done) plan.addReceipt({ key: receipt, uids: formatUidSet(toUidSet([uid])) })
      return ({ mailbox }) => ({
        mailbox: mailboxIdOf(key),
        uidValidity: mailbox.uidValidity,
        uid,
        modSeq: mailbox.modSeq,
        repeated: done !== undefined,
      })
    },
  }
}
