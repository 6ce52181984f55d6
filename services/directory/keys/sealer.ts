import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import type { Random } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'

const ALGORITHM = 'aes-256-gcm'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** The first byte of what is sealed, should there ever be another way. */
const VERSION = 1

/**
 * Seals what the database keeps but must not tell: who has a copy of it, without the platform's key, has nothing.
 *
 * Each use has its own key (HKDF over the context), so that what is sealed for one account or domain opens for no
 * other. Keeps nothing of what it seals. RFC 5869, RFC 5116 §5.2
 */
export class Sealer {
  readonly #key: string | undefined
  readonly #random: Random

  /** Without a key it seals and opens nothing. */
  constructor(key: string | undefined, random: Random) {
    this.#key = key
    this.#random = random
  }

  get ready(): boolean {
    return this.#key !== undefined
  }

  /** @throws {Fault} forbidden: there is no key */
  seal(context: string, bytes: Uint8Array): Uint8Array {
    if (this.#key === undefined) {
      throw new Fault('forbidden', 'The platform has no key to seal secrets with')
    }
    const nonce = this.#random(NONCE_BYTES)
    const cipher = createCipheriv(ALGORITHM, this.#derive(this.#key, context), nonce)
    const sealed = Buffer.concat([cipher.update(bytes), cipher.final()])
    return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), sealed])
  }

  /** @throws {Fault} unavailable: there is no key, or it is another, or what was sealed was changed */
  open(context: string, sealed: Uint8Array): Buffer {
    const failed = 'A sealed secret cannot be opened'
    if (this.#key === undefined || sealed[0] !== VERSION) throw new Fault('unavailable', failed)
    const [from, to] = [1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES]
    const key = this.#derive(this.#key, context)
    try {
      const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(1, from), {
        authTagLength: TAG_BYTES,
      })
      decipher.setAuthTag(sealed.subarray(from, to))
      return Buffer.concat([decipher.update(sealed.subarray(to)), decipher.final()])
    } catch (error) {
      throw new Fault('unavailable', failed, { cause: error })
    }
  }

  #derive(key: string, context: string): Buffer {
    return Buffer.from(hkdfSync('sha256', key, '', `hikyaku seal ${context}`, KEY_BYTES))
  }
}
