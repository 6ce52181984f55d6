import { Fault } from '#lib/base/fault.ts'
import type { StatusCommand, StatusItem } from '#lib/imap/command.ts'
import { formatStatus } from '#lib/imap/response.ts'
import type { MailboxCounts } from '../mail-store.ts'
import { findName } from '../name.ts'
import type { UserSession } from '../session.ts'

/** RFC 9051 §6.3.11 */
export async function status(command: StatusCommand, session: UserSession): Promise<undefined> {
  const name = findName(command.mailbox)
  const { mailboxes } = await session.store.list(session.account)
  const mailbox = mailboxes.find((known) => known.name === name)
  if (mailbox === undefined) throw new Fault('not-found', 'There is no such mailbox')
  const values = command.items.map((item): [StatusItem, number] => [
    item,
    value(item, mailbox.counts),
  ])
  session.send(formatStatus(mailbox.name, values))
}

function value(item: StatusItem, counts: MailboxCounts): number {
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
  }
}
