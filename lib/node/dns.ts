/** The only place that asks the DNS. An answer of "there is none" is an empty list; no answer is a Fault. */

import { Resolver as NodeResolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { Fault } from '#lib/base/fault.ts'
import { type Endpoint, formatAddress } from './setting.ts'

const TRIES_MAX = 10
const TIMEOUT_MS_MAX = 60_000

/** The name, or what was asked of it, does not exist. RFC 2308 §2 */
const NOTHING = new Set(['ENOTFOUND', 'ENODATA', 'NXDOMAIN'])

interface MxRecord {
  /** Empty in a null MX: the domain takes no mail. RFC 7505 §3 */
  readonly exchange: string
  readonly priority: number
}

/** Every method throws Fault `unavailable` when no name server gave an answer. */
export interface Resolver {
  /** The best first. */
  mx(domain: string): Promise<MxRecord[]>
  a(name: string): Promise<string[]>
  aaaa(name: string): Promise<string[]>
  /** Each record with its strings joined. RFC 7208 §3.3 */
  txt(name: string): Promise<string[]>
  /** The names of an IP address. */
  ptr(address: string): Promise<string[]>
}

/** Of `DnsLink`. */
interface DnsSettings {
  readonly NAME_SERVERS: readonly Endpoint[]
  readonly DNS_TIMEOUT: number
  readonly DNS_TRIES: number
}

export interface ResolverSettings {
  /** By IP address; none: the system's. */
  readonly servers: readonly Endpoint[]
  readonly timeoutMs: number
  readonly tries: number
}

/** As the settings say. */
export function resolverOf({ NAME_SERVERS, DNS_TIMEOUT, DNS_TRIES }: DnsSettings): Resolver {
  return openResolver({ servers: NAME_SERVERS, timeoutMs: DNS_TIMEOUT, tries: DNS_TRIES })
}

export function openResolver({ servers, timeoutMs, tries }: ResolverSettings): Resolver {
  const resolver = new NodeResolver({
    timeout: Math.min(timeoutMs, TIMEOUT_MS_MAX),
    tries: Math.min(tries, TRIES_MAX),
  })
  if (servers.length > 0) resolver.setServers(servers.map(toServer))
  return {
    async mx(domain) {
      const records = await ask(() => resolver.resolveMx(domain))
      return records.sort((a, b) => a.priority - b.priority)
    },
    a: (name) => ask(() => resolver.resolve4(name)),
    aaaa: (name) => ask(() => resolver.resolve6(name)),
    async txt(name) {
      const records = await ask(() => resolver.resolveTxt(name))
      return records.map((strings) => strings.join(''))
    },
    ptr: (address) => ask(() => resolver.reverse(address)),
  }
}

/** Name servers cannot be named: who would look the name up? */
function toServer(server: Endpoint): string {
  if ('path' in server || isIP(server.host) === 0) {
    throw new Error(`NAME_SERVERS: '${formatAddress(server)}' is not an IP address with a port`)
  }
  return formatAddress(server)
}

async function ask<T>(question: () => Promise<T[]>): Promise<T[]> {
  try {
    return await question()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== undefined && NOTHING.has(code)) return []
    // What cannot even be asked does not exist either: `a..b` is no name.
    if (code === 'EBADNAME' || code === 'EBADQUERY' || code === 'EINVAL') return []
    throw new Fault('unavailable', 'The DNS gave no answer', { cause: error })
  }
}
