import { Buffer } from 'node:buffer'
import type { Section } from './fetch-attribute.ts'

const LF = 10
const SPACE = 32
const TAB = 9

/**
 * Picks the named fields out of a header, or all others for HEADER.FIELDS.NOT: byte for byte, in the
 * message's order, with the empty line at the end.
 *
 * RFC 9051 §6.4.5.1
 */
export function pickHeaderFields(header: Uint8Array, section: Section): Buffer {
  const names = new Set(section.fields.map((field) => field.toLowerCase()))
  const wanted = section.text === 'HEADER.FIELDS'
  const bytes = Buffer.from(header.buffer, header.byteOffset, header.byteLength)
  const picked: Uint8Array[] = []
  let ending: Buffer = Buffer.of(13, 10)
  for (const field of fields(bytes)) {
    const name = fieldName(field)
    if (name === undefined) {
      if (/^\r?\n$/.test(field.toString('latin1', 0, 3))) ending = field
    } else if (names.has(name) === wanted) {
      picked.push(field)
    }
  }
  return Buffer.concat([...picked, ending])
}

/** Cuts a header into its fields, each with its folded lines; what is no field comes by itself. */
function* fields(header: Buffer): Generator<Buffer> {
  let start = 0
  while (start < header.length) {
    let end = lineEnd(header, start)
    while (header[end] === SPACE || header[end] === TAB) end = lineEnd(header, end)
    yield header.subarray(start, end)
    start = end
  }
}

function lineEnd(header: Buffer, from: number): number {
  const found = header.indexOf(LF, from)
  return found < 0 ? header.length : found + 1
}

function fieldName(field: Buffer): string | undefined {
  const colon = field.subarray(0, 1000).indexOf(':')
  if (colon <= 0) return undefined
  const name = field.toString('latin1', 0, colon).trimEnd()
  return /^[\x21-\x7e]+$/.test(name) ? name.toLowerCase() : undefined
}
