/** Where messages are copied or moved from and to. */

import { Fault } from '#lib/base/fault.ts'
import { isId, type MailboxDocument } from '../documents.ts'
import { locateMailbox, type MailboxRef, type NamePorts } from '../names.ts'
import type { Holder, Quota } from '../quota.ts'

export interface Copy {
  readonly account: string
  readonly source: string
  readonly uids: string
  readonly target: MailboxRef
  /** Empty: the same account. */
  readonly targetAccount: string
  readonly operationId: string
  /** Of the target's account. */
  readonly quotas: readonly Quota[]
}

export interface Copied {
  readonly uidValidity: number
  /** UID sets of the same size, both ascending. */
  readonly sourceUids: string
  readonly targetUids: string
  readonly source: MailboxDocument
}

export interface Ends {
  /** `account/mailbox`. */
  readonly source: string
  readonly target: string
  /** Whose the target is. */
  readonly holder: Holder
  readonly otherAccount: boolean
}

/** @throws {Fault} not-found; forbidden when the target belongs to another tenant */
export async function findEnds(
  request: Copy,
  { _id: source, tenant, domain }: MailboxDocument,
  ports: NamePorts,
): Promise<Ends> {
  const account = request.targetAccount || request.account
  const otherAccount = account !== request.account
  if (otherAccount) await requireTenant(account, tenant, ports)
  const target = await locateMailbox({ account, tenant }, request.target, ports)
  const holder = { account, tenant, domain: otherAccount ? '' : domain }
  return { source, target, holder, otherAccount }
}

/** One tenant's bytes never get into the hands of another, whatever the caller believes. */
async function requireTenant(account: string, tenant: string, ports: NamePorts): Promise<void> {
  if (!isId(account)) throw new Fault('invalid', 'Bad account id')
  const any = await ports.collections.mailboxes.findOne({ account }, { fields: ['tenant'] })
  if (any === undefined) throw new Fault('not-found', 'No such mailbox')
  if (any.tenant !== tenant) throw new Fault('forbidden', 'The mailbox belongs to someone else')
}
