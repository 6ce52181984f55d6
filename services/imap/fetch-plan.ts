import type { FetchAttribute, SectionAttribute } from '#lib/imap/fetch-attribute.ts'

/** Messages up to this size come along with their batch; larger ones are read by themselves, in pieces. */
const CONTENT_BYTES_MAX = 256 * 1024

const BATCH = 200
const CONTENT_BATCH = 25

/** What has to be asked of the store for a FETCH. */
export interface FetchPlan {
  /** False when the session's view has it all. */
  readonly asks: boolean
  readonly envelope: boolean
  readonly structure: boolean
  readonly header: boolean
  readonly contentBytesMax: number
  readonly setsSeen: boolean
  /** Messages per question: few enough that a slow client has them before its deadline. */
  readonly batch: number
}

export function planFetch(attributes: readonly FetchAttribute[]): FetchPlan {
  const has = (kind: FetchAttribute['kind']) => attributes.some((one) => one.kind === kind)
  const sections = attributes.filter((one) => one.kind === 'section')
  const content = sections.some((section) => !isHeader(section))
  return {
    asks: attributes.some(({ kind }) => kind !== 'flags' && kind !== 'uid'),
    envelope: has('envelope'),
    structure: has('structure') || sections.some(({ section }) => section.part.length > 0),
    header: !content && sections.length > 0,
    contentBytesMax: content ? CONTENT_BYTES_MAX : 0,
    batch: content ? CONTENT_BATCH : BATCH,
    setsSeen: sections.some(({ peek }) => !peek),
  }
}

function isHeader({ section }: SectionAttribute): boolean {
  return section.part.length === 0 && section.text.startsWith('HEADER')
}
