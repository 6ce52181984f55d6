import { decodeText } from './charset.ts'
import { decodeContent } from './content-transfer-decoding.ts'
import { findParameter } from './content-type.ts'
import { decodeHeaderText } from './encoded-word.ts'
import { parseHeader } from './header.ts'
import type { ByteRange } from './section.ts'
import type { Part } from './structure.ts'

/**
 * The form in which texts are compared: neither case nor width counts, so that `ﾃｽﾄ` finds `テスト` and
 * `STRASSE` finds `Straße`. A text is found in another when its folded form is in the other's.
 *
 * RFC 5051 §2, RFC 9051 §6.4.4
 */
export function foldText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII begins with them
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase()
  const folded = text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
  // A sigma at the end of a word is the same letter as one within.
  return folded.replaceAll('ς', 'σ')
}

/** Of a header within, more is not looked into. */
const HEADER_BYTES_MAX = 512 * 1024

/** One or more texts of a message: where their bytes lie, and what they say. */
export interface TextPlace extends ByteRange {
  read(bytes: Uint8Array): Iterable<string>
}

/**
 * The texts of a message that SEARCH BODY looks into, one at a time, decoded but not folded: its text
 * parts, and the headers of messages within. Of each no more than `bytesMax` are read.
 */
export function* findTexts(part: Part, bytesMax: number): Generator<TextPlace, void, undefined> {
  for (const child of part.parts) yield* findTexts(child, bytesMax)
  if (part.message) {
    const { structure } = part.message
    const { headerStart: start, bodyStart } = structure
    yield { start, end: Math.min(bodyStart, start + HEADER_BYTES_MAX), read: readFields }
    yield* findTexts(structure, bytesMax)
  }
  if (part.type === 'text') {
    const { bodyStart: start, encoding } = part
    const charset = findParameter(part.parameters, 'charset') ?? 'us-ascii'
    const end = Math.min(part.end, start + encodedBytesMax(encoding, bytesMax))
    const read = (bytes: Uint8Array) => [
      decodeText(decodeContent(bytes, encoding, bytesMax), charset).text,
    ]
    yield { start, end, read }
  }
}

/** The same texts of a message whose bytes are all there. */
export function* readTexts(
  bytes: Uint8Array,
  part: Part,
  bytesMax: number,
): Generator<string, void, undefined> {
  for (const { start, end, read } of findTexts(part, bytesMax)) {
    yield* read(bytes.subarray(start, end))
  }
}

function* readFields(header: Uint8Array): Generator<string, void, undefined> {
  for (const { name, value } of parseHeader(header).fields) {
    yield `${name}: ${decodeHeaderText(value)}`
  }
}

/** Bytes that suffice for so many once they are decoded, with line ends and some rubbish in between. */
function encodedBytesMax(encoding: string, bytesMax: number): number {
  if (encoding === 'base64') return 2 * bytesMax + 4
  return encoding === 'quoted-printable' ? 4 * bytesMax : bytesMax
}
