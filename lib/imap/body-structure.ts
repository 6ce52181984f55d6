import type { Parameter } from '#lib/mime/content-type.ts'
import type { Part } from '#lib/mime/structure.ts'
import { formatEnvelope } from './envelope.ts'
import { formatNString, formatString } from './text.ts'

/** The grammar has no multipart without parts, though such mail is sent: it gets an empty one. */
const EMPTY_PART = '("text" "plain" NIL NIL NIL "7bit" 0 0)'

/** Writes the value of BODYSTRUCTURE, or of BODY when `extended` is false. RFC 9051 §7.5.2 */
export function formatBodyStructure(part: Part, extended: boolean): string {
  const words = part.type === 'multipart' ? multipart(part, extended) : single(part, extended)
  return `(${words.join(' ')})`
}

function multipart(part: Part, extended: boolean): string[] {
  const parts = part.parts.map((child) => formatBodyStructure(child, extended)).join('')
  const words = [parts === '' ? EMPTY_PART : parts, formatString(part.subtype)]
  if (extended) words.push(formatParameters(part.parameters), ...dispositionAndMore(part))
  return words
}

function single(part: Part, extended: boolean): string[] {
  const words = [
    formatString(part.type),
    formatString(part.subtype),
    formatParameters(part.parameters),
    formatNString(part.id),
    formatNString(part.description),
    formatString(part.encoding),
    `${part.end - part.bodyStart}`,
  ]
  const isMessage = part.type === 'message' && part.subtype === 'rfc822'
  if (isMessage && part.message !== undefined) {
    const { envelope, structure } = part.message
    words.push(formatEnvelope(envelope), formatBodyStructure(structure, extended), `${part.lines}`)
  } else if (isMessage) {
    words.push('(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)', EMPTY_PART, `${part.lines}`)
  } else if (part.type === 'text') {
    words.push(`${part.lines}`)
  }
  if (extended) words.push(formatNString(part.md5), ...dispositionAndMore(part))
  return words
}

function dispositionAndMore({ disposition, language, location }: Part): string[] {
  return [
    disposition === undefined
      ? 'NIL'
      : `(${formatString(disposition.type)} ${formatParameters(disposition.parameters)})`,
    formatLanguages(language ?? []),
    formatNString(location),
  ]
}

function formatLanguages(languages: readonly string[]): string {
  const [first, ...more] = languages
  if (first === undefined) return 'NIL'
  return more.length === 0 ? formatString(first) : `(${languages.map(formatString).join(' ')})`
}

function formatParameters(parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return 'NIL'
  const pairs = parameters.map(([name, value]) => `${formatString(name)} ${formatString(value)}`)
  return `(${pairs.join(' ')})`
}
