import { Fault } from '#lib/base/fault.ts'

const UNITS = ['', 'k', 'M', 'G', 'T'] as const

/**
 * Reads `5G`, `500M`, `1048576`; `0`, `off` and `none` are 0, no limit. A unit is 1,024 of the one before.
 *
 * @throws {Fault} invalid
 */
export function parseQuota(text: string): number {
  if (/^(off|none)$/i.test(text)) return 0
  const match = /^([0-9]+(?:\.[0-9]+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text)
  const power = UNITS.findIndex((unit) => unit.toLowerCase() === match?.[2]?.toLowerCase())
  const bytes = Math.round(Number(match?.[1]) * 1024 ** power)
  if (match && Number.isSafeInteger(bytes)) return bytes
  throw new Fault('invalid', `'${text}' is not a quota (such as 5G, 500M or off)`)
}

/** The largest unit that says it without a fraction; 0 is `-`. */
export function formatQuota(bytes: number): string {
  if (bytes === 0) return '-'
  let power = 0
  while (power < UNITS.length - 1 && bytes % 1024 ** (power + 1) === 0) power++
  return `${bytes / 1024 ** power}${UNITS[power]}`
}
