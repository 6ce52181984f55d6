import assert from 'node:assert/strict'
import { BOUNDARY_CHARACTERS_MAX, BodyScan } from './body-scan.ts'
import { ByteWindow } from './byte-window.ts'
import {
  type ContentType,
  type Disposition,
  findParameter,
  type Parameter,
  parseContentType,
  parseDisposition,
  parseEncoding,
  parseLanguages,
} from './content-type.ts'
import { type MessageEnvelope, parseEnvelope } from './envelope.ts'
import type { HeaderField } from './header.ts'

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
  readonly disposition?: Disposition
  readonly language?: readonly string[]
  readonly location?: string
  /** Byte offsets from the start of the message: header [headerStart, bodyStart), body [bodyStart, end). */
  readonly headerStart: number
  readonly bodyStart: number
  readonly end: number
  /** Lines of the body: LFs, and an unended last line counts as one. */
  readonly lines: number
  /** Children of a multipart, in order, at least one; empty for anything else. */
  readonly parts: readonly Part[]
  /** What a message/rfc822 or message/global part holds. */
  readonly message?: { readonly envelope: MessageEnvelope; readonly structure: Part }
}

export interface ParsedMessage {
  readonly structure: Part
  readonly envelope: MessageEnvelope
  /** Where the body starts. */
  readonly headerEnd: number
}

/** Deeper multiparts and messages are one part, of type application/octet-stream. */
const DEPTH_MAX = 50
/** After so many, the rest of each open multipart is one part. */
const PARTS_MAX = 2000

const PLAIN: ContentType = {
  type: 'text',
  subtype: 'plain',
  parameters: [['charset', 'us-ascii']],
}
const UNKNOWN: ContentType = { type: 'application', subtype: 'octet-stream', parameters: [] }
const MESSAGE: ContentType = { type: 'message', subtype: 'rfc822', parameters: [] }

/**
 * Finds the parts of a message and where they lie. Never fails, whatever the bytes: what is broken is
 * taken the way that shows the reader most. A multipart of which no part can be found is plain text; a
 * message/rfc822 in base64 is an attachment like any other, since its parts have no place in these bytes.
 *
 * What it costs is bounded: of each header the first 512 kB are told, of all headers together 2 MB; parts beyond the
 * 2000th, or nested more than 50 deep, are not taken apart.
 *
 * RFC 2045 §5.2, RFC 2046 §5.1
 */
export function parseMessage(bytes: Uint8Array): ParsedMessage {
  const { done, value } = new Parser(new BodyScan(new ByteWindow(bytes))).message().next()
  assert(done, 'It has all bytes')
  return value
}

interface Place {
  readonly start: number
  readonly depth: number
  /** Its type when the header does not say. */
  readonly fallback: ContentType
}

/** The body of a part that has no parts itself. */
export interface Leaf {
  readonly start: number
  /** Not known as long as it goes on. */
  readonly end: number | undefined
}

/** Wherever the bytes at hand do not suffice, its generators yield, to be resumed when there are more. */
export class Parser {
  /** Is told of each leaf when it begins and when it ends. */
  onLeaf: ((leaf: Leaf) => void) | undefined
  readonly #scan: BodyScan
  #parts = 0

  constructor(scan: BodyScan) {
    this.#scan = scan
  }

  *message(): Generator<void, ParsedMessage, void> {
    const fields = yield* this.#header()
    const envelope = parseEnvelope(fields)
    const headerEnd = this.#scan.at
    const structure = yield* this.#part(fields, { start: 0, depth: 1, fallback: PLAIN })
    return { structure, envelope, headerEnd }
  }

  *#header(): Generator<void, readonly HeaderField[], void> {
    for (;;) {
      const fields = this.#scan.readHeader()
      if (fields !== undefined) return fields
      yield
    }
  }

  /** Reads the part whose header was read; afterwards the scan stands where the part ended. */
  *#part(
    fields: readonly HeaderField[],
    { start, depth, fallback }: Place,
  ): Generator<void, Part, void> {
    const scan = this.#scan
    const described = describe(fields, fallback)
    this.#parts++
    const bodyStart = scan.at
    const linesBefore = scan.lines

    const { parts, message, leaf } = yield* this.#content(described, bodyStart, depth)
    // What is inside may be a header and its empty line, right before a boundary: then the line end is
    // the header's, and not the boundary's.
    const inside = message?.structure ?? parts.at(-1)
    const end = Math.max(scan.endOfBody(bodyStart), inside?.end ?? 0)
    const ended = scan.found !== undefined && end < scan.found.lineStart
    const open = end > bodyStart && scan.byteAt(end - 1) !== LF
    const lines = scan.lines - linesBefore - (ended ? 1 : 0) + (open ? 1 : 0)
    if (leaf) this.onLeaf?.({ start: bodyStart, end })

    const type = shownType(described.contentType, parts, message)
    return {
      type: type.type,
      subtype: type.subtype,
      parameters: type.parameters,
      ...described.optional,
      encoding: described.encoding,
      headerStart: start,
      bodyStart,
      end,
      lines,
      parts,
      ...(message && { message }),
    }
  }

  *#content(
    { contentType, encoding }: Described,
    bodyStart: number,
    depth: number,
  ): Generator<void, Content, void> {
    const { type, subtype } = contentType
    const room = depth < DEPTH_MAX && this.#parts < PARTS_MAX
    if (room && type === 'multipart') {
      const boundary = findParameter(contentType.parameters, 'boundary')?.trimEnd()
      if (boundary && boundary.length <= BOUNDARY_CHARACTERS_MAX) {
        const fallback = subtype === 'digest' ? MESSAGE : PLAIN
        return { parts: yield* this.#children(boundary, fallback, depth) }
      }
    }
    if (room && isMessage(contentType) && IDENTITY.has(encoding)) {
      return { parts: [], message: yield* this.#message(depth + 1) }
    }
    this.onLeaf?.({ start: bodyStart, end: undefined })
    while (!this.#scan.find()) yield
    return { parts: [], leaf: true }
  }

  *#message(depth: number): Generator<void, NonNullable<Part['message']>, void> {
    const start = this.#scan.at
    const fields = yield* this.#header()
    const envelope = parseEnvelope(fields)
    return { envelope, structure: yield* this.#part(fields, { start, depth, fallback: PLAIN }) }
  }

  *#children(
    boundary: string,
    fallback: ContentType,
    depth: number,
  ): Generator<void, Part[], void> {
    const scan = this.#scan
    const level = scan.push(boundary)
    const parts: Part[] = []
    let last = false
    while (!scan.find()) yield
    while (!last && scan.found?.level === level && !scan.found.close) {
      last = this.#parts >= PARTS_MAX
      // Without its boundary, the last child goes on to the end of this multipart.
      if (last) scan.pop()
      while (!scan.skipLine()) yield
      const start = scan.at
      const fields = yield* this.#header()
      parts.push(yield* this.#part(fields, { start, depth: depth + 1, fallback }))
    }
    if (last) return parts
    scan.pop()
    if (scan.found?.level === level) {
      while (!scan.skipLine()) yield
      while (!scan.find()) yield
    }
    return parts
  }
}

interface Content {
  readonly parts: readonly Part[]
  readonly message?: NonNullable<Part['message']>
  readonly leaf?: boolean
}

const LF = 0x0a
/** Encodings that leave the bytes as they are, so that what is inside can be read in place. RFC 2045 §6.2 */
const IDENTITY: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary'])

function isMessage({ type, subtype }: ContentType): boolean {
  return type === 'message' && (subtype === 'rfc822' || subtype === 'global')
}

/** The type as clients shall see it: never a multipart without parts, or a message without its own. */
function shownType(
  contentType: ContentType,
  parts: readonly Part[],
  message?: object,
): ContentType {
  if (contentType.type === 'multipart' && parts.length === 0) return PLAIN
  if (isMessage(contentType) && !message) {
    return { ...UNKNOWN, parameters: contentType.parameters }
  }
  return contentType
}

type Optional = Pick<Part, 'id' | 'description' | 'md5' | 'disposition' | 'language' | 'location'>

interface Described {
  readonly contentType: ContentType
  readonly encoding: string
  readonly optional: Optional
}

/** What the MIME fields of a header say; of a field that is there twice, the first counts. */
function describe(fields: readonly HeaderField[], fallback: ContentType): Described {
  const texts = new Map<string, string>()
  for (const { key, value } of fields) {
    if (key.startsWith('content-') && !texts.has(key)) texts.set(key, value)
  }
  const type = texts.get('content-type')
  const encoding = texts.get('content-transfer-encoding')
  return {
    contentType: type === undefined ? fallback : (parseContentType(type) ?? PLAIN),
    encoding: encoding === undefined ? '7bit' : parseEncoding(encoding),
    optional: texts.size > 0 ? describeMore(texts) : {},
  }
}

function describeMore(texts: ReadonlyMap<string, string>): Optional {
  const optional: { -readonly [key in keyof Optional]: Optional[key] } = {}
  const id = texts.get('content-id')
  const description = texts.get('content-description')
  const md5 = texts.get('content-md5')
  const disposition = parseDisposition(texts.get('content-disposition') ?? '')
  const language = parseLanguages(texts.get('content-language') ?? '')
  const location = texts.get('content-location')
  if (id) optional.id = id
  if (description) optional.description = description
  if (md5) optional.md5 = md5
  if (disposition) optional.disposition = disposition
  if (language.length > 0) optional.language = language
  if (location) optional.location = location
  return optional
}
