import { concatBytes } from '#lib/base/bytes.ts'
import type { MessageItem } from '#lib/imap/command-reader.ts'
import { formatAppendUid } from '#lib/imap/response.ts'
import { parseMailboxName } from '#lib/mail/mailbox-name.ts'
import { orTryCreate } from '../copied.ts'
import { BadMessage } from '../input.ts'
import type { AppendRequest } from '../mail-store.ts'
import { isUserSession, type Session, type UserSession } from '../session.ts'
import { mention } from '../update.ts'

/** Up to here a message is collected in memory; larger ones are laid aside. */
const COLLECTED_BYTES_MAX = 1024 * 1024

/**
 * APPEND. A message that cannot be taken is refused before it comes, if the client waits; else it is
 * passed over.
 *
 * RFC 9051 §6.3.12, RFC 4315 §3, RFC 7888 §4
 */
export async function append(message: MessageItem, session: Session): Promise<string | undefined> {
  if (!isUserSession(session)) return 'BAD Log in first'
  const { messageBytesMax } = session.backend.settings
  if (message.sizeBytes > messageBytesMax) return 'NO [TOOBIG] The message is too large'
  if (message.sizeBytes === 0) return 'NO [CANNOT] The message is empty'
  return orTryCreate(() => take(message, session))
}

async function take(message: MessageItem, session: UserSession): Promise<string> {
  const { flags, internalDate } = message.head
  const request: AppendRequest = {
    account: session.account,
    mailbox: parseMailboxName(message.head.mailbox),
    appendId: session.backend.newId(),
    flags,
    internalDate,
    sizeBytes: message.sizeBytes,
  }
  const pieces = session.input.content(message)
  try {
    const whole = message.sizeBytes <= COLLECTED_BYTES_MAX
    const { uidValidity, uid } = whole
      ? await session.store.append(request, await collect(pieces))
      : await appendLarge(request, pieces, session)
    if (session.selected?.name === request.mailbox) session.selected.changed = true
    await mention(session, { expunges: true })
    return `OK [${formatAppendUid(uidValidity, uid)}] APPEND completed`
  } catch (error) {
    if (error instanceof BadMessage) return error.message
    throw error
  }
}

/** The store gets the message at full speed once all of it is there, however slow the client is. */
async function appendLarge(
  request: AppendRequest,
  pieces: AsyncIterable<Uint8Array>,
  session: UserSession,
): Promise<{ uidValidity: number; uid: number }> {
  await using message = await session.backend.setAside(pieces)
  return await session.store.append(request, message.read())
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const piece of pieces) chunks.push(piece)
  return concatBytes(chunks)
}
