import { Fault } from '#lib/base/fault.ts'
import type { Scanner } from './scanner.ts'
import { formatAstring } from './text.ts'

/** Which bytes of a message are meant. RFC 9051 §6.4.5.1 */
export interface Section {
  /** Part numbers, outermost first; empty is the message itself. */
  readonly part: readonly number[]
  /** Empty: all of it. */
  readonly text: '' | 'HEADER' | 'TEXT' | 'MIME' | 'HEADER.FIELDS' | 'HEADER.FIELDS.NOT'
  readonly fields: readonly string[]
}

export interface SectionAttribute {
  readonly kind: 'section'
  /** How the response calls it: `BODY[1.TEXT]<0>`, or `RFC822.TEXT`. */
  readonly label: string
  readonly section: Section
  /** Whether reading it leaves \Seen alone. */
  readonly peek: boolean
  readonly partial?: { readonly offset: number; readonly length: number }
}

/** One thing that FETCH asks for. */
export type FetchAttribute =
  | { readonly kind: 'flags' | 'uid' | 'internal-date' | 'size' | 'envelope' }
  | { readonly kind: 'structure'; readonly extended: boolean }
  | SectionAttribute

const ATTRIBUTES_MAX = 100
const DEPTH_MAX = 100
const FLAGS: FetchAttribute = { kind: 'flags' }
const FAST: FetchAttribute[] = [FLAGS, { kind: 'internal-date' }, { kind: 'size' }]
const ALL: FetchAttribute[] = [...FAST, { kind: 'envelope' }]
/** RFC 9051 §6.4.5 */
const MACROS: Record<string, readonly FetchAttribute[]> = {
  FAST,
  ALL,
  FULL: [...ALL, { kind: 'structure', extended: false }],
}

const WHOLE: Section = { part: [], text: '', fields: [] }
const NAMED: Record<string, FetchAttribute> = {
  FLAGS,
  UID: { kind: 'uid' },
  INTERNALDATE: { kind: 'internal-date' },
  'RFC822.SIZE': { kind: 'size' },
  ENVELOPE: { kind: 'envelope' },
  BODYSTRUCTURE: { kind: 'structure', extended: true },
  RFC822: { kind: 'section', label: 'RFC822', section: WHOLE, peek: false },
  'RFC822.HEADER': legacy('RFC822.HEADER', 'HEADER', true),
  'RFC822.TEXT': legacy('RFC822.TEXT', 'TEXT', false),
}

/** RFC 3501 §6.4.5 */
function legacy(label: string, text: 'HEADER' | 'TEXT', peek: boolean): SectionAttribute {
  return { kind: 'section', label, section: { part: [], text, fields: [] }, peek }
}

const WORD = /[A-Za-z0-9]+(?:\.(?:SIZE|HEADER|TEXT|PEEK))?/iy
const SECTION_TEXT = /HEADER\.FIELDS\.NOT|HEADER\.FIELDS|HEADER|TEXT|MIME/iy
const PART = /[1-9][0-9]{0,9}/y
const PARTIAL = /<([0-9]{1,10})\.([1-9][0-9]{0,9})>/y

/** Reads what comes after the sequence set of FETCH: a macro, one attribute, or a list. */
export function parseFetchAttributes(scanner: Scanner): FetchAttribute[] {
  if (scanner.peek() === '(') {
    const attributes = scanner.list(() => parseAttribute(scanner), ATTRIBUTES_MAX)
    return attributes.length > 0 ? attributes : refuse('Nothing to fetch')
  }
  const macro = scanner.match(/(?:ALL|FAST|FULL)(?![A-Za-z0-9.])/iy)
  if (macro !== undefined) return [...(MACROS[macro[0].toUpperCase()] ?? [])]
  return [parseAttribute(scanner)]
}

function parseAttribute(scanner: Scanner): FetchAttribute {
  const word = scanner.match(WORD)?.[0].toUpperCase() ?? refuse('Expected a fetch attribute')
  const peek = word === 'BODY.PEEK'
  if ((word === 'BODY' || peek) && scanner.skip('[')) return parseSection(scanner, peek)
  if (word === 'BODY') return { kind: 'structure', extended: false }
  return (Object.hasOwn(NAMED, word) ? NAMED[word] : undefined) ?? refuse('Unknown fetch attribute')
}

function parseSection(scanner: Scanner, peek: boolean): FetchAttribute {
  const part: number[] = []
  let text: Section['text'] = ''
  if (scanner.peek() !== ']') {
    do {
      const found = scanner.match(SECTION_TEXT)
      if (found !== undefined) {
        text = found[0].toUpperCase() as Section['text']
        break
      }
      part.push(Number(scanner.match(PART)?.[0] ?? refuse('Bad section')))
      if (part.length > DEPTH_MAX) refuse('Section too deep')
    } while (scanner.skip('.'))
  }
  if (text === 'MIME' && part.length === 0) refuse('MIME needs a part')
  const section = { part, text, fields: text.startsWith('HEADER.') ? parseFields(scanner) : [] }
  scanner.expect(']')

  const label = `BODY[${formatSection(section)}]`
  const found = scanner.match(PARTIAL)
  if (found === undefined) return { kind: 'section', label, section, peek }
  const partial = { offset: Number(found[1]), length: Number(found[2]) }
  return { kind: 'section', label: `${label}<${partial.offset}>`, section, peek, partial }
}

function parseFields(scanner: Scanner): string[] {
  scanner.space()
  const fields = scanner.list(() => scanner.astring())
  return fields.length > 0 ? fields : refuse('Missing field names')
}

function formatSection({ part, text, fields }: Section): string {
  const path = [...part, ...(text === '' ? [] : [text])].join('.')
  return fields.length === 0 ? path : `${path} (${fields.map(formatAstring).join(' ')})`
}

function refuse(text: string): never {
  throw new Fault('invalid', text)
}
