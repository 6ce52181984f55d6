/** Whether a mailbox's document makes sense by itself. */

import { parseMailboxName } from '#lib/mail/mailbox-name.ts'
import { isId, type MailboxDocument } from '../documents.ts'
import type { Problem } from './kinds.ts'
import { isWhole } from './message-document.ts'

const UID_MAX = 0xffff_ffff

/** What is wrong with its fields; undefined when nothing is. Counts are compared with the messages instead. */
export function findBadFields(mailbox: MailboxDocument): Problem | undefined {
  const { _id, account, tenant, domain, uidValidity, uidNext, modSeq, keywords } = mailbox
  const bad: string[] = []
  if (typeof account !== 'string' || !_id.startsWith(`${account}/`)) bad.push('account')
  if (typeof tenant !== 'string' || !isId(tenant)) bad.push('tenant')
  if (domain !== undefined && typeof domain !== 'string') bad.push('domain')
  if (!isWhole(uidValidity, 1) || uidValidity > UID_MAX) bad.push('uidValidity')
  if (!isWhole(uidNext, 1) || uidNext > UID_MAX) bad.push('uidNext')
  if (!isWhole(modSeq, 1)) bad.push('modSeq')
  const names = Array.isArray(keywords) && keywords.every((name) => typeof name === 'string')
  if (!names) bad.push('keywords')
  return bad.length === 0 ? undefined : { kind: 'mailbox-fields', detail: bad.join(', ') }
}

/** The name that a mailbox should have instead of its own; undefined when that is well. */
export function findBetterName({ _id, name }: MailboxDocument): string | undefined {
  try {
    const canonical = parseMailboxName(name)
    return canonical === name ? undefined : canonical
  } catch {
    return recoveredName(_id)
  }
}

/** For a mailbox whose name is not known, or taken. */
export function recoveredName(key: string): string {
  return `Recovered ${key.slice(key.indexOf('/') + 1)}`
}
