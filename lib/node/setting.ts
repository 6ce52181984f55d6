/** The text forms of settings. What cannot be read throws an Error that tells an operator what was expected. */

import { BlockList, isIP } from 'node:net'

/** Where something listens, or can be reached. */
export type Endpoint = { readonly host: string; readonly port: number } | { readonly path: string }

/** The addresses whose first `prefix` bits are those of `address`. */
export interface Cidr {
  readonly address: string
  readonly prefix: number
}

const MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
const BYTES: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }
const UNIX_PATH_BYTES_MAX = 107

export function parsePort(text: string): number {
  const number = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(number <= 65_535)) throw new Error(`'${text}' is not a port (0 to 65535)`)
  return number
}

export function parseAddress(text: string): Endpoint {
  if (text.startsWith('unix:')) {
    const path = text.slice('unix:'.length)
    if (!path.startsWith('/')) throw new Error(`'${text}' needs an absolute path after unix:`)
    if (Buffer.byteLength(path) > UNIX_PATH_BYTES_MAX) {
      throw new Error(`'${text}' is longer than a socket's path may be (${UNIX_PATH_BYTES_MAX})`)
    }
    return { path }
  }
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/]+)):([0-9]+)$/.exec(text)
  if (match === null) throw new Error(`'${text}' is not an address (host:port or unix:/path)`)
  const [, six, host = six ?? '', digits = ''] = match
  if (six !== undefined && isIP(six) !== 6) throw new Error(`'${six}' is not an IPv6 address`)
  return { host, port: parsePort(digits) }
}

/** The form that `parseAddress` reads. */
export function formatAddress(address: Endpoint): string {
  if ('path' in address) return `unix:${address.path}`
  return address.host.includes(':')
    ? `[${address.host}]:${address.port}`
    : `${address.host}:${address.port}`
}

export function splitList(text: string): string[] {
  if (text === 'none') return []
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

export function parseDuration(text: string): number {
  if (text === 'off') return Number.POSITIVE_INFINITY
  const [, digits, unit = ''] = /^([0-9]{1,12})(ms|s|m|h|d)$/.exec(text) ?? []
  const factor = MS[unit]
  if (factor === undefined)
    throw new Error(`'${text}' is not a duration (250ms, 5s, 30m, 24h, 7d, off)`)
  return Number(digits) * factor
}

export function parseSize(text: string): number {
  if (text === 'off') return Number.POSITIVE_INFINITY
  const [, digits, unit] = /^([0-9]{1,12})([kmg]?)$/i.exec(text) ?? []
  const factor = BYTES[unit?.toLowerCase() ?? 'none']
  if (factor === undefined) throw new Error(`'${text}' is not a size (1000, 512k, 25M, 2G, off)`)
  return Number(digits) * factor
}

export function parseLimit(text: string): number {
  if (text === 'off') return Number.POSITIVE_INFINITY
  if (!/^[0-9]{1,12}$/.test(text)) throw new Error(`'${text}' is not a whole number or off`)
  return Number(text)
}

/** Raft wants an odd number. */
export function parseReplicas(text: string): number {
  if (!/^[135]$/.test(text)) throw new Error(`'${text}' is not 1, 3 or 5`)
  return Number(text)
}

export function parseFlag(text: string): boolean {
  const word = text.toLowerCase()
  if (['yes', 'true', '1', 'on'].includes(word)) return true
  if (['no', 'false', '0', 'off'].includes(word)) return false
  throw new Error(`'${text}' is neither yes nor no`)
}

export function parseCidrs(text: string): Cidr[] {
  return splitList(text).map((part) => {
    const [address = '', prefix, ...rest] = part.split('/')
    const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
    const length = prefix === undefined ? bits : /^[0-9]{1,3}$/.test(prefix) ? Number(prefix) : -1
    if (length < 0 || length > bits || rest.length > 0) {
      throw new Error(`'${part}' is not a network (192.0.2.0/24, 2001:db8::/32)`)
    }
    return { address, prefix: length }
  })
}

/** Answers whether an address lies in one of the networks; an IPv4 address may be written `::ffff:192.0.2.1`. */
export function networkMatcher(networks: readonly Cidr[]): (address: string) => boolean {
  const blocks = new BlockList()
  for (const { address, prefix } of networks) {
    blocks.addSubnet(address, prefix, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  }
  return (address) => {
    const plain = unmapped(address)
    const version = isIP(plain)
    return version !== 0 && blocks.check(plain, version === 6 ? 'ipv6' : 'ipv4')
  }
}

/** `::ffff:192.0.2.1`, as a socket that serves both versions reports it, is 192.0.2.1. RFC 4291 §2.5.5.2 */
export function unmapped(address: string): string {
  const [, four] = /^::ffff:([0-9.]+)$/i.exec(address) ?? []
  return four ?? address
}

/** A default as an operator would write it. */
export function formatParts(value: unknown): string {
  if (Array.isArray(value)) return value.map(formatParts).join(',')
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return String(value)
}
