import { Fault } from '#lib/base/fault.ts'
import type { StatusCommand, StatusItem } from '#lib/imap/command.ts'
import { formatStatus } from '#lib/imap/response.ts'
import { toUidSet } from '#lib/mail/uid-set.ts'
import type { Mailbox } from '../mail-store.ts'
import { findName } from '../name.ts'
import type { UserSession } from '../session.ts'

/** The bit of the first flag word. */
const DELETED = 8

/** RFC 9051 §6.3.11 */
export async function status(command: StatusCommand, session: UserSession): Promise<undefined> {
  const name = findName(command.mailbox)
  const { mailboxes } = await session.store.list(session.account)
  const mailbox = mailboxes.find((known) => known.name === name)
  if (mailbox === undefined) throw new Fault('not-found', 'There is no such mailbox')
  const values: [StatusItem, number][] = []
  for (const item of command.items) {
    const known = item === 'DELETED-STORAGE' ? undefined : value(item, mailbox)
    values.push([item, known ?? (await deletedBytes(mailbox, session))])
  }
  session.send(formatStatus(mailbox.name, values))
}

function value(item: Exclude<StatusItem, 'DELETED-STORAGE'>, { counts }: Mailbox): number {
  switch (item) {
    case 'MESSAGES':
      return counts.exists
    case 'RECENT':
      return 0
    case 'UIDNEXT':
      return counts.uidNext
    case 'UIDVALIDITY':
      return counts.uidValidity
    case 'UNSEEN':
      return counts.unseen
    case 'DELETED':
      return counts.deleted
  }
}

/** What an EXPUNGE would set free. RFC 9208 §4.1.4 */
async function deletedBytes({ id, name, counts }: Mailbox, session: UserSession): Promise<number> {
  if (counts.deleted === 0) return 0
  const { account, store } = session
  const { uids, flags, flagWords } = (await store.view(account, name)).messages
  const deleted = uids.filter((_, at) => ((flags[at * flagWords] ?? 0) & DELETED) !== 0)
  const nothing = { envelope: false, structure: false, header: false, contentBytesMax: 0 }
  const request = { account, mailbox: id, uids: toUidSet([...deleted]), ...nothing }
  let bytes = 0
  if (deleted.length === 0) return bytes
  for await (const { sizeBytes } of store.fetch(request)) bytes += sizeBytes
  return bytes
}
