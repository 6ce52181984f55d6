/** The forms in which a password's hash is kept: text in, values out. Computes nothing. */

import { Fault } from '#lib/base/fault.ts'
import { parseSha512Crypt, ROUNDS_DEFAULT } from './sha512-crypt.ts'

export interface Argon2Hash {
  readonly kind: 'argon2id'
  readonly memoryKib: number
  readonly passes: number
  readonly lanes: number
  readonly salt: Uint8Array
  readonly hash: Uint8Array
}

/** One round of SHA-2 over password and salt, as older platforms kept it. */
interface DigestHash {
  readonly kind: 'digest'
  readonly algorithm: 'sha256' | 'sha512'
  readonly salt: Uint8Array
  readonly hash: Uint8Array
}

/** `$6$` of Linux. */
interface CryptHash {
  readonly kind: 'sha512-crypt'
  readonly rounds: number
  readonly salt: Uint8Array
  readonly hash: Uint8Array
}

export type StoredHash = Argon2Hash | DigestHash | CryptHash

// An imported hash is computed on our machines at each login, so that it decides what that costs.
const MEMORY_KIB_MAX = 256 * 1024
const PASSES_MAX = 16
const LANES_MAX = 16
const ROUNDS_MIN = 1000
const ROUNDS_MAX = 20_000
const TEXT_CHARACTERS_MAX = 512

const PHC =
  /^\$argon2id\$v=19\$m=([0-9]{1,7}),t=([0-9]{1,3}),p=([0-9]{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/
const CRYPT = /^\$6\$(?:rounds=([0-9]{1,9})\$)?([^$:\n]{1,16})\$([^$]+)$/
const DIGEST = /^\{(S?)SHA(256|512)(?:\.b64)?\}([A-Za-z0-9+/]+={0,2})$/i

/**
 * Reads `$argon2id$…` and `$6$…` (also behind Dovecot's `{ARGON2ID}`, `{SHA512-CRYPT}`, `{CRYPT}`),
 * `{SSHA256}`, `{SSHA512}`, `{SHA256}` and `{SHA512}`. RFC 9106 §3.1 says what Argon2's parameters may be.
 *
 * @throws {Fault} invalid: another scheme, or one that would cost too much
 */
export function parseStoredHash(text: string): StoredHash {
  if (text.length > TEXT_CHARACTERS_MAX) throw new Fault('invalid', 'The password hash is too long')
  const phc = PHC.exec(text.replace(/^\{ARGON2ID\}/i, ''))
  if (phc) return parsePhc(phc)
  const crypt = CRYPT.exec(text.replace(/^\{(?:SHA512-)?CRYPT\}/i, ''))
  if (crypt) return parseCrypt(crypt)
  const digest = DIGEST.exec(text)
  if (digest) return parseDigest(digest)
  const scheme = /^\{[A-Za-z0-9.-]{1,20}\}|^\$[a-z0-9-]{1,12}\$/i.exec(text)?.[0] ?? 'Its scheme'
  throw new Fault(
    'invalid',
    `${scheme} is not supported for password hashes (use $argon2id$, $6$, {SSHA512} or {SSHA256})`,
  )
}

/** The PHC string of an Argon2id hash. */
export function formatStoredHash({ memoryKib, passes, lanes, salt, hash }: Argon2Hash): string {
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${lanes}$${toBase64(salt)}$${toBase64(hash)}`
}

function parsePhc([, memory, passes, lanes, salt = '', hash = '']: RegExpExecArray): Argon2Hash {
  const parsed: Argon2Hash = {
    kind: 'argon2id',
    memoryKib: Number(memory),
    passes: Number(passes),
    lanes: Number(lanes),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  }
  if (parsed.lanes < 1 || parsed.passes < 1 || parsed.memoryKib < 8 * parsed.lanes) throw bad()
  if (parsed.salt.length < 8 || parsed.hash.length < 16) throw bad()
  if (parsed.memoryKib > MEMORY_KIB_MAX || parsed.passes > PASSES_MAX || parsed.lanes > LANES_MAX) {
    throw tooDear()
  }
  return parsed
}

function parseCrypt([, given, salt = '', text = '']: RegExpExecArray): CryptHash {
  const hash = parseSha512Crypt(text)
  const rounds = given === undefined ? ROUNDS_DEFAULT : Number(given)
  if (hash === undefined || rounds < ROUNDS_MIN) throw bad()
  if (rounds > ROUNDS_MAX) throw tooDear()
  return { kind: 'sha512-crypt', rounds, salt: Buffer.from(salt), hash }
}

function parseDigest([, salted, bits, base64 = '']: RegExpExecArray): DigestHash {
  const algorithm = bits === '256' ? 'sha256' : 'sha512'
  const length = algorithm === 'sha256' ? 32 : 64
  const bytes = Buffer.from(base64, 'base64')
  if (salted ? bytes.length <= length : bytes.length !== length) throw bad()
  return {
    kind: 'digest',
    algorithm,
    hash: bytes.subarray(0, length),
    salt: bytes.subarray(length),
  }
}

function bad(): Fault {
  return new Fault('invalid', 'The password hash is damaged')
}

function tooDear(): Fault {
  return new Fault('invalid', 'The password hash would cost too much to check')
}

/** PHC strings have no padding. */
function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '')
}
