import type { MailboxCommand, SimpleCommand } from '#lib/imap/command.ts'
import { formatFlags } from '#lib/imap/response.ts'
import { findName } from '../name.ts'
import { mailboxKey, type SelectedSession, type UserSession } from '../session.ts'
import { SessionView } from '../session-view.ts'

/** RFC 9051 §6.3.2, RFC 3501 §6.3.1 */
export function select(command: MailboxCommand, session: UserSession): Promise<string> {
  return open(command, session, true)
}

/** RFC 9051 §6.3.3 */
export function examine(command: MailboxCommand, session: UserSession): Promise<string> {
  return open(command, session, false)
}

async function open(
  { name: command, mailbox: name }: MailboxCommand,
  session: UserSession,
  writable: boolean,
): Promise<string> {
  // Also when the new one cannot be opened, the old one is not selected any more.
  session.deselect()
  const answer = await session.store.view(session.account, findName(name))
  const view = new SessionView(answer)
  const { mailbox } = answer
  session.select({ id: mailbox.id, name: mailbox.name, writable, view })

  const flags = formatFlags(view.knownFlags)
  const permanent = writable ? formatFlags([...view.knownFlags, '\\*']) : '()'
  const unseen = view.firstUnseen()
  session.send(`* ${view.exists} EXISTS`)
  session.send('* 0 RECENT')
  session.send(`* FLAGS ${flags}`)
  session.send(`* OK [PERMANENTFLAGS ${permanent}] Flags that can be changed`)
  if (unseen > 0) session.send(`* OK [UNSEEN ${unseen}] First unseen`)
  session.send(`* OK [UIDVALIDITY ${view.uidValidity}] UIDs valid`)
  session.send(`* OK [UIDNEXT ${view.uidNext}] Predicted next UID`)
  return `OK [${writable ? 'READ-WRITE' : 'READ-ONLY'}] ${command} completed`
}

/** CLOSE expunges without telling. RFC 9051 §6.4.1 */
export async function close(_command: SimpleCommand, session: SelectedSession): Promise<undefined> {
  const key = mailboxKey(session)
  const { writable } = session.selected
  if (writable) await session.store.expunge(key, 'all')
  session.deselect()
}

/** RFC 3691 §2 */
export function unselect(_command: SimpleCommand, session: SelectedSession): undefined {
  session.deselect()
}
