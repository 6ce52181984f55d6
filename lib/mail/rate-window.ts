/**
 * Counting what was sent in the last hour and the last day: fixed buckets, summed. Pure.
 *
 * An hour is counted in buckets of 5 minutes, a day in buckets of an hour, and a bucket counts until its end is an
 * hour (a day) ago. So no hour ever sees more than the limit, and what was used comes back a little at a time.
 */

/** What was sent in one bucket. A type, so that it fits the values of a document. */
export type Bucket = {
  /** When it begins, in milliseconds since 1970. */
  readonly at: number
  readonly messages: number
  readonly recipients: number
}

export interface Window {
  readonly name: 'hour' | 'day'
  readonly spanMs: number
  readonly bucketMs: number
}

export type Amount = Pick<Bucket, 'messages' | 'recipients'>

export const HOUR: Window = { name: 'hour', spanMs: 3_600_000, bucketMs: 300_000 }
export const DAY: Window = { name: 'day', spanMs: 24 * 3_600_000, bucketMs: 3_600_000 }

/** The buckets that still count, oldest first. */
export function current(buckets: readonly Bucket[], window: Window, now: number): Bucket[] {
  return buckets.filter(({ at }) => freeAt(at, window) > now).sort((a, b) => a.at - b.at)
}

export function sum(buckets: readonly Bucket[], what: keyof Amount): number {
  return buckets.reduce((total, bucket) => total + bucket[what], 0)
}

/** The buckets that still count, with `amount` more in the one of now (or of `at`; less when negative). */
export function add(
  buckets: readonly Bucket[],
  window: Window,
  { now, at = now }: { readonly now: number; readonly at?: number },
  amount: Amount,
): Bucket[] {
  const begins = Math.floor(at / window.bucketMs) * window.bucketMs
  const old = buckets.find((bucket) => bucket.at === begins) ?? { messages: 0, recipients: 0 }
  const changed = {
    at: begins,
    messages: Math.max(0, old.messages + amount.messages),
    recipients: Math.max(0, old.recipients + amount.recipients),
  }
  const others = buckets.filter((bucket) => bucket.at !== begins)
  const empty = changed.messages === 0 && changed.recipients === 0
  return current(empty ? others : [...others, changed], window, now)
}

/** When `more` fit below the limit, if nothing else is sent until then; undefined: never. */
export function fitsAt(
  buckets: readonly Bucket[],
  window: Window,
  now: number,
  { what, limit, more }: { what: keyof Amount; limit: number; more: number },
): number | undefined {
  if (more > limit) return undefined
  const counting = current(buckets, window, now)
  let used = sum(counting, what)
  if (used + more <= limit) return now
  for (const bucket of counting) {
    used -= bucket[what]
    if (used + more <= limit) return freeAt(bucket.at, window)
  }
  return undefined
}

function freeAt(at: number, { bucketMs, spanMs }: Window): number {
  return at + bucketMs + spanMs
}
