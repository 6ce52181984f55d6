/**
 * A certificate that a server signs for itself, so that the first start has TLS. Written out in DER by hand: it is
 * one fixed form, and less than what a library for all forms would bring along. RFC 5280 §4.1
 */

import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'

const DAY_MS = 86_400_000
/** Nobody else relies on it, so that its renewal would only be a surprise. */
const VALID_DAYS = 3650

const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  extensions: 0xa3,
  dnsName: 0x82,
  ipAddress: 0x87,
} as const

/** The objects that occur, as the bytes of their identifiers. */
const OID = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  keyUsage: '551d0f',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
  extendedKeyUsage: '551d25',
  serverAuth: '2b06010505070301',
} as const

const TRUE = Buffer.from([0x01, 0x01, 0xff])
const DIGITAL_SIGNATURE = Buffer.from([TAG.bitString, 0x02, 0x07, 0x80])

/** Key and certificate as PEM, in this order, for these names and addresses, from a day before `now`. */
export function makeSelfSigned(hosts: readonly string[], now: number): string {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(oid(OID.ecdsaWithSha256))
  const name = sequence(
    der(
      TAG.set,
      sequence(oid(OID.commonName), der(TAG.utf8, Buffer.from(hosts[0] ?? 'localhost'))),
    ),
  )
  const content = sequence(
    der(TAG.version, der(TAG.integer, Buffer.from([2]))),
    // Positive and not beginning with a zero, whatever is drawn. RFC 5280 §4.1.2.2
    der(TAG.integer, Buffer.from([1]), randomBytes(15)),
    algorithm,
    name,
    sequence(time(now - DAY_MS), time(now + VALID_DAYS * DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(TAG.extensions, sequence(...extensions(hosts))),
  )
  const signature = der(TAG.bitString, Buffer.from([0]), sign('sha256', content, privateKey))
  const certificate = sequence(content, algorithm, signature)
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' })
  return `${key}${pem('CERTIFICATE', certificate)}`
}

function extensions(hosts: readonly string[]): Buffer[] {
  const names = sequence(...hosts.map(alternativeName))
  return [
    extension(OID.basicConstraints, sequence(), true),
    extension(OID.keyUsage, DIGITAL_SIGNATURE, true),
    extension(OID.extendedKeyUsage, sequence(oid(OID.serverAuth))),
    extension(OID.subjectAltName, names),
  ]
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  const octets = der(TAG.octetString, value)
  return critical ? sequence(oid(id), TRUE, octets) : sequence(oid(id), octets)
}

/** RFC 5280 §4.2.1.6 */
function alternativeName(host: string): Buffer {
  if (isIPv4(host)) return der(TAG.ipAddress, Buffer.from(host.split('.').map(Number)))
  if (isIPv6(host)) return der(TAG.ipAddress, ipv6Bytes(host))
  return der(TAG.dnsName, Buffer.from(host))
}

function ipv6Bytes(host: string): Buffer {
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const [, short = ''] = /^\[(.*)\]$/.exec(new URL(`http://[${host}]/`).hostname) ?? []
  const [head = '', tail] = short.split('::')
  const left = groups(head)
  const right = groups(tail ?? '')
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0')
  const all = [...left, ...zeros, ...right]
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex')
}

/** RFC 5280 §4.1.2.5 */
function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')
  return text < '2050'
    ? der(TAG.utcTime, Buffer.from(text.slice(2)))
    : der(TAG.generalizedTime, Buffer.from(text))
}

function oid(id: string): Buffer {
  return der(TAG.oid, Buffer.from(id, 'hex'))
}

function sequence(...parts: Uint8Array[]): Buffer {
  return der(TAG.sequence, ...parts)
}

function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : [0x82, length >> 8, length & 0xff]
  // The shortest form of a length is the only one that DER allows.
  if (length >= 0x80 && length < 0x100) size.splice(0, 3, 0x81, length)
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').replace(/.{1,64}/g, '$&\n')
  return `-----BEGIN ${label}-----\n${lines}-----END ${label}-----\n`
}
