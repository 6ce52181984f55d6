import { isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import { toBuffer } from '#lib/base/bytes.ts'
import { decodeIso2022Jp } from './iso-2022-jp.ts'

export interface DecodedText {
  readonly text: string
  /** False when the charset is unknown and the text a guess. */
  readonly known: boolean
}

/** What mail means by a name, where that is not what the table of charsets says. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['', 'ascii'],
  ['us-ascii', 'ascii'],
  ['ansi_x3.4-1968', 'ascii'],
  ['unknown-8bit', 'ascii'],
  ['x-unknown', 'ascii'],
  ['iso-8859-1', 'cp1252'],
  ['latin1', 'cp1252'],
  ['shift_jis', 'cp932'],
  ['shift-jis', 'cp932'],
  ['sjis', 'cp932'],
  ['ms_kanji', 'cp932'],
  ['windows-31j', 'cp932'],
  ['gb2312', 'gb18030'],
  ['gbk', 'gb18030'],
  ['iso-8859-8-i', 'iso-8859-8'],
  ['unicode-1-1-utf-7', 'utf-7'],
  ['unicode-1-1-utf-8', 'utf-8'],
])

const JAPANESE = /^(?:iso-2022-jp|csiso2022jp|cp5022[0-2]|jis7?$)/
/** Reading it takes a microsecond per byte, and nobody writes it any more. */
const UTF7_BYTES_MAX = 256 * 1024
/** Names of encodings that are no charsets. */
const NO_CHARSET = /^(?:base64|hex|binary|internal)/

/**
 * Reads text in the charset of that name. Never fails: what the charset does not have becomes U+FFFD, and
 * an unknown charset is read as UTF-8 where that fits, else as latin1.
 */
export function decodeText(bytes: Uint8Array, charset: string): DecodedText {
  const buffer = toBuffer(bytes)
  const name = charset.trim().toLowerCase()
  const meaning = MEANINGS.get(name) ?? name
  if (meaning === 'ascii') return { text: guess(buffer), known: true }
  if (JAPANESE.test(meaning)) return { text: decodeJapanese(buffer), known: true }
  if (meaning === 'utf-8' || meaning === 'utf8') {
    return { text: buffer.toString('utf8').replace(/^\uFEFF/, ''), known: true }
  }
  for (const encoding of [meaning, meaning.replace(/^x-/, '')]) {
    if (NO_CHARSET.test(encoding) || !iconv.encodingExists(encoding)) continue
    const readable = /utf-?7/.test(encoding) ? buffer.subarray(0, UTF7_BYTES_MAX) : buffer
    return { text: iconv.decode(readable, encoding), known: true }
  }
  return { text: guess(buffer), known: false }
}

function guess(buffer: Buffer): string {
  return buffer.toString(isUtf8(buffer) ? 'utf8' : 'latin1')
}

/** Labelled ISO-2022-JP, but in UTF-8: seen since mailers changed the one without the other. */
function decodeJapanese(buffer: Buffer): string {
  return !buffer.includes(0x1b) && isUtf8(buffer)
    ? buffer.toString('utf8')
    : decodeIso2022Jp(buffer)
}
