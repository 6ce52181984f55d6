import { Fault } from '#lib/base/fault.ts'

const PATTERN_LENGTH_MAX = 500

/**
 * Makes a test for names from a LIST pattern: `*` stands for anything, `%` for anything but the
 * hierarchy separator. INBOX matches in any case.
 *
 * The time is bounded by the product of the lengths: a regular expression would take for ever on
 * `*a*a*a*a*a*b`.
 *
 * RFC 9051 §6.3.9
 *
 * @throws {Fault} invalid
 */
export function listPattern(pattern: string, separator = '/'): (name: string) => boolean {
  if (pattern.length > PATTERN_LENGTH_MAX) throw new Fault('invalid', 'Pattern too long')
  const simple = pattern.replaceAll(/[*%]+/g, (run) => (run.includes('*') ? '*' : '%'))
  const inbox = simple.toUpperCase()
  return (name) =>
    matches(simple, name, separator) || (name === 'INBOX' && matches(inbox, name, separator))
}

/** Walks the name once, with every place of the pattern that it could be at. */
function matches(pattern: string, name: string, separator: string): boolean {
  let places = new Uint8Array(pattern.length + 2)
  places[0] = 1
  for (let at = 0; at < name.length; at++) {
    const character = name.charAt(at)
    const next = new Uint8Array(pattern.length + 2)
    for (let place = 0; place < pattern.length; place++) {
      if (places[place] !== 1) continue
      const sign = pattern.charAt(place)
      const wild = sign === '*' || sign === '%'
      // A wildcard may stand for nothing: the place after it is reached with it.
      if (wild) places[place + 1] = 1
      if (sign === '*' || (sign === '%' && character !== separator)) next[place] = 1
      if (!wild && sign === character) next[place + 1] = 1
    }
    places = next
  }
  const last = pattern.charAt(pattern.length - 1)
  const endsWild = last === '*' || last === '%'
  return places[pattern.length] === 1 || (endsWild && places[pattern.length - 1] === 1)
}
