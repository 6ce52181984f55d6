import { Fault } from '#lib/base/fault.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: a decoded value must not hold any
const CONTROL = /[\x00-\x1f\x7f]/

/**
 * Reads xtext: printable ASCII in which `+3D` stands for `=`.
 *
 * RFC 3461 §4
 *
 * @throws {Fault} invalid
 */
export function parseXtext(text: string): string {
  if (!/^(?:[!-*,-<>-~]|\+[0-9A-F]{2})*$/.test(text)) throw new Fault('invalid', 'Bad xtext')
  const bytes = text.replace(/\+([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  const decoded = Buffer.from(bytes, 'latin1').toString('utf8')
  if (CONTROL.test(decoded)) throw new Fault('invalid', 'Bad xtext')
  return decoded
}

/** Writes text as xtext; the inverse of `parseXtext`. RFC 3461 §4 */
export function formatXtext(text: string): string {
  return Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(/[^!-*,-<>-~]/g, (character) => {
      const hex = character.charCodeAt(0).toString(16).toUpperCase()
      return `+${hex.padStart(2, '0')}`
    })
}
