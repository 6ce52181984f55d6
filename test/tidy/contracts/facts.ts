/**
 * What a release promises to those that run beside it and come after it, as facts: a key, and what is so of it. Facts
 * of a release stay true in the next one; what is new adds facts.
 */

/** Of `field hikyaku.directory.Quota 1`: `scope, an ACCOUNT …`. */
export type Facts = ReadonlyMap<string, string>

/** Keys that are gone for a reason, or are new in spite of the rule: what is told about each. */
export type Reasons = Readonly<Record<string, string>>

/** What of the facts of the last release is not so any more, one line each. */
export function broken(before: Facts, now: Facts, withdrawn: Reasons = {}): string[] {
  const lines: string[] = []
  for (const [key, was] of before) {
    const is = now.get(key)
    if (is === was || Object.hasOwn(withdrawn, key)) continue
    if (is !== undefined) lines.push(`${key}: was ${was}, is ${is}`)
    else if (!isReserved(key, was, now)) lines.push(`${key}: is gone, was ${was}`)
  }
  return lines
}

/** Reasons for what is so no more, or never was: they would hide the next mistake. */
export function idle(before: Facts, now: Facts, reasons: Reasons): string[] {
  return Object.keys(reasons).filter(
    (key) => before.get(key) === now.get(key) && before.has(key) === now.has(key),
  )
}

/** A field or a value of a contract may go when its number and its name are never given to another. */
function isReserved(key: string, was: string, now: Facts): boolean {
  const found = /^(?:field|value) (\S+) (-?\d+)$/.exec(key)
  if (found === null) return false
  const [, type, number] = found
  const name = was.split(' ')[0]
  return now.has(`reserved ${type} ${number}`) && now.has(`reserved ${type} "${name}"`)
}
