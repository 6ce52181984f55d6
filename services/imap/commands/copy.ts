import type { CopyCommand } from '#lib/imap/command.ts'
import { copyRequest, copyUid, orTryCreate } from '../copied.ts'
import type { SelectedSession } from '../session.ts'

/** COPY and UID COPY: all of the messages, or none. RFC 9051 §6.4.7 */
export function copy(command: CopyCommand, session: SelectedSession): Promise<string | undefined> {
  return orTryCreate(async () => {
    const request = copyRequest(command, session)
    if (request === undefined) return undefined
    const code = copyUid(await session.store.copy(request))
    if (request.target === session.selected.name) session.selected.changed = true
    return code === undefined ? undefined : `OK [${code}] COPY completed`
  })
}
