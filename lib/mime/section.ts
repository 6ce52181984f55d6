import type { Part } from './structure.ts'

export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * The part that an IMAP section number such as `2.1` names; undefined when there is none. What is not a
 * multipart has itself as its part 1, and numbers go on into a message/rfc822. The empty path is the
 * message itself.
 *
 * RFC 9051 §6.4.5.1
 */
export function findPart(structure: Part, path: readonly number[]): Part | undefined {
  let part: Part | undefined = structure
  let within: Part | undefined = structure
  for (const number of path) {
    if (!within) return undefined
    if (within.parts.length > 0) part = within.parts[number - 1]
    else part = number === 1 ? within : undefined
    if (!part) return undefined
    within = part.parts.length > 0 ? part : part.message?.structure
  }
  return part
}

/**
 * Where the bytes of a section lie: `body` is BODY[path], `header`, `text` and `mime` are those after the
 * number. Undefined when there is no such part, or when it is no message and so has no HEADER or TEXT.
 *
 * RFC 9051 §6.4.5.1
 */
export function sectionRange(
  structure: Part,
  path: readonly number[],
  section: 'body' | 'header' | 'text' | 'mime' = 'body',
): ByteRange | undefined {
  const part = findPart(structure, path)
  if (!part) return undefined
  if (path.length === 0) return messageRange(structure, section)
  if (section === 'body') return { start: part.bodyStart, end: part.end }
  if (section === 'mime') return { start: part.headerStart, end: part.bodyStart }
  return part.message && messageRange(part.message.structure, section)
}

function messageRange(message: Part, section: string): ByteRange | undefined {
  if (section === 'mime') return undefined
  const start = section === 'text' ? message.bodyStart : message.headerStart
  const end = section === 'header' ? message.bodyStart : message.end
  return { start, end }
}
