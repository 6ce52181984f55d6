/** A moment, and the zone that it was written in. */
export interface MailDate {
  /** Milliseconds since 1970. */
  readonly time: number
  /** Minutes east of UTC. */
  readonly zoneMinutes: number
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Zones by name, in hours. All others are as good as unknown. RFC 5322 §4.3 */
const ZONES: ReadonlyMap<string, number> = new Map([
  ['EDT', -4],
  ['EST', -5],
  ['CDT', -5],
  ['CST', -6],
  ['MDT', -6],
  ['MST', -7],
  ['PDT', -7],
  ['PST', -8],
  ['JST', 9],
])

const CHARACTERS_MAX = 200
const TIME = '(\\d{1,2}) ?[:.] ?(\\d{2})(?: ?[:.] ?(\\d{2})(?:[.,]\\d+)?)?'
const ZONE = '(?: ?([+-]\\d{2}:?\\d{2}|[A-Za-z]{1,5})\\b)?'
const DAY = '(?:[A-Za-z]+ ?[,.]? ?)??'
/** `Sun, 22 Nov 2026 11:05:40 +0900`, and with dashes. RFC 5322 §3.3 */
const STANDARD = new RegExp(
  `^${DAY}(\\d{1,2})\\.?[ -]?([A-Za-z]{3,9})\\.?[ -]?,?(\\d{2,4})(?:,? ${TIME}${ZONE})?`,
)
/** `Sun Nov 22 11:05:40 2026`, as ctime writes it. */
const CTIME = new RegExp(`^${DAY}([A-Za-z]{3,9}) (\\d{1,2}),? ${TIME}${ZONE} (\\d{4})${ZONE}`)
/** `2026-11-22T11:05:40+09:00` */
const ISO = new RegExp(`^(\\d{4})-(\\d{2})-(\\d{2})(?:[T ]${TIME}${ZONE})?`)

/**
 * Reads the value of a Date field, the forms that RFC 5322 calls obsolete and two that it never knew.
 * Undefined when there is no date in it. The day of the week is not looked at: some get it wrong.
 *
 * RFC 5322 §3.3, §4.3
 */
export function parseDate(text: string): MailDate | undefined {
  const plain = text
    .slice(0, CHARACTERS_MAX)
    .replace(/\([^()]*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  let found = STANDARD.exec(plain)
  if (found) {
    const [, day, month, year, hour, minute, second, zone] = found
    return toDate({ year, month: monthNumber(month), day }, { hour, minute, second, zone })
  }
  found = CTIME.exec(plain)
  if (found) {
    const [, month, day, hour, minute, second, before, year, after] = found
    const zone = before ?? after
    return toDate({ year, month: monthNumber(month), day }, { hour, minute, second, zone })
  }
  found = ISO.exec(plain)
  if (!found) return undefined
  const [, year, month, day, hour, minute, second, zone] = found
  return toDate({ year, month: Number(month), day }, { hour, minute, second, zone })
}

/** The day as it was written, as milliseconds of its midnight in UTC: for searches that ignore zones. */
export function dayOf({ time, zoneMinutes }: MailDate): number {
  const local = time + zoneMinutes * 60_000
  return local - (((local % 86_400_000) + 86_400_000) % 86_400_000)
}

/** A date as Date and Received fields have it. RFC 5322 §3.3 */
export function formatDate(time: number, zoneMinutes = 0): string {
  const date = new Date(time + zoneMinutes * 60_000)
  const day = `${DAYS[date.getUTCDay()]}, ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`
  const zone = Math.abs(zoneMinutes)
  const sign = zoneMinutes < 0 ? '-' : '+'
  const offset = `${sign}${twoDigits(Math.floor(zone / 60))}${twoDigits(zone % 60)}`
  return `${day} ${date.getUTCFullYear()} ${date.toISOString().slice(11, 19)} ${offset}`
}

type Written<T extends string> = { readonly [part in T]: string | undefined }

function toDate(
  { year, month, day }: Written<'year' | 'day'> & { readonly month: number },
  { hour, minute, second, zone }: Written<'hour' | 'minute' | 'second' | 'zone'>,
): MailDate | undefined {
  const days = Number(day)
  const hours = Number(hour ?? 0)
  const minutes = Number(minute ?? 0)
  // 60 is a leap second.
  const seconds = Number(second ?? 0)
  const date = new Date(0)
  date.setUTCFullYear(fullYear(year ?? ''), month - 1, days)
  const there = date.getUTCMonth() === month - 1 && date.getUTCDate() === days
  if (!there || hours > 23 || minutes > 59 || seconds > 60) return undefined
  const zoneMinutes = parseZone(zone)
  date.setUTCHours(hours, minutes - zoneMinutes, seconds)
  return { time: date.getTime(), zoneMinutes }
}

/** Years of two and three digits. RFC 5322 §4.3 */
function fullYear(text: string): number {
  const year = Number(text)
  if (text.length === 2) return year < 50 ? 2000 + year : 1900 + year
  return text.length === 3 ? 1900 + year : year
}

function monthNumber(name = ''): number {
  const start = name.slice(0, 3).toLowerCase()
  return MONTHS.findIndex((month) => month.toLowerCase() === start) + 1
}

function parseZone(zone = ''): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? []
  if (sign === undefined) return (ZONES.get(zone.toUpperCase()) ?? 0) * 60
  if (Number(hours) > 23 || Number(minutes) > 59) return 0
  const offset = Number(hours) * 60 + Number(minutes)
  return sign === '-' ? 0 - offset : offset
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0')
}
