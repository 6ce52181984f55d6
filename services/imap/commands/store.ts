import type { StoreCommand } from '#lib/imap/command.ts'
import { formatFlags } from '#lib/imap/response.ts'
import { toUidSet } from '#lib/mail/uid-set.ts'
import { mailboxKey, requireWritable, type SelectedSession } from '../session.ts'

/** STORE and UID STORE. RFC 9051 §6.4.6 */
export async function store(
  command: StoreCommand,
  session: SelectedSession,
): Promise<string | undefined> {
  requireWritable(session)
  const { view } = session.selected
  const uids = view.uidsOf(view.resolve(command.messages))
  if (uids.length === 0) return undefined

  const { mode, flags, silent } = command
  const stored = await session.store.storeFlags(mailboxKey(session), toUidSet(uids), {
    mode,
    flags,
  })
  const keywords = view.keywords.length
  view.setFlags(stored.keywords, stored.messages)
  if (view.keywords.length > keywords) session.send(`* FLAGS ${formatFlags(view.knownFlags)}`)
  if (!silent) tell(session, stored.messages.uids, command.messages.byUid)

  // Somebody else has expunged the rest, which this client must not hear of yet. RFC 2180 §4.2.1
  const gone = !command.messages.byUid && stored.messages.uids.length < uids.length
  return gone ? 'NO [EXPUNGEISSUED] Some of the messages are gone' : undefined
}

function tell({ selected: { view }, wire }: SelectedSession, uids: Uint32Array, byUid: boolean) {
  for (const uid of uids) {
    const sequence = view.sequence(uid)
    if (sequence === 0) continue
    const flags = `FLAGS ${formatFlags(view.flags(sequence))}`
    wire.write(`* ${sequence} FETCH (${byUid ? `UID ${uid} ` : ''}${flags})\r\n`)
  }
}
