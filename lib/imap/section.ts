import { type ByteRange, sectionRange } from '#lib/mime/section.ts'
import type { Part } from '#lib/mime/structure.ts'
import type { Section } from './fetch-attribute.ts'

const RANGES = {
  '': 'body',
  HEADER: 'header',
  'HEADER.FIELDS': 'header',
  'HEADER.FIELDS.NOT': 'header',
  TEXT: 'text',
  MIME: 'mime',
} as const

/** What finding a section needs to know about a message. */
export interface MessageShape {
  readonly sizeBytes: number
  /** Where the body begins. */
  readonly headerEnd: number
  /** Needed for sections with part numbers only. */
  readonly structure: Part | null
}

/**
 * Finds the bytes that a section means; for HEADER.FIELDS those of the whole header. Undefined when the
 * message has no such section.
 *
 * RFC 9051 §6.4.5.1
 */
export function findSection(section: Section, shape: MessageShape): ByteRange | undefined {
  if (section.part.length === 0) return findInMessage(section.text, shape)
  const range = shape.structure && sectionRange(shape.structure, section.part, RANGES[section.text])
  return range ?? undefined
}

function findInMessage(text: Section['text'], { sizeBytes, headerEnd }: MessageShape): ByteRange {
  if (text === '') return { start: 0, end: sizeBytes }
  return text === 'TEXT' ? { start: headerEnd, end: sizeBytes } : { start: 0, end: headerEnd }
}

/** Cuts the asked-for part out of a section. It may begin after the end: then it is empty. */
export function cutPartial(
  { start, end }: ByteRange,
  partial: { readonly offset: number; readonly length: number } | undefined,
): ByteRange {
  if (partial === undefined) return { start, end }
  const from = Math.min(end, start + partial.offset)
  return { start: from, end: Math.min(end, from + partial.length) }
}
