import { decodeText } from './charset.ts'
import { findParameter, type Parameter } from './content-type.ts'
import { decodeHeaderText } from './encoded-word.ts'

const SECTIONS_MAX = 100

/**
 * The value of a parameter for people to read, its name given in lower case: of `name*`, of `name*0`,
 * `name*1` and so on, or of plain `name`, in which encoded words, though forbidden, are decoded.
 *
 * RFC 2231 §3, §4
 */
export function decodeParameter(
  parameters: readonly Parameter[],
  name: string,
): string | undefined {
  const whole = findParameter(parameters, `${name}*`)
  if (whole !== undefined) return decodeSections([{ value: whole, encoded: true }])
  const sections: Section[] = []
  for (let i = 0; i < SECTIONS_MAX; i++) {
    const plain = findParameter(parameters, `${name}*${i}`)
    const value = plain ?? findParameter(parameters, `${name}*${i}*`)
    if (value === undefined) break
    sections.push({ value, encoded: plain === undefined })
  }
  if (sections.length > 0) return decodeSections(sections)
  const value = findParameter(parameters, name)
  return value === undefined ? undefined : decodeHeaderText(value)
}

interface Section {
  readonly value: string
  readonly encoded: boolean
}

/** Joins the bytes before decoding them: a cut may lie within a character. */
function decodeSections(sections: readonly Section[]): string {
  let charset = 'utf-8'
  const chunks = sections.map(({ value, encoded }, i) => {
    if (!encoded) return Buffer.from(value, 'utf8')
    const [, name, text = value] = (i === 0 && /^([^']*)'[^']*'(.*)$/s.exec(value)) || []
    if (name) charset = name
    return decodePercent(text)
  })
  return decodeText(Buffer.concat(chunks), charset).text
}

function decodePercent(text: string): Buffer {
  const chunks = text.split(/((?:%[0-9A-Fa-f]{2})+)/).map((piece, i) => {
    return i % 2 === 1 ? Buffer.from(piece.replaceAll('%', ''), 'hex') : Buffer.from(piece, 'utf8')
  })
  return Buffer.concat(chunks)
}
