import type { MessageEnvelope } from '#lib/mime/envelope.ts'
import { type Part, parseMessage } from '#lib/mime/structure.ts'

/** What was computed once at append and is read with every listing. */
export interface Details {
  /** Where the body begins. */
  readonly headerEnd: number
  readonly envelope: MessageEnvelope
  readonly structure: Part
}

/** Computes the details of a message, as text for its document: only readers that show them need to parse it. */
export function describeMessage(bytes: Uint8Array): string {
  const { headerEnd, envelope, structure } = parseMessage(bytes)
  const details: Details = { headerEnd, envelope, structure }
  return JSON.stringify(details)
}

export function parseDetails(text: string): Details {
  return JSON.parse(text) as Details
}
