import { toBuffer } from '#lib/base/bytes.ts'
import type { Clock } from '#lib/base/clock.ts'
import { DotStuffing } from '#lib/smtp/client-content.ts'
import { formatReceived, type ReceivedReply } from '#lib/smtp/reply-reader.ts'
import type { Session } from './session.ts'
import type { Outgoing } from './transport.ts'
import { Broken, refusal, Stopped } from './wire.ts'

/** Slower than that, in all, and we hang up: a message of 100 MB has some three hours. */
const BYTES_PER_SECOND_MIN = 10_000
const BASE_MS = 600_000

export interface ContentRules {
  readonly clock: Clock
  /** The server wants the message: what took so long is over. */
  contentBegins(): void
  /** The final dot goes out now: there is no way back. */
  contentEnds(): void
  /** The final dot was sent, and no answer came: the message may have arrived, or not. */
  finalDotLost(): void
  /** The message could not be read; not the other side's fault. */
  unreadable(error: unknown): void
}

/**
 * Sends the message and its final dot, and returns what is answered to that. The last piece waits for the dot: until
 * the very end there is a way back.
 *
 * RFC 5321 §4.1.1.4
 *
 * @throws {Stopped} nothing was taken, or nobody knows
 */
export async function sendContent(
  session: Session,
  mail: Outgoing,
  rules: ContentRules,
): Promise<ReceivedReply> {
  const { wire, timeouts } = session
  const stuffing = new DotStuffing()
  rules.contentBegins()
  const last = await sendPieces(session, mail, { ...rules, stuffing })
  // Cut short, it would be another message than the one we took.
  if (stuffing.takenBytes < mail.sizeBytes) {
    rules.unreadable(new Error(`${stuffing.takenBytes} of ${mail.sizeBytes} bytes were there`))
    throw stopped('4.3.0 The message could not be read to its end')
  }
  if (!mail.stillOurs()) throw stopped('4.3.0 Another process took the message over')
  rules.contentEnds()
  try {
    await wire.send([...last, stuffing.end()], timeouts.blockMs)
    return await wire.reply(timeouts.dotMs)
  } catch (error) {
    if (!(error instanceof Broken)) throw error
    const reply = wire.early()
    if (reply !== undefined) return reply
    rules.finalDotLost()
    throw new Stopped({
      stage: 'dot',
      text: `${error.message} after the final dot: the message may have arrived`,
    })
  }
}

/** Sends all but the last piece, which it returns. */
async function sendPieces(
  { wire, timeouts }: Session,
  mail: Outgoing,
  { clock, stuffing, unreadable }: ContentRules & { readonly stuffing: DotStuffing },
): Promise<readonly Buffer[]> {
  const allowedMs = BASE_MS + (mail.sizeBytes / BYTES_PER_SECOND_MIN) * 1000
  const deadline = clock.monotonic() + allowedMs
  let last: readonly Buffer[] = []
  try {
    for await (const piece of mail.stream()) {
      if (clock.monotonic() > deadline) throw stopped('4.4.2 The server takes it too slowly')
      if (last.length > 0) await wire.send(last, timeouts.blockMs)
      // A server that speaks now has seen enough, and what it says is its answer.
      const early = wire.early()
      if (early) throw new Stopped(refusal('data', early, formatReceived(early)))
      last = stuffing.push(toBuffer(piece))
    }
  } catch (error) {
    if (error instanceof Stopped) throw error
    if (!(error instanceof Broken)) {
      unreadable(error)
      throw stopped('4.3.0 The message could not be read')
    }
    const reply = wire.early()
    throw reply
      ? new Stopped(refusal('data', reply, formatReceived(reply)))
      : new Stopped({ stage: 'data', text: error.message })
  }
  return last
}

/** Our own doing: the connection is dropped before the final dot. */
function stopped(text: string): Stopped {
  return new Stopped({ stage: 'data', text })
}
