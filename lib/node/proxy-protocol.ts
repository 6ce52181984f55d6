/**
 * The PROXY protocol, versions 1 and 2, as HAProxy's proxy-protocol.txt describes it (it is no RFC): what a load
 * balancer writes before everything else, to tell whose connection it passes on. Bytes in, values out.
 */

import { isIP } from 'node:net'
import { Fault } from '#lib/base/fault.ts'

/** A header of either version fits. */
export const PROXY_HEADER_BYTES_MAX = 536

export interface ProxySource {
  readonly address: string
  readonly port: number
}

export type ProxyHeader =
  /** It may become a header: more bytes are needed to tell. */
  | { readonly kind: 'incomplete' }
  /** It is none: the peer speaks for itself. */
  | { readonly kind: 'absent' }
  /** `source` is missing when the load balancer speaks for itself, to see whether we live. */
  | { readonly kind: 'complete'; readonly bytes: number; readonly source?: ProxySource }

const V1_START = Buffer.from('PROXY ')
const V1_BYTES_MAX = 107
const V2_START = Buffer.from('\r\n\r\n\0\r\nQUIT\n')
const V2_FIXED_BYTES = 16
const V2_FAMILIES: Readonly<Record<number, { addressBytes: number }>> = {
  1: { addressBytes: 4 },
  2: { addressBytes: 16 },
}

/**
 * Reads the header at the start of a connection.
 *
 * @throws {Fault} invalid, when it began like a header and is none
 */
export function parseProxyHeader(bytes: Buffer): ProxyHeader {
  if (startsLike(bytes, V2_START)) return parseV2(bytes)
  if (startsLike(bytes, V1_START)) return parseV1(bytes)
  return { kind: 'absent' }
}

/** Whether the bytes begin with `start`, or could once there are more of them. */
function startsLike(bytes: Buffer, start: Buffer): boolean {
  const length = Math.min(bytes.length, start.length)
  return bytes.subarray(0, length).equals(start.subarray(0, length))
}

function parseV1(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, V1_BYTES_MAX).indexOf('\r\n')
  if (end < 0) {
    if (bytes.length >= V1_BYTES_MAX) throw bad()
    return { kind: 'incomplete' }
  }
  const header = { kind: 'complete', bytes: end + 2 } as const
  const words = bytes.toString('latin1', 0, end).split(' ')
  if (words[1] === 'UNKNOWN') return header
  const [, family = '', address = '', target = '', port = '', targetPort = ''] = words
  const version = { TCP4: 4, TCP6: 6 }[family]
  const fits = words.length === 6 && isIP(address) === version && isIP(target) === version
  if (version === undefined || !fits || !isPort(port) || !isPort(targetPort)) throw bad()
  return { ...header, source: { address, port: Number(port) } }
}

function parseV2(bytes: Buffer): ProxyHeader {
  if (bytes.length < V2_FIXED_BYTES) return { kind: 'incomplete' }
  const [version, command] = nibbles(bytes.readUInt8(12))
  const [family, transport] = nibbles(bytes.readUInt8(13))
  const total = V2_FIXED_BYTES + bytes.readUInt16BE(14)
  if (version !== 2 || command > 1 || total > PROXY_HEADER_BYTES_MAX) throw bad()
  if (bytes.length < total) return { kind: 'incomplete' }
  const header = { kind: 'complete', bytes: total } as const
  const shape = V2_FAMILIES[family]
  // LOCAL, or what has no address that means anything to us.
  if (command === 0 || shape === undefined || transport !== 1) return header
  const { addressBytes } = shape
  const portStart = V2_FIXED_BYTES + 2 * addressBytes
  if (total < portStart + 4) throw bad()
  const address = formatIp(bytes.subarray(V2_FIXED_BYTES, V2_FIXED_BYTES + addressBytes))
  return { ...header, source: { address, port: bytes.readUInt16BE(portStart) } }
}

function nibbles(byte: number): [high: number, low: number] {
  return [byte >> 4, byte & 0xf]
}

function isPort(text: string): boolean {
  return /^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535
}

/** The form that the system's own functions give. RFC 5952 §4 */
function formatIp(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16))
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1)
}

function bad(): Fault {
  return new Fault('invalid', 'Not a PROXY header')
}
