import type { MessageEnvelope } from '#lib/mime/envelope.ts'
import type { ParsedMessage, Part } from '#lib/mime/structure.ts'

/** What was computed once at append and is read with every listing. */
export interface Details {
  /** Where the body begins. */
  readonly headerEnd: number
  readonly envelope: MessageEnvelope
  readonly structure: Part
}

/** A document has to stay far below what the database takes, and an ordinary message's is 1 or 2 kB. */
const CHARACTERS_MAX = 512 * 1024
const ADDRESSES_MAX = 500
const TEXT_CHARACTERS_MAX = 1000

/**
 * Computes the details of a message, as text for its document: only readers that show them need to parse it. Of a
 * message that is all header, or has thousands of absurd parts, less is told; its bytes are what they are.
 */
export function describeMessage(parsed: ParsedMessage): string {
  const { headerEnd, envelope, structure } = parsed
  const full: Details = { headerEnd, envelope, structure }
  const text = JSON.stringify(full)
  if (text.length <= CHARACTERS_MAX) return text
  const shorter: Details = { ...full, envelope: shorten(envelope) }
  const shorterText = JSON.stringify(shorter)
  if (shorterText.length <= CHARACTERS_MAX) return shorterText
  return JSON.stringify({ ...shorter, structure: flatten(structure) } satisfies Details)
}

export function parseDetails(text: string): Details {
  return JSON.parse(text) as Details
}

function shorten(envelope: MessageEnvelope): MessageEnvelope {
  const cut = (text: string | null) => text?.slice(0, TEXT_CHARACTERS_MAX) ?? null
  const some = (list: MessageEnvelope['from']) =>
    list.slice(0, ADDRESSES_MAX).map(({ name, mailbox, host }) => ({
      name: cut(name),
      mailbox: cut(mailbox),
      host: cut(host),
    }))
  return {
    date: cut(envelope.date),
    subject: cut(envelope.subject),
    inReplyTo: cut(envelope.inReplyTo),
    messageId: cut(envelope.messageId),
    from: some(envelope.from).slice(0, 10),
    sender: some(envelope.sender).slice(0, 10),
    replyTo: some(envelope.replyTo).slice(0, 10),
    to: some(envelope.to),
    cc: some(envelope.cc),
    bcc: some(envelope.bcc),
  }
}

/** The whole message as one plain text. */
function flatten({ headerStart, bodyStart, end, lines }: Part): Part {
  const parameters = [['charset', 'us-ascii']] as const
  const plain = { type: 'text', subtype: 'plain', parameters, encoding: '7bit', parts: [] }
  return { ...plain, headerStart, bodyStart, end, lines }
}
