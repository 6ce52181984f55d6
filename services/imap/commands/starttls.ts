import type { SimpleCommand } from '#lib/imap/command.ts'
import type { Session } from '../session.ts'

/**
 * STARTTLS. Whatever the client, or somebody on the way, sent behind it in clear text is dropped:
 * otherwise a stranger's commands would run in the user's encrypted session.
 *
 * RFC 9051 §6.2.1
 */
export function starttls(_command: SimpleCommand, session: Session): string {
  if (session.wire.secure) return 'BAD Already encrypted'
  session.afterAnswer = async () => {
    session.input.discard()
    await session.wire.startTls()
  }
  return 'OK Begin TLS negotiation now'
}
