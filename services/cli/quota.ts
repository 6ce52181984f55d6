/** Quotas as people write them, on the command line and in lists. */

import { Fault } from '#lib/base/fault.ts'
import type { Given } from './command.ts'
import type { Column } from './output.ts'

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

/** About so much, in the unit that is read best. */
export function formatSize(bytes: number): string {
  let power = 0
  while (power < UNITS.length - 1 && bytes >= 1024 ** (power + 1)) power++
  return `${Number((bytes / 1024 ** power).toPrecision(3))}${UNITS[power]}`
}

/**
 * Reads `100000`, `100k`, `2M`; `0`, `off` and `none` are 0, no limit. A unit is 1,000 of the one before.
 *
 * @throws {Fault} invalid
 */
export function parseMessageQuota(text: string): number {
  if (/^(off|none)$/i.test(text)) return 0
  const match = /^([0-9]+)([km]?)$/i.exec(text)
  const messages =
    Number(match?.[1]) * 1000 ** ['', 'k', 'm'].indexOf(match?.[2]?.toLowerCase() ?? '')
  if (match && Number.isSafeInteger(messages)) return messages
  throw new Fault('invalid', `'${text}' is not a number of messages (such as 100000 or off)`)
}

/** The options that set quotas. */
export const QUOTA_OPTIONS = {
  quota: {
    type: 'string',
    value: 'SIZE',
    help: 'What it may hold: 5G, 500M; 0 or off for no limit',
  },
  'quota-messages': {
    type: 'string',
    value: 'NUMBER',
    help: 'How many messages: 100000; 0 or off for no limit',
  },
} as const

/** What the options say. @throws {Fault} invalid */
export function givenQuotas(given: Given): { quotaBytes?: number; quotaMessages?: number } {
  const [bytes, messages] = [given.text('quota'), given.text('quota-messages')]
  return {
    ...(bytes !== undefined && { quotaBytes: parseQuota(bytes) }),
    ...(messages !== undefined && { quotaMessages: parseMessageQuota(messages) }),
  }
}

/** How lists and pages show them. */
export const QUOTA_COLUMNS: readonly Column<{
  readonly quotaBytes?: number
  readonly quotaMessages?: number
}>[] = [
  {
    key: 'quotaBytes',
    title: 'QUOTA',
    text: ({ quotaBytes = 0 }) => formatQuota(quotaBytes),
    value: ({ quotaBytes = 0 }) => quotaBytes,
  },
  {
    key: 'quotaMessages',
    title: 'MAX MESSAGES',
    text: ({ quotaMessages = 0 }) => (quotaMessages === 0 ? '-' : String(quotaMessages)),
    value: ({ quotaMessages = 0 }) => quotaMessages,
  },
]
