import type { Address } from './address.ts'

/** One RCPT TO as the client gave it. RFC 5321 §4.1.1.3, RFC 3461 §4 */
export interface EnvelopeRecipient {
  readonly address: Address
  readonly notify?: readonly ('never' | 'success' | 'failure' | 'delay')[]
  /** ORCPT, decoded: `rfc822;address`. */
  readonly orcpt?: string
}

/** Decides pool, retry age, DKIM selector and rules. */
export type MailClass = 'personal' | 'transactional' | 'bulk' | 'announcement' | 'system'

/** What travels with the bytes of a mail from the `250` until its last recipient is settled. */
export interface Envelope {
  /** Given at the `250`; follows the mail through every service, log line and ledger line. */
  readonly mailId: string
  readonly class: MailClass
  /** `null` is the null reverse-path `<>`. */
  readonly sender: Address | null
  readonly recipients: readonly EnvelopeRecipient[]
  /** Milliseconds since 1970 at which DATA ended. */
  readonly receivedAt: number
  /** Size of the bytes with the trace headers that we added. */
  readonly sizeBytes: number
  readonly body: '7bit' | '8bitmime'
  readonly smtpUtf8: boolean
  readonly ret?: 'full' | 'hdrs'
  readonly envid?: string
  /** Who handed it to us. */
  readonly client: {
    readonly address: string
    readonly helo: string
    readonly tls: boolean
    /** The authenticated account, when it came by submission. */
    readonly account?: string
  }
}
