import { generateKeyPair, type KeyObject } from 'node:crypto'

/** As RFC 6376 §3.3 and RFC 8463 §3 call what they sign with, without the hash. */
export type DkimAlgorithm = 'rsa' | 'ed25519'

export const ALGORITHMS: readonly DkimAlgorithm[] = ['rsa', 'ed25519']

/** RFC 8301 §3.2 */
const RSA_BITS = 2048
/** What stands before the 32 bytes of an Ed25519 key in its SPKI form. RFC 8410 §4 */
const ED25519_PREFIX_BYTES = 12

export interface KeyPair {
  /** As `p=` has it: base64 of SPKI for RSA, of the bare 32 bytes for Ed25519. RFC 6376 §3.6.1, RFC 8463 §4.2 */
  readonly publicKey: string
  /** PKCS #8, PEM. */
  readonly privateKey: string
}

/** Makes a key, on another thread: an RSA key takes a while. */
export async function makeKeyPair(algorithm: DkimAlgorithm): Promise<KeyPair> {
  const { publicKey, privateKey } = await generate(algorithm)
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const bare = algorithm === 'ed25519' ? spki.subarray(ED25519_PREFIX_BYTES) : spki
  return {
    publicKey: bare.toString('base64'),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** What a TXT record says of a key. RFC 6376 §3.6.1 */
export function formatKeyRecord(algorithm: DkimAlgorithm, publicKey: string): string {
  return `v=DKIM1; k=${algorithm}; p=${publicKey}`
}

function generate(
  algorithm: DkimAlgorithm,
): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, publicKey: KeyObject, privateKey: KeyObject) => {
      if (error) reject(error)
      else resolve({ publicKey, privateKey })
    }
    if (algorithm === 'rsa') generateKeyPair('rsa', { modulusLength: RSA_BITS }, done)
    else generateKeyPair('ed25519', {}, done)
  })
}
