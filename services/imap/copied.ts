import { Fault } from '#lib/base/fault.ts'
import type { CopyCommand } from '#lib/imap/command.ts'
import { formatCopyUid } from '#lib/imap/response.ts'
import { formatUidSet, toUidSet } from '#lib/mail/uid-set.ts'
import type { Copied, CopyRequest } from './mail-store.ts'
import { findName } from './name.ts'
import type { SelectedSession } from './session.ts'

/** What a COPY or MOVE asks of the store; undefined when it names no message. */
export function copyRequest(
  { messages, mailbox }: CopyCommand,
  { account, selected }: SelectedSession,
): CopyRequest | undefined {
  const uids = toUidSet(selected.view.uidsOf(selected.view.resolve(messages)))
  if (uids.length === 0) return undefined
  return { account, source: selected.id, uids, target: targetName(mailbox) }
}

/** A name that no mailbox can have; TRYCREATE would send the client round in circles. */
function targetName(name: string): string {
  try {
    return findName(name)
  } catch {
    throw new Fault('forbidden', 'There can be no such mailbox')
  }
}

/** The response code for what was copied; undefined when all of it was gone. RFC 4315 §3 */
export function copyUid({ uidValidity, sourceUids, targetUids }: Copied): string | undefined {
  if (sourceUids.length === 0) return undefined
  const text = { sourceUids: formatUidSet(sourceUids), targetUids: formatUidSet(targetUids) }
  return formatCopyUid({ uidValidity, ...text })
}

/** Tells the client that creating the target would help. RFC 9051 §6.4.7 */
export async function orTryCreate(
  work: () => Promise<string | undefined>,
): Promise<string | undefined> {
  try {
    return await work()
  } catch (error) {
    const missing = error instanceof Fault && error.code === 'not-found'
    if (missing) return 'NO [TRYCREATE] There is no such mailbox'
    throw error
  }
}
