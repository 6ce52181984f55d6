/** What a check can find: a closed list. docs/reference/store-check.md is generated from it. */

import type { MailboxDocument } from '../documents.ts'

export interface KindOfFinding {
  /** What does not hold. */
  readonly wrong: string
  /** What a repair does about it; empty when nothing can be done from here. */
  readonly repair: string
}

export const KINDS = {
  counts: {
    wrong: 'The mailbox counts messages, unseen or deleted ones, or bytes, other than there are.',
    repair: 'It counts what is there.',
  },
  'uid-next': {
    wrong: 'UIDNEXT is not above every UID that was given: one would be given twice.',
    repair: 'UIDNEXT is raised.',
  },
  'uid-order': {
    wrong: 'A message lies in the place of another mailbox or UID than it names.',
    repair: 'It is named as its place says, which is what others refer to.',
  },
  'mod-seq': {
    wrong:
      'A message or an expunge has a MODSEQ above the mailbox’s: nobody could read the mailbox.',
    repair: 'The mailbox’s MODSEQ is raised.',
  },
  keywords: {
    wrong: 'A message has a keyword that the mailbox has no name for.',
    repair: 'The mailbox gets names such as Recovered-1, so that no mark on any message is lost.',
  },
  'missing-message': {
    wrong: 'A message is gone that nobody expunged. Restore it from a backup.',
    repair: 'Clients are told that it is gone.',
  },
  'message-fields': {
    wrong: 'A message’s document lacks something, or holds what makes no sense.',
    repair: '',
  },
  'missing-blob': {
    wrong: 'The bytes of a message, or some of them, are not there. Restore them from a backup.',
    repair: '',
  },
  'damaged-blob': {
    wrong:
      'The bytes of a message are not those that were stored (seen with --bytes). Restore them.',
    repair: '',
  },
  size: {
    wrong: 'A message has not the size that its bytes have.',
    repair: '',
  },
  details: {
    wrong: 'What was computed of a message when it came makes no sense (seen with --bytes).',
    repair: 'It is computed again.',
  },
  receipt: {
    wrong: 'A delivery would be taken for done that is not here.',
    repair: 'The note is removed: if that mail is delivered again, it is stored.',
  },
  'vanished-chain': {
    wrong: 'The chain of what was expunged has a hole or a wrong end.',
    repair: 'What is older is forgotten: clients that were away since start over.',
  },
  'vanished-living': {
    wrong: 'Clients were told that a message is gone, and it is there.',
    repair: 'What was expunged is forgotten: clients that were away since start over, and see it.',
  },
  view: {
    wrong: 'What a process remembers of the mailbox is not what is there.',
    repair: 'It is forgotten, and read again.',
  },
  snapshot: {
    wrong: 'The view that was written down is not what was there.',
    repair: 'It is removed, and written again.',
  },
  pending: {
    wrong: 'The last operation cannot be carried out: the mailbox cannot be read.',
    repair: '',
  },
  unfinished: {
    wrong: 'A move or a deletion has been waiting for more than a day to be completed.',
    repair: 'It is completed.',
  },
  'mailbox-fields': {
    wrong: 'The mailbox’s document lacks something, or holds what makes no sense.',
    repair: '',
  },
  name: {
    wrong: 'The mailbox’s name is not in its canonical form: clients may not find it.',
    repair: 'It is, or the mailbox is called Recovered and its id.',
  },
  'uid-validity': {
    wrong: 'The account’s counter of UIDVALIDITY is below a mailbox’s: one would be given twice.',
    repair: 'The counter is raised.',
  },
  tenant: {
    wrong: 'The tenants of the account, its mailboxes and their bytes are not the same one.',
    repair: '',
  },
  domain: {
    wrong: 'A mailbox is counted to another domain than its account.',
    repair: 'It is counted to the account’s.',
  },
  'orphan-messages': {
    wrong: 'Messages are there of a mailbox that is not.',
    repair: 'They are in a mailbox called Recovered and its id.',
  },
  orphan: {
    wrong: 'Something else is left of a mailbox that is not there any more.',
    repair: 'It is removed.',
  },
} as const satisfies Record<string, KindOfFinding>

export type Kind = keyof typeof KINDS

/** Something that should hold and does not. */
export interface Finding {
  readonly kind: Kind
  readonly account: string
  /** Mailbox id; empty when it is about the account. */
  readonly mailbox: string
  readonly mailboxName: string
  /** UID set, when it is about messages. */
  readonly uids: string
  /** For a person. */
  readonly detail: string
  readonly repaired: boolean
}

/** A finding before it is said where, and whether it was repaired. */
export interface Problem {
  readonly kind: Kind
  readonly uids?: string
  readonly detail: string
}

export function toFinding(
  { kind, uids = '', detail }: Problem,
  mailbox: Pick<MailboxDocument, '_id' | 'name'>,
  repaired: boolean,
): Finding {
  const [account = '', id = ''] = mailbox._id.split('/')
  return { kind, account, mailbox: id, mailboxName: mailbox.name, uids, detail, repaired }
}
