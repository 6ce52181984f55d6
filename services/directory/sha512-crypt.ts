/**
 * SHA-512-crypt, `$6$`: how Linux and most mail platforms keep passwords, here only to be imported.
 * After the description that Ulrich Drepper put into the public domain (SHA-crypt, 2008).
 */

import { createHash } from 'node:crypto'

export const ROUNDS_DEFAULT = 5000
/** So many at a time, then others get their turn: all this runs on the event loop. */
const ROUNDS_AT_ONCE = 1000
const HASH_BYTES = 64

/** The 64 bytes that the text form of the hash says. Its time grows with `rounds`. */
export async function sha512Crypt(
  password: Uint8Array,
  salt: Uint8Array,
  rounds: number,
): Promise<Buffer> {
  const once = sha512(password, salt, password)
  const bits: Uint8Array[] = []
  for (let length = password.length; length > 0; length >>= 1) {
    bits.push(length & 1 ? once : password)
  }
  let digest = sha512(password, salt, stretch(once, password.length), ...bits)
  const saltTimes = 16 + (digest[0] ?? 0)
  const p = stretch(sha512(...times(password, password.length)), password.length)
  const s = stretch(sha512(...times(salt, saltTimes)), salt.length)
  for (let round = 0; round < rounds; round++) {
    if (round % ROUNDS_AT_ONCE === ROUNDS_AT_ONCE - 1) await new Promise(setImmediate)
    const parts = [round % 2 ? p : digest]
    if (round % 3) parts.push(s)
    if (round % 7) parts.push(p)
    parts.push(round % 2 ? digest : p)
    digest = sha512(...parts)
  }
  return digest
}

const LETTERS = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Reads the hash's own letters; undefined when they are none. */
export function parseSha512Crypt(text: string): Buffer | undefined {
  if (!/^[./0-9A-Za-z]{86}$/.test(text)) return undefined
  const hash = Buffer.alloc(HASH_BYTES)
  // Three bytes in four letters, lowest bits first, taken from three places that turn around.
  let places: [number, number, number] = [0, 21, 42]
  for (let at = 0; at < 84; at += 4) {
    const bits = readLetters(text.slice(at, at + 4))
    const [first, second, third] = places
    hash[first] = bits >> 16
    hash[second] = bits >> 8
    hash[third] = bits
    places = [second + 1, third + 1, first + 1]
  }
  hash[HASH_BYTES - 1] = readLetters(text.slice(84))
  return hash
}

function readLetters(text: string): number {
  return [...text].reduceRight((bits, letter) => (bits << 6) | LETTERS.indexOf(letter), 0)
}

function sha512(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha512')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** `bytes` again and again, until there are `length` of them. */
function stretch(bytes: Uint8Array, length: number): Buffer {
  return length === 0 ? Buffer.alloc(0) : Buffer.alloc(length, bytes)
}

function times(bytes: Uint8Array, count: number): Uint8Array[] {
  return Array.from({ length: count }, () => bytes)
}
