import { Fault } from '#lib/base/fault.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DAY_MS = 86_400_000
const DATE = /^([0-9]{1,2})-([A-Za-z]{3})-([0-9]{4})$/
const DATE_TIME =
  /^([ 0-9][0-9]-[A-Za-z]{3}-[0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) ([+-])([0-9]{2})([0-9]{2})$/

/** A moment as INTERNALDATE, without quotes: ` 7-Feb-1994 22:43:04 +0000`. RFC 9051 §9, rule date-time */
export function formatDateTime(ms: number): string {
  // A Date far out of range has no fields; 1970 is better than no answer to a FETCH.
  const date = new Date(Math.abs(ms) <= 8.64e15 ? ms : 0)
  const [, time = ''] = /T(.{8})/.exec(date.toISOString()) ?? []
  const day = `${date.getUTCDate()}`.padStart(2, ' ')
  const year = `${Math.min(9999, Math.max(0, date.getUTCFullYear()))}`.padStart(4, '0')
  return `${day}-${MONTHS[date.getUTCMonth()]}-${year} ${time} +0000`
}

/**
 * Reads the date-time of APPEND as milliseconds since 1970. RFC 9051 §9, rule date-time
 *
 * @throws {Fault} invalid
 */
export function parseDateTime(text: string): number {
  const [, date = '', hours, minutes, seconds, sign, zoneHours, zoneMinutes] =
    DATE_TIME.exec(text) ?? []
  const [hour, minute, second] = [Number(hours), Number(minutes), Number(seconds)]
  if (!(hour < 24 && minute < 60 && second <= 60)) throw new Fault('invalid', 'Bad date-time')
  const zone = (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? -60 : 60)
  const inDay = hour * 3600 + minute * 60 + second - zone
  return parseDay(date.trimStart()) * DAY_MS + inDay * 1000
}

/**
 * Reads a date of SEARCH, such as `1-Feb-1994`, as days since 1970. RFC 9051 §9, rule date-text
 *
 * @throws {Fault} invalid
 */
export function parseDay(text: string): number {
  const [, day, name = '', year] = DATE.exec(text) ?? []
  const month = MONTHS.findIndex((known) => known.toLowerCase() === name.toLowerCase())
  const date = new Date(0)
  date.setUTCFullYear(Number(year), month, Number(day))
  if (month < 0 || date.getUTCDate() !== Number(day)) throw new Fault('invalid', 'Bad date')
  return date.getTime() / DAY_MS
}
