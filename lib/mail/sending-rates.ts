/** How much somebody may send, and which of the limits is in the way. Who counts, and where, is the matter of others. */

import { type Amount, type Bucket, DAY, fitsAt, HOUR, type Window } from './rate-window.ts'

/** Limits of what may be sent; 0: none. */
export interface Rates {
  readonly messagesPerHour: number
  readonly messagesPerDay: number
  readonly recipientsPerHour: number
  readonly recipientsPerDay: number
}

/** Somebody whose mails are counted. */
export interface Sending {
  /** `account <id>` or `tenant <id>`. */
  readonly key: string
  readonly rates: Rates
}

/** What was sent of late. A type, so that it fits the values of a document. */
export type Sent = {
  readonly hour: readonly Bucket[]
  readonly day: readonly Bucket[]
}

/** The limit that a mail does not fit into. */
export interface Exceeded {
  /** Of the Sending. */
  readonly key: string
  readonly what: keyof Amount
  readonly window: Window['name']
  readonly limit: number
  /** When it fits, in milliseconds since 1970; undefined: never. */
  readonly fitsAt: number | undefined
}

const MINUTE_MS = 60_000

export function isLimited({ rates }: Sending): boolean {
  return Object.values(rates).some((limit) => limit > 0)
}

/** The limit that `amount` more would not fit into: of several the one that holds longest. */
export function findExceeded(
  { key, rates }: Sending,
  sent: Sent = { hour: [], day: [] },
  amount: Amount,
  now: number,
): Exceeded | undefined {
  const limits = [
    [HOUR, 'messages', rates.messagesPerHour],
    [HOUR, 'recipients', rates.recipientsPerHour],
    [DAY, 'messages', rates.messagesPerDay],
    [DAY, 'recipients', rates.recipientsPerDay],
  ] as const
  const exceeded = limits
    .filter(([, , limit]) => limit > 0)
    .map(([window, what, limit]) => {
      const asked = { what, limit, more: amount[what] }
      const fits = fitsAt(sent[window.name], window, now, asked)
      return { key, what, window: window.name, limit, fitsAt: fits }
    })
    .filter(({ fitsAt }) => fitsAt !== now)
  // Whoever comes again when it fits is not told of the next.
  return exceeded.sort((a, b) => lastsTo(b) - lastsTo(a))[0]
}

function lastsTo({ fitsAt }: Exceeded): number {
  return fitsAt ?? Number.MAX_SAFE_INTEGER
}

/** For who is told to come again: "5 minutes", "3 hours". */
export function formatWait(ms: number): string {
  const minutes = Math.max(1, Math.ceil(ms / MINUTE_MS))
  if (minutes === 1) return '1 minute'
  return minutes < 120 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`
}
