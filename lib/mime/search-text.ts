import { decodeText } from './charset.ts'
import { decodeContent } from './content-transfer-decoding.ts'
import { findParameter } from './content-type.ts'
import { decodeHeaderText } from './encoded-word.ts'
import { parseHeader } from './header.ts'
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

/**
 * The texts of a message that SEARCH BODY looks into, one at a time, decoded but not folded: its text
 * parts, and the headers of messages within. Of each no more than `bytesMax` are read.
 */
export function* readTexts(
  bytes: Uint8Array,
  part: Part,
  bytesMax: number,
): Generator<string, void, undefined> {
  for (const child of part.parts) yield* readTexts(bytes, child, bytesMax)
  if (part.message) {
    const { structure } = part.message
    const header = bytes.subarray(structure.headerStart, structure.bodyStart)
    for (const { name, value } of parseHeader(header).fields) {
      yield `${name}: ${decodeHeaderText(value)}`
    }
    yield* readTexts(bytes, structure, bytesMax)
  }
  if (part.type === 'text') {
    const body = bytes.subarray(part.bodyStart, part.end)
    const charset = findParameter(part.parameters, 'charset') ?? 'us-ascii'
    yield decodeText(decodeContent(body, part.encoding, bytesMax), charset).text
  }
}
