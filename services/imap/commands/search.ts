import type { SearchCommand } from '#lib/imap/command.ts'
import { formatSearch } from '#lib/imap/response.ts'
import { searchView, withUids } from '../search-view.ts'
import { mailboxKey, type SelectedSession } from '../session.ts'

/** SEARCH and UID SEARCH, among the messages that the client knows of. RFC 9051 §6.4.4, RFC 3501 §6.4.4 */
export async function search(
  { key, byUid }: SearchCommand,
  session: SelectedSession,
): Promise<string | undefined> {
  if (key === null) return 'NO [BADCHARSET (US-ASCII UTF-8)] Unknown charset'
  const { view } = session.selected
  let found = searchView(key, view)
  if (found === undefined) {
    const uids = await session.store.search(mailboxKey(session), withUids(key, view))
    found = Array.from(uids, (uid) => view.sequence(uid)).filter((sequence) => sequence > 0)
  }
  session.send(formatSearch(byUid ? view.uidsOf(found) : found))
  return undefined
}
