import type { MessageEnvelope } from './envelope.ts'

/** A parameter of Content-Type or Content-Disposition; names in lower case, values as received, unquoted. */
export type Parameter = readonly [name: string, value: string]

/**
 * One entity of a message, with where it lies in the message's bytes, so that a part can be read
 * without parsing again.
 */
export interface Part {
  /** Lower case: `text`. */
  readonly type: string
  /** Lower case: `plain`. */
  readonly subtype: string
  readonly parameters: readonly Parameter[]
  readonly id?: string
  readonly description?: string
  /** Content-Transfer-Encoding in lower case, `7bit` when there is none. */
  readonly encoding: string
  readonly md5?: string
  readonly disposition?: { readonly type: string; readonly parameters: readonly Parameter[] }
  readonly language?: readonly string[]
  readonly location?: string
  /** Byte offsets from the start of the message: header [headerStart, bodyStart), body [bodyStart, end). */
  readonly headerStart: number
  readonly bodyStart: number
  readonly end: number
  /** Lines of the body: LFs, and an unended last line counts as one. */
  readonly lines: number
  /** Children of a multipart, in order; empty for anything else. */
  readonly parts: readonly Part[]
  /** What a message/rfc822 or message/global part holds. */
  readonly message?: { readonly envelope: MessageEnvelope; readonly structure: Part }
}
