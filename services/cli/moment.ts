/** Points in time as people write and read them. */

import { type Given, UsageError } from './command.ts'

const UNITS_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/**
 * Milliseconds since 1970 of `2h` (so long ago; s, m, h, d), `2026-11-22`, `2026-11-22T10:15` (our time zone) or any
 * other ISO 8601 date.
 *
 * @throws {UsageError}
 */
export function parseMoment(text: string, now: number): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? []
  if (unit !== undefined) return now - Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS]
  // A date alone would be taken for UTC.
  const moment = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text)
  if (!Number.isNaN(moment)) return moment
  throw new UsageError(`'${text}' is no time such as 2h, 2026-11-22 or 2026-11-22T10:15`)
}

/** That of an option; 0 when it was not given. @throws {UsageError} */
export function momentOf(given: Given, option: string, now: number): number {
  const text = given.text(option)
  return text === undefined ? 0 : parseMoment(text, now)
}

/** `2026-11-22 10:15:03` in our time zone; `-` of 0. */
export function formatMoment(ms: number): string {
  if (ms === 0) return '-'
  const date = new Date(ms)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  return `${day} ${time}`
}

/** `45s`, `12m`, `3h`, `2d`: the largest unit of which there is one. */
export function formatSpan(ms: number): string {
  const sign = ms < 0 ? '-' : ''
  const span = Math.abs(ms)
  const [unit, size] = (['d', 'h', 'm'] as const)
    .map((name) => [name, UNITS_MS[name]] as const)
    .find(([, length]) => span >= length) ?? ['s', 1000]
  return `${sign}${Math.floor(span / size)}${unit}`
}
