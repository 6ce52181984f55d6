/** Writes what mails of our own consist of: fields and bodies that any server can pass on. RFC 2045, 2047, 5322 */

const LINE_CHARACTERS = 76
/** A word without a blank in it is cut here: the line must stay below 998 octets. RFC 5322 §2.1.1 */
const WORD_CHARACTERS_MAX = 900
/** Octets of an encoded word in base64, so that the word has at most 75 characters. RFC 2047 §2 */
const ENCODED_OCTETS = 45

// biome-ignore lint/suspicious/noControlCharactersInRegex: they must not get into a header
const CONTROLS = /[\x00-\x1f\x7f-\x9f\u2028\u2029]+/g

/** Free of line breaks and everything else that could end a field, whoever chose the text. */
export function toSafeText(text: string): string {
  return text.toWellFormed().replace(CONTROLS, ' ').trim()
}

/** The same in ASCII: what is not becomes a question mark. */
export function toSafeAscii(text: string): string {
  return toSafeText(text).replace(/[^ -~]/gu, '?')
}

/** A field of unstructured text, folded, with its last CRLF; a line break in the text is a blank. RFC 5322 §2.2.3 */
export function formatField(name: string, text: string): string {
  const words = toSafeText(text).split(/ +/).flatMap(cutWord)
  let line = `${name}:`
  let folded = ''
  for (const word of words) {
    const begun = line !== `${name}:`
    if (begun && line.length + 1 + word.length > LINE_CHARACTERS) {
      folded += `${line}\r\n`
      line = ''
    }
    line += ` ${word}`
  }
  return `${folded}${line}\r\n`
}

/** The same for text of any language, as encoded words. RFC 2047 §2 */
export function formatEncodedField(name: string, text: string): string {
  const safe = toSafeText(text)
  return formatField(name, /^[ -~]*$/.test(safe) && !safe.includes('=?') ? safe : encodeWords(safe))
}

/** A body in base64, with CRLFs. RFC 2045 §6.8 */
export function toBase64Body(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('base64')
  return text.replace(/.{1,76}/g, '$&\r\n')
}

/** A body in quoted-printable; its CRLFs and LFs stay line breaks. RFC 2045 §6.7 */
export function toQuotedPrintableBody(bytes: Uint8Array): string {
  const lines = Buffer.from(bytes).toString('latin1').split(/\r?\n/)
  return lines.map(quoteLine).join('\r\n')
}

function quoteLine(line: string): string {
  const quoted = line.replace(/[^ -<>-~\t]|[ \t]$/g, (character) => {
    return `=${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  })
  // A soft break goes between two octets, never into an escape; 75 leaves room for its own sign.
  const pieces = quoted.match(/(?:=[0-9A-F]{2}|[^=]){1,24}/g) ?? ['']
  return pieces.join('=\r\n')
}

function cutWord(word: string): string[] {
  const pieces: string[] = []
  for (let at = 0; at < word.length; at += WORD_CHARACTERS_MAX) {
    pieces.push(word.slice(at, at + WORD_CHARACTERS_MAX))
  }
  return pieces
}

/** Cut between characters: each word must be readable by itself. RFC 2047 §5 */
function encodeWords(text: string): string {
  const words: string[] = []
  let octets = Buffer.alloc(0)
  for (const character of text) {
    const next = Buffer.concat([octets, Buffer.from(character)])
    if (next.length > ENCODED_OCTETS) {
      words.push(octets.toString('base64'))
      octets = Buffer.from(character)
    } else octets = next
  }
  words.push(octets.toString('base64'))
  return words.map((word) => `=?UTF-8?B?${word}?=`).join(' ')
}
