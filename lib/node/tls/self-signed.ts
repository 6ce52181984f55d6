import { isIP } from 'node:net'

const DAY_MS = 86_400_000
/** Nobody else relies on it, so that its renewal would only be a surprise. */
const VALID_DAYS = 3650

/**
 * A certificate that a server signs for itself, so that the first start has TLS: key and certificate as PEM, in
 * this order, for these names and addresses, from a day before `now`.
 */
export async function makeSelfSigned(hosts: readonly string[], now: number): Promise<string> {
  // Loaded only where one is made: at the first start.
  const { generate } = await import('selfsigned')
  const commonName = [{ name: 'commonName', value: hosts[0] ?? 'localhost' }]
  const made = await generate(commonName, {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - DAY_MS),
    notAfterDate: new Date(now + VALID_DAYS * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: hosts.map(toAltName) },
    ],
  })
  return `${made.private.trimEnd()}\n${made.cert.trimEnd()}\n`
}

/** RFC 5280 §4.2.1.6 */
function toAltName(host: string) {
  return isIP(host) === 0 ? { type: 2 as const, value: host } : { type: 7 as const, ip: host }
}
