/** A mail with its bytes, wherever they lie. */

import type { Envelope } from '#lib/mail/envelope.ts'

/** The bytes are read only when needed. */
export interface Mail {
  readonly envelope: Envelope
  read(): Promise<Uint8Array>
  /** May be called again, and then begins anew. */
  stream(): AsyncIterable<Uint8Array>
}

/** As the spool hands it out. */
export interface SpooledMail extends Mail {
  /** Counted from 1. */
  readonly attempt: number
}

/** The bytes cannot be had: the matter of whoever keeps them, and no mailbox's. */
export class MailUnreadable extends Error {
  override readonly name = 'MailUnreadable'

  constructor(cause: unknown) {
    super('The mail could not be read', { cause })
  }
}
