import { toBuffer } from './bytes.ts'
import type { Clock, Random } from './clock.ts'

/** Crockford's base32 in lower case: without i, l, o and u, which people misread. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const TIME_CHARACTERS = 10
const GROUP_BYTES = 5

/**
 * Makes an id of 26 characters: 48 bits of time, then 80 of chance. Ids sort by the millisecond they
 * were made in; within one millisecond, and between machines, in no order.
 */
export function newId(clock: Pick<Clock, 'now'>, random: Random): string {
  const chance = toBuffer(random(2 * GROUP_BYTES))
  const first = spell(chance.readUIntBE(0, GROUP_BYTES), 8)
  const second = spell(chance.readUIntBE(GROUP_BYTES, GROUP_BYTES), 8)
  return spell(clock.now(), TIME_CHARACTERS) + first + second
}

/** Milliseconds since 1970 at which an id of `newId` was made; NaN for what is not such an id. */
export function idTime(id: string): number {
  if (!/^[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(id)) return Number.NaN
  let time = 0
  for (const character of id.slice(0, TIME_CHARACTERS)) {
    time = time * 32 + ALPHABET.indexOf(character)
  }
  return time
}

function spell(value: number, characters: number): string {
  let text = ''
  // More than 32 bits: division, since shifts would cut.
  for (let rest = value, i = 0; i < characters; i++, rest = Math.floor(rest / 32)) {
    text = ALPHABET.charAt(rest % 32) + text
  }
  return text
}
