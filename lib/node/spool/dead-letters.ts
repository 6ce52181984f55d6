/** Where mails go that can never be delivered, with all their bytes and the reason. */

import type { JsMsg } from '@nats-io/jetstream'
import { BytesMissing, type SpoolBytes } from './bytes.ts'
import { nameOf, PIECES_HEADER, piecesOf, REASON_HEADER } from './headers.ts'
import type { Jet } from './jetstream.ts'
import { DEAD } from './message.ts'

const REASON_CHARACTERS_MAX = 500

/** Header fields take no more than that. */
export function toReason(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, REASON_CHARACTERS_MAX)
}

/**
 * Resolves when the copy is safe; repeating it replaces the copy. Pieces that are missing do not keep the rest
 * back, and the copy of an earlier try stays.
 *
 * @throws {Fault} busy, unavailable
 */
export async function copyToDead(
  message: JsMsg,
  reason: string,
  { jet, bytes }: { readonly jet: Pick<Jet, 'publish'>; readonly bytes: Pick<SpoolBytes, 'read'> },
): Promise<void> {
  const name = nameOf(message)
  const pieces = piecesOf(message)
  let copied = 0
  try {
    for await (const piece of bytes.read(name, pieces)) {
      await jet.publish(DEAD.piece(name, copied++), piece)
    }
  } catch (error) {
    if (!(error instanceof BytesMissing)) throw error
  }
  const headers = { [REASON_HEADER]: reason, [PIECES_HEADER]: String(pieces) }
  await jet.publish(DEAD.mail(name), message.data, { headers })
}
