/** The values of Content-Type, Content-Disposition and their like: a word, then parameters. */

/** A parameter; its name in lower case, its value as received, unquoted. */
export type Parameter = readonly [name: string, value: string]

export interface ContentType {
  readonly type: string
  readonly subtype: string
  readonly parameters: readonly Parameter[]
}

export interface Disposition {
  readonly type: string
  readonly parameters: readonly Parameter[]
}

const PARAMETERS_MAX = 100

const TYPE = /^\s*([^\s()<>@,;:\\"/[\]?=]+)\s*\/\s*([^\s()<>@,;:\\"/[\]?=]+)/
const TOKEN = /^\s*([^\s()<>@,;:\\"/[\]?=]+)/
/** Also one that is missing: `text/html charset=utf-8`. */
const SEPARATOR = /(?:[\s;]|\((?:[^()\\]|\\.)*\))*/y
const NAME = /([^\s=;"]+)\s*=\s*/y
const QUOTED = /"((?:[^"\\]+|\\.)*)"?/sy
const UNQUOTED = /[^\s;]*/y
/** `filename=The report.pdf` is wrong, and common. */
const UNQUOTED_NAME = /[^;]*/y

/**
 * Reads a Content-Type; undefined when it is not one, in which case RFC 2045 §5.2 has the part taken
 * for plain text. Type and subtype are given in lower case.
 */
export function parseContentType(value: string): ContentType | undefined {
  const [start, type = '', subtype = ''] = TYPE.exec(value) ?? []
  if (start === undefined) return undefined
  return {
    type: type.toLowerCase(),
    subtype: subtype.toLowerCase(),
    parameters: parseParameters(value, start.length),
  }
}

/** Reads a Content-Disposition; undefined when it is not one. RFC 2183 §2 */
export function parseDisposition(value: string): Disposition | undefined {
  const [start, type = ''] = TOKEN.exec(value) ?? []
  if (start === undefined) return undefined
  return { type: type.toLowerCase(), parameters: parseParameters(value, start.length) }
}

/** Reads the tags of a Content-Language. RFC 3282 §2 */
export function parseLanguages(value: string): string[] {
  return value
    .replace(/\([^()]*\)/g, ' ')
    .split(/[\s,]+/)
    .filter((tag) => /^[A-Za-z0-9-]{1,100}$/.test(tag))
    .slice(0, PARAMETERS_MAX)
}

/** The first word of a Content-Transfer-Encoding in lower case; `7bit` when there is none. */
export function parseEncoding(value: string): string {
  return (TOKEN.exec(value)?.[1] ?? '7bit').toLowerCase()
}

/** The value of a parameter, its name given in lower case. */
export function findParameter(parameters: readonly Parameter[], name: string): string | undefined {
  return parameters.find(([key]) => key === name)?.[1]
}

function parseParameters(text: string, from: number): Parameter[] {
  const parameters: Parameter[] = []
  let at = from
  const take = (expression: RegExp): RegExpExecArray | null => {
    expression.lastIndex = at
    const found = expression.exec(text)
    at += found?.[0].length ?? 0
    return found
  }
  while (parameters.length < PARAMETERS_MAX) {
    take(SEPARATOR)
    if (at >= text.length) break
    const name = take(NAME)?.[1]?.toLowerCase()
    if (name === undefined) {
      // Rubbish without a value: on to the next space or semicolon, past at least one character.
      at++
      take(UNQUOTED)
      continue
    }
    const quoted = take(QUOTED)?.[1]?.replace(/\\(.)/gs, '$1')
    const unquoted = /^(?:file)?name/.test(name) ? UNQUOTED_NAME : UNQUOTED
    parameters.push([name, quoted ?? take(unquoted)?.[0].trimEnd() ?? ''])
  }
  return parameters
}
