/** What the headers of a message of the spool tell. */

import type { JsMsg } from '@nats-io/jetstream'

export const PIECES_HEADER = 'Hikyaku-Pieces'
export const REASON_HEADER = 'Hikyaku-Reason'

/** Of a large mail, how many pieces lie beside it; 0: its bytes travel along. */
export function piecesOf(message: JsMsg): number {
  return Number(message.headers?.get(PIECES_HEADER) || 0)
}

/** Every mail has its id as the id of the message; what has none is named by its place. */
export function nameOf(message: JsMsg): string {
  const id = message.headers?.get('Nats-Msg-Id') ?? ''
  return /^[A-Za-z0-9_-]{1,64}$/.test(id) ? id : `unknown-${message.seq}`
}
