/** Which servers take the mail of a domain, and at which addresses. RFC 5321 §5.1 */

import type { Random } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import type { Failure } from '../bounces/classify.ts'
import type { Target } from './wire.ts'

/** The questions to the DNS. "There is none" is an empty list; no answer is a Fault. */
export interface Lookup {
  mx(domain: string): Promise<{ readonly exchange: string; readonly priority: number }[]>
  a(name: string): Promise<string[]>
  aaaa(name: string): Promise<string[]>
}

export interface HostRules {
  readonly lookup: Lookup
  readonly random: Random
  /** Where mail servers of domains listen: 25. */
  readonly port: number
  /** Whether a name or an IP address is one of ours: mail for it would come back. */
  isOurs(nameOrAddress: string): boolean
  /** Whether nobody outside could mean it: loopback, private networks. */
  isPrivate(address: string): boolean
  /** Whether we have an address to connect from; also which family goes first. */
  usable(address: string): boolean
  readonly ipv6First: boolean
}

export type Plan =
  /** In the order in which they are tried; at least one. */
  | { readonly kind: 'targets'; readonly targets: readonly Target[] }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** A server with a name, before its addresses are known. */
interface Host {
  readonly name: string
  readonly port: number
  readonly priority: number
  /** Private addresses are fine: an operator said so. */
  readonly trusted: boolean
}

/** Each costs up to two questions; who has more does not need them. */
const HOSTS_MAX = 10
/** How many addresses an attempt tries. */
const TARGETS_MAX = 5

/** The targets for a domain, or why there are none; `routed` are the hosts of a route, as an operator wrote them. */
export async function findTargets(
  domain: string,
  routed: readonly string[],
  rules: HostRules,
): Promise<Plan> {
  try {
    const literal = toLiteral(domain)
    if (routed.length > 0) return await planRoute(routed, rules)
    if (literal !== undefined) return await planLiteral(literal, rules)
    return await planHosts(await findHosts(domain, rules), rules)
  } catch (error) {
    if (error instanceof NoHosts) return { kind: 'failed', failure: error.failure }
    if (!(error instanceof Fault)) throw error
    return failed('4.4.3', `The DNS gave no answer about ${domain}`)
  }
}

class NoHosts extends Error {
  readonly failure: Failure

  constructor(status: string, text: string) {
    super(text)
    this.failure = { stage: 'dns', status, text: `${status} ${text}` }
  }
}

function failed(status: string, text: string): Plan {
  return { kind: 'failed', failure: new NoHosts(status, text).failure }
}

/** The MX hosts, or the domain itself when it has none. Those that are we, and all that are worse, go. RFC 5321 §5.1 */
async function findHosts(domain: string, rules: HostRules, port = rules.port): Promise<Host[]> {
  const records = await rules.lookup.mx(domain)
  const common = { port, trusted: false }
  if (records.length === 0) return [{ name: domain, priority: 0, ...common }]
  const named = records.filter(({ exchange }) => exchange !== '' && exchange !== '.')
  // RFC 7505 §4.1
  if (named.length === 0) throw new NoHosts('5.1.10', `${domain} accepts no mail (null MX)`)
  const hosts = named.map(({ exchange, priority }) => ({
    name: exchange.toLowerCase().replace(/\.$/, ''),
    priority,
    ...common,
  }))
  return shuffle(hosts, rules.random).sort((a, b) => a.priority - b.priority)
}

async function planHosts(hosts: readonly Host[], rules: HostRules): Promise<Plan> {
  const targets: Target[] = []
  /** The best preference of our own among them. */
  let ours = Number.POSITIVE_INFINITY
  for (const { name, priority, trusted } of hosts) {
    if (!trusted && rules.isOurs(name)) ours = Math.min(ours, priority)
  }
  let unanswered = false
  let found = 0
  for (const host of hosts.slice(0, HOSTS_MAX)) {
    if (host.priority >= ours) break
    if (targets.length >= TARGETS_MAX) break
    const addresses = await findAddresses(host.name, rules.lookup)
    unanswered ||= addresses === undefined
    found += addresses?.length ?? 0
    if (!host.trusted && addresses?.some(rules.isOurs)) {
      ours = host.priority
      continue
    }
    const open = (addresses ?? []).filter((one) => host.trusted || !rules.isPrivate(one))
    targets.push(...toTargets(host, open, rules))
  }
  // Another host of the same preference as ours may have come before it.
  const allowed = targets.filter(({ host }) => priorityOf(hosts, host) < ours)
  if (allowed.length > 0) return { kind: 'targets', targets: allowed.slice(0, TARGETS_MAX) }
  return nowhere(hosts, { ours: ours < Number.POSITIVE_INFINITY, unanswered, found })
}

/** Why there is no target. */
function nowhere(
  hosts: readonly Host[],
  { ours, unanswered, found }: { ours: boolean; unanswered: boolean; found: number },
): Plan {
  const names = hosts.map(({ name }) => name).join(', ')
  if (unanswered) return failed('4.4.3', `The DNS gave no answer about ${names}`)
  if (ours) return failed('5.4.6', `Mail for ${names} would loop back to us`)
  if (found > 0) return failed('4.4.1', `No address of ${names} can be reached from here`)
  return failed('5.1.2', `${names} does not exist, or has no address`)
}

function priorityOf(hosts: readonly Host[], name: string): number {
  return hosts.find((host) => host.name === name)?.priority ?? 0
}

/** Undefined when the DNS did not answer for either family, and nothing was found in the other. */
async function findAddresses(name: string, lookup: Lookup): Promise<string[] | undefined> {
  const given = toAddress(name)
  if (given !== undefined) return [given]
  const answers = await Promise.allSettled([lookup.aaaa(name), lookup.a(name)])
  const addresses = answers.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  for (const one of answers) {
    if (one.status === 'rejected' && !(one.reason instanceof Fault)) throw one.reason
  }
  const silent = answers.some(({ status }) => status === 'rejected')
  return silent && addresses.length === 0 ? undefined : addresses
}

/** Both families in turns, so that a broken one costs one try. Within a family in any order. RFC 5321 §5.1 */
function toTargets(host: Host, addresses: readonly string[], rules: HostRules): Target[] {
  const usable = shuffle(addresses.filter(rules.usable), rules.random)
  const six = usable.filter(isIpv6)
  const four = usable.filter((address) => !isIpv6(address))
  const [first, second] = rules.ipv6First ? [six, four] : [four, six]
  const turns = Array.from({ length: Math.max(six.length, four.length) }, (_, at) => [
    ...first.slice(at, at + 1),
    ...second.slice(at, at + 1),
  ])
  return turns.flat().map((address) => ({ host: host.name, address, port: host.port }))
}

function planLiteral(address: string, rules: HostRules): Promise<Plan> {
  const host = { name: address, port: rules.port, priority: 0, trusted: false }
  return planHosts([host], rules)
}

/** In the order in which they are written; each may be `host:port`, `[v6]:port`, a name, or `mx:domain`. */
async function planRoute(routed: readonly string[], rules: HostRules): Promise<Plan> {
  const targets: Target[] = []
  let first: Plan | undefined
  for (const text of routed) {
    const { name, port = rules.port, mx } = parseRouteHost(text)
    const hosts = mx ? await findHosts(name, rules, port) : []
    const trusted = (hosts.length > 0 ? hosts : [{ name, port, priority: 0 }]).map((host) => ({
      ...{ ...host, trusted: true },
    }))
    const plan = await planHosts(trusted, rules)
    if (plan.kind === 'targets') targets.push(...plan.targets)
    else first ??= plan
  }
  if (targets.length > 0) return { kind: 'targets', targets: targets.slice(0, TARGETS_MAX) }
  // What an operator wrote wrong can be written right, while the mail waits.
  const text = first?.kind === 'failed' ? first.failure.text.replace(/^[\d.]+ /, '') : 'No host'
  return failed('4.4.3', `The route leads nowhere: ${text}`)
}

/** A host of a route. */
function parseRouteHost(text: string): {
  readonly name: string
  readonly port?: number
  readonly mx: boolean
} {
  const mx = text.startsWith('mx:')
  const rest = mx ? text.slice('mx:'.length) : text
  const [, six, name = six ?? rest, port] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]]+))(?::([0-9]{1,5}))?$/.exec(rest) ?? []
  return { name: name.toLowerCase(), ...(port !== undefined && { port: Number(port) }), mx }
}

/** The IP address of an address literal. RFC 5321 §4.1.3 */
function toLiteral(domain: string): string | undefined {
  return domain.startsWith('[') ? domain.slice(1, -1).replace(/^IPv6:/i, '') : undefined
}

function toAddress(name: string): string | undefined {
  return isIpv6(name) || /^[0-9]+(?:\.[0-9]+){3}$/.test(name) ? name : undefined
}

function isIpv6(address: string): boolean {
  return address.includes(':')
}

/** Every order is as likely. */
function shuffle<T>(items: readonly T[], random: Random): T[] {
  const shuffled = [...items]
  for (let at = shuffled.length - 1; at > 0; at--) {
    const other = Math.floor((Buffer.from(random(4)).readUInt32BE() / 2 ** 32) * (at + 1))
    const kept = shuffled[at] as T
    shuffled[at] = shuffled[other] as T
    shuffled[other] = kept
  }
  return shuffled
}
