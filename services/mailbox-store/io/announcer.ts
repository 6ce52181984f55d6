import type { Nats } from '#lib/node/nats.ts'
import { type MailboxDocument, mailboxIdOf } from '../documents.ts'
import type { Events } from '../events.ts'

/** Tells the sessions that have a mailbox selected. A lost one delays what they see, and loses nothing. */
export function announcer(
  nats: Pick<Nats, 'publish'>,
  events: Pick<Events, 'announceFailed'>,
): (mailbox: MailboxDocument) => void {
  return ({ _id, account, modSeq }) => {
    const mailbox = mailboxIdOf(_id)
    try {
      nats.publish(`mailbox.changed.${mailbox}`, JSON.stringify({ account, mailbox, modSeq }))
    } catch (error) {
      events.announceFailed(error)
    }
  }
}
