/** CREATE, DELETE, RENAME, SUBSCRIBE and UNSUBSCRIBE: the store decides, we word its refusals. */
import { Fault } from '#lib/base/fault.ts'
import type { MailboxCommand, RenameCommand } from '#lib/imap/command.ts'
import { parseMailboxName } from '#lib/mail/mailbox-name.ts'
import { isSelectedSession, type UserSession } from '../session.ts'
import { deselectDeleted } from '../update.ts'

/** A separator at the end only says that names below will follow. RFC 9051 §6.3.4 */
export function create({ mailbox }: MailboxCommand, session: UserSession): Promise<Answer> {
  return attempt(() => session.store.create(session.account, canonical(mailbox)))
}

/** A client that deletes the mailbox it has selected knows, and needs no BYE. RFC 9051 §6.3.5 */
export function remove({ mailbox }: MailboxCommand, session: UserSession): Promise<Answer> {
  return attempt(async () => {
    await session.store.delete(session.account, canonical(mailbox))
    if (isSelectedSession(session)) await deselectDeleted(session)
  })
}

/** RFC 9051 §6.3.6 */
export function rename(command: RenameCommand, session: UserSession): Promise<Answer> {
  return attempt(() =>
    session.store.rename(session.account, canonical(command.mailbox), canonical(command.newName)),
  )
}

/** RFC 9051 §6.3.7, §6.3.8 */
export function subscribe(command: MailboxCommand, session: UserSession): Promise<Answer> {
  const subscribed = command.name === 'SUBSCRIBE'
  return attempt(() =>
    session.store.setSubscribed(session.account, canonical(command.mailbox), subscribed),
  )
}

type Answer = string | undefined

function canonical(name: string): string {
  return parseMailboxName(name.replace(/(?<=.)\/$/, ''))
}

/** A name that cannot be is no syntax error: the client did nothing wrong in its grammar. RFC 5530 §3 */
async function attempt(work: () => Promise<void>): Promise<Answer> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (error instanceof Fault && (error.code === 'invalid' || error.code === 'forbidden')) {
      return `NO [CANNOT] ${error.message}`
    }
    throw error
  }
}
