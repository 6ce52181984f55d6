/** What the queue asks of whoever speaks SMTP to other hosts, and what it is told. */

import type { Address } from '#lib/mail/address.ts'
import type { EnvelopeRecipient, MailClass } from '#lib/mail/envelope.ts'
import type { BounceClass } from '../bounces/bounce-class.ts'

/** One mail on its way to recipients of one destination. */
export interface Outgoing {
  readonly mailId: string
  readonly class: MailClass
  readonly sender: Address | null
  readonly recipients: readonly EnvelopeRecipient[]
  readonly body: '7bit' | '8bitmime'
  readonly smtpUtf8: boolean
  readonly ret?: 'full' | 'hdrs'
  readonly envid?: string
  /** What `stream` yields in all. */
  readonly sizeBytes: number
  /** Counted from 1. */
  readonly attempt: number
  /** The message as it goes out, signatures in front; may be called again, and then begins anew. */
  stream(): AsyncIterable<Uint8Array>
  /** Asked right before the final dot, after which there is no way back: whether nobody took it over meanwhile. */
  stillOurs(): boolean
  /**
   * Told of those that a server took while others are still to be tried, which may take hours: noted by then, a kill in
   * between sends nothing twice. The result at the end names them again.
   */
  taken?(results: readonly Attempted[]): Promise<void>
}

/** What became of one recipient in one attempt. */
export interface Attempted {
  /** That of `Outgoing.recipients`, same order. */
  readonly recipient: EnvelopeRecipient
  /** `failed` will not get better by waiting. By the table of bounce classes, not by the reply's code alone. */
  readonly outcome: 'relayed' | 'deferred' | 'failed'
  /** All lines of the reply with code and status, or in words what else happened. */
  readonly reply: string
  readonly reason?: BounceClass
  readonly host?: string
  readonly address?: string
  readonly source?: string
  readonly tls?: string
  /** The next host has taken over the duty to tell the sender of success. RFC 3461 §5.2.2 */
  readonly dsnHandedOver?: boolean
}

export type Transported =
  /** Every recipient has its result. */
  | { readonly kind: 'attempted'; readonly results: readonly Attempted[]; readonly ms: number }
  /** Nothing was tried: the destination has all the connections or messages that it may have now. */
  | { readonly kind: 'busy'; readonly afterMs: number }

interface Where {
  readonly domain: string
  readonly pool: string
  /** Waits a moment for a connection when all are in use, as long as that helps. */
  readonly patient?: boolean
}

/** Resolves, whatever happens out there; aborted before DATA, everything is `deferred`. */
export type Transport = (
  destination: Where,
  mail: Outgoing,
  signal: AbortSignal,
) => Promise<Transported>

/** The message with DKIM signatures in front, when whoever it is from has keys here. */
export type Sign = (mail: SignedMail) => Promise<Uint8Array>

export interface SignedMail {
  readonly mailId: string
  /** Only mail of our own users, or of ourselves, is signed. */
  readonly authenticated: boolean
  stream(): AsyncIterable<Uint8Array>
}
