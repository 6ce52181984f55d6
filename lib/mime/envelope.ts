/** One address of a header as IMAP's ENVELOPE shows it; a group starts with host null and ends with both null. RFC 9051 §7.5.2 */
export interface EnvelopeAddress {
  /** Display name as received, encoded words and all; null when there is none. */
  readonly name: string | null
  readonly mailbox: string | null
  readonly host: string | null
}

/** The header fields that a listing shows, as received (unfolded, encoded words kept). */
export interface MessageEnvelope {
  readonly date: string | null
  readonly subject: string | null
  readonly from: readonly EnvelopeAddress[]
  readonly sender: readonly EnvelopeAddress[]
  readonly replyTo: readonly EnvelopeAddress[]
  readonly to: readonly EnvelopeAddress[]
  readonly cc: readonly EnvelopeAddress[]
  readonly bcc: readonly EnvelopeAddress[]
  readonly inReplyTo: string | null
  readonly messageId: string | null
}
