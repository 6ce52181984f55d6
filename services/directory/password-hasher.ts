/** Makes and checks password hashes, on other threads and only so many at once. */

import { argon2, createHash, timingSafeEqual } from 'node:crypto'
import type { Random } from '#lib/base/clock.ts'
import type { FairPlaces, Whose } from '#lib/base/fair-places.ts'
import { Fault } from '#lib/base/fault.ts'
import { sha512Crypt } from './sha512-crypt.ts'
import {
  type Argon2Hash,
  formatStoredHash,
  parseStoredHash,
  type StoredHash,
} from './stored-hash.ts'

/** What a new hash costs. */
export interface HashCost {
  readonly memoryKib: number
  readonly passes: number
  readonly lanes: number
}

export type PasswordHasher = ReturnType<typeof passwordHasher>

const SALT_BYTES = 16
const HASH_BYTES = 32
const PASSWORD_OCTETS_MAX = 1024

/** Administrators, and logins that are nobody's, take their turns together. */
const NOBODY: Whose = { tenant: '', account: '' }

/** A hasher whose new hashes cost `cost`; each piece of its work takes one of `slots`, in its tenant's and account's turn. */
export function passwordHasher(cost: HashCost, slots: Pick<FairPlaces, 'run'>, random: Random) {
  // Checked for logins that do not exist, so that they take the time of one that does.
  const nobody: Argon2Hash = {
    kind: 'argon2id',
    ...cost,
    salt: random(SALT_BYTES),
    hash: random(HASH_BYTES),
  }

  return {
    /**
     * The PHC string for a new password.
     *
     * @throws {Fault} invalid, busy
     */
    async hash(password: string, whose = NOBODY): Promise<string> {
      const message = toMessage(password)
      if (message === undefined) {
        throw new Fault('invalid', `A password has 1 to ${PASSWORD_OCTETS_MAX} octets`)
      }
      const fresh = {
        kind: 'argon2id',
        ...cost,
        salt: random(SALT_BYTES),
        hash: nobody.hash,
      } as const
      const hash = await slots.run(whose, () => compute(message, fresh))
      return formatStoredHash({ ...fresh, hash })
    },

    /**
     * Whether the password has the hash. Without a hash it never has, but that takes as long.
     *
     * @throws {Fault} busy
     */
    async verify(password: string, stored: string | undefined, whose = NOBODY): Promise<boolean> {
      const message = toMessage(password)
      if (message === undefined) return false
      const wanted = stored === undefined ? nobody : parseStoredHash(stored)
      const hash = await slots.run(whose, () => compute(message, wanted))
      return stored !== undefined && timingSafeEqual(hash, wanted.hash)
    },

    /** Whether a new hash of the same password would be a better one. */
    outdated(stored: string): boolean {
      const hash = parseStoredHash(stored)
      return (
        hash.kind !== 'argon2id' || hash.memoryKib < cost.memoryKib || hash.passes < cost.passes
      )
    },
  }
}

/** What is hashed: one spelling, whatever keyboard composed it. RFC 8265 §4.2.2 */
export function toMessage(password: string): Buffer | undefined {
  // Room for NFC to shorten it, and a bound on what it costs to find out.
  if (password.length > 2 * PASSWORD_OCTETS_MAX) return undefined
  const message = Buffer.from(password.normalize('NFC'))
  return message.length > 0 && message.length <= PASSWORD_OCTETS_MAX ? message : undefined
}

async function compute(message: Buffer, wanted: StoredHash): Promise<Buffer> {
  if (wanted.kind === 'digest') {
    return createHash(wanted.algorithm).update(message).update(wanted.salt).digest()
  }
  if (wanted.kind === 'sha512-crypt') return await sha512Crypt(message, wanted.salt, wanted.rounds)
  const parameters = {
    message,
    nonce: wanted.salt,
    memory: wanted.memoryKib,
    passes: wanted.passes,
    parallelism: wanted.lanes,
    tagLength: wanted.hash.length,
  }
  return await new Promise<Buffer>((resolve, reject) => {
    argon2('argon2id', parameters, (error, hash) => (error ? reject(error) : resolve(hash)))
  })
}
