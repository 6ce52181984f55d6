/** SCRAM-SHA-256 on the server's side: the arithmetic, no more. RFC 5802 §3, RFC 7677 */

import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto'

/** What is kept of a password: enough to check a proof of it, not enough to make one. */
export interface ScramKeys {
  readonly storedKey: Uint8Array
  readonly serverKey: Uint8Array
}

export const KEY_BYTES = 32

/** `password` as bytes, prepared as it is for its hash. */
export async function deriveKeys(
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
): Promise<ScramKeys> {
  const salted = await new Promise<Buffer>((resolve, reject) => {
    pbkdf2(password, salt, iterations, KEY_BYTES, 'sha256', (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
  return { storedKey: hash(hmac(salted, 'Client Key')), serverKey: hmac(salted, 'Server Key') }
}

/** Whether the proof is that of who has the password; takes the same time either way. */
export function verifyProof(
  { storedKey }: ScramKeys,
  authMessage: string,
  proof: Uint8Array,
): boolean {
  if (proof.length !== KEY_BYTES) return false
  const signature = hmac(storedKey, authMessage)
  const clientKey = signature.map((byte, at) => byte ^ (proof[at] ?? 0))
  return timingSafeEqual(hash(clientKey), storedKey)
}

/** What tells the client that we have the password's keys too. */
export function signServer({ serverKey }: ScramKeys, authMessage: string): Buffer {
  return hmac(serverKey, authMessage)
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function hash(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
