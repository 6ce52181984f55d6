import type { ExpungeCommand } from '#lib/imap/command.ts'
import { toUidSet } from '#lib/mail/uid-set.ts'
import { mailboxKey, requireWritable, type SelectedSession } from '../session.ts'

/** EXPUNGE and UID EXPUNGE. RFC 9051 §6.4.3, RFC 4315 §2.1 */
export async function expunge(
  { messages }: ExpungeCommand,
  session: SelectedSession,
): Promise<undefined> {
  requireWritable(session)
  const { view } = session.selected
  const uids = messages && toUidSet(view.uidsOf(view.resolve(messages)))
  if (uids?.length === 0) return
  view.vanish(await session.store.expunge(mailboxKey(session), uids ?? 'all'))
  for (const sequence of view.takeVanished()) session.send(`* ${sequence} EXPUNGE`)
}
