import { decodeText } from './charset.ts'
import { decodeIso2022Jp } from './iso-2022-jp.ts'

/** Spaces inside are wrong, and seen. The charset may be followed by a language. RFC 2231 §5 */
const WORD = /=\?([^?*\s]+)(?:\*[^?\s]*)?\?([bq])\?([^?]*)\?=/gi

// biome-ignore lint/suspicious/noControlCharactersInRegex: ISO-2022-JP switches by ESC
const RAW_JAPANESE = /^[\x00-\xff]*\x1b\$[\x00-\xff]*$/

/** Encoded words in a row, whose bytes belong together. */
interface Run {
  readonly charset: string
  readonly chunks: Buffer[]
}

/**
 * The text of a header value for people to read and search: encoded words decoded, and ISO-2022-JP that
 * nobody encoded. Words in a row and in one charset are decoded as one, since many mailers cut in the
 * middle of a character or before switching back to ASCII. What is no encoded word stays.
 *
 * RFC 2047 §6.2
 */
export function decodeHeaderText(value: string): string {
  const text = RAW_JAPANESE.test(value) ? decodeIso2022Jp(Buffer.from(value, 'latin1')) : value
  if (!text.includes('=?')) return text
  let decoded = ''
  let end = 0
  let run: Run | undefined
  for (const match of text.matchAll(WORD)) {
    const [word, name = '', encoding = '', content = ''] = match
    const between = text.slice(end, match.index)
    end = match.index + word.length
    const charset = name.toLowerCase()
    const joins = run !== undefined && /^\s*$/.test(between)
    if (!run || !joins || run.charset !== charset) {
      decoded += finish(run) + (joins ? '' : between)
      run = { charset, chunks: [] }
    }
    run.chunks.push(
      encoding.toLowerCase() === 'b' ? Buffer.from(content, 'base64') : decodeQ(content),
    )
  }
  return decoded + finish(run) + text.slice(end)
}

function finish(run: Run | undefined): string {
  return run ? decodeText(Buffer.concat(run.chunks), run.charset).text : ''
}

/** RFC 2047 §4.2 */
function decodeQ(content: string): Buffer {
  const bytes = content
    .replaceAll('_', ' ')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
  return Buffer.from(bytes, 'latin1')
}
