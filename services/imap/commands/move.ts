import type { CopyCommand } from '#lib/imap/command.ts'
import { copyRequest, copyUid, orTryCreate } from '../copied.ts'
import { requireWritable, type SelectedSession } from '../session.ts'

/**
 * MOVE and UID MOVE: takes messages to another mailbox in one step. Other sessions see all of it,
 * or none of it.
 *
 * RFC 6851 §3, RFC 9051 §6.4.8
 */
export function move(command: CopyCommand, session: SelectedSession): Promise<string | undefined> {
  return orTryCreate(async () => {
    requireWritable(session)
    const request = copyRequest(command, session)
    if (request === undefined) return undefined
    const moved = await session.store.move(request)

    // COPYUID goes first: once the EXPUNGEs are out, the client could no longer tell which messages
    // the UIDs belong to. RFC 6851 §4.3
    const code = copyUid(moved)
    if (code !== undefined) session.send(`* OK [${code}] Moved`)
    const { selected } = session
    selected.view.vanish(moved.sourceUids)
    for (const sequence of selected.view.takeVanished()) session.send(`* ${sequence} EXPUNGE`)
    if (request.target === selected.name) selected.changed = true
    return undefined
  })
}
