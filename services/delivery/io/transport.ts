/** Mail to other hosts, behind the port of ../outbound/transport.ts: sockets, the DNS, routes. */

import { setMaxListeners } from 'node:events'
import { isIPv6 } from 'node:net'
import type { Clock, Random } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { newId } from '#lib/base/id.ts'
import type { Telemetry } from '#lib/base/telemetry.ts'
import type { Collections } from '../documents.ts'
import { type AttemptParts, attempt } from '../outbound/attempt.ts'
import { Connections, type Taken } from '../outbound/connections.ts'
import { type OutboundEvents, outboundEvents } from '../outbound/events.ts'
import { findTargets, type HostRules, type Lookup, type Plan } from '../outbound/hosts.ts'
import { LegacyForms } from '../outbound/legacy-form.ts'
import { type Route, Routes } from '../outbound/routes.ts'
import { openSession, type Session, type Timeouts } from '../outbound/session.ts'
import { type Prepared, Shares } from '../outbound/shares.ts'
import type { Attempted, Transport } from '../outbound/transport.ts'
import { Stopped, type Target } from '../outbound/wire.ts'
import { hasIpv6, isPrivate, machineAddresses } from './smtp/addresses.ts'
import { bindAddress, type Pools, pickSource, sourcesOf } from './smtp/pools.ts'
import { connectWire } from './smtp/wire.ts'
import type { OutboundLink } from './transport-settings.ts'

export interface TransportParts {
  readonly config: OutboundLink
  readonly collections: Pick<Collections, 'routes' | 'shares'>
  readonly resolver: Lookup
  readonly clock: Clock
  readonly random: Random
  /** With OUTBOUND_METRICS declared. */
  readonly telemetry: Telemetry
  /** Our name in EHLO, where the pool has no other. */
  readonly hostname: string
  /** For tests: how long a share of a destination's limits lasts that is not renewed. */
  readonly shareLeaseMs?: number
}

/** Disposing it says goodbye to every server; what is under way should have ended before. */
export interface OpenTransport extends AsyncDisposable {
  readonly transport: Transport
  /** Ends, from now on, every message whose final dot has not gone out: it is put off. */
  breakOff(): void
}

export function openTransport(parts: TransportParts): OpenTransport {
  const { config, clock, random, hostname } = parts
  const events = outboundEvents(parts.telemetry)
  const routes = new Routes(parts.collections.routes, routeDefaults(config), clock)
  const connections = new Connections(clock)
  const shares = new Shares({
    ...{ collection: parts.collections.shares, owner: newId(clock, random), clock, events },
    open: (key) => connections.open(key),
    busy: (key) => connections.busy(key),
    shrink: (key, max) => connections.shrink(key, max),
    ...(parts.shareLeaseMs !== undefined && { leaseMs: parts.shareLeaseMs }),
  })
  const hostRules = makeHostRules(parts)
  const timeouts = toTimeouts(config)
  const opening: Opening = { pools: config.DELIVERY_POOLS, hostname, timeouts, random, events }
  const cut = new AbortController()
  // Each message under way listens.
  setMaxListeners(0, cut.signal)
  const attemptParts: AttemptParts = {
    ...{ connections, clock, events, legacyForms: new LegacyForms(), cut: cut.signal },
    plan: (domain, route, pool) => makePlan(domain, route, hostRules(pool)),
    open: (target, route, pool, signal) => open(target, route, { ...opening, pool, signal }),
  }
  const transport: Transport = async (destination, mail, signal) => {
    const began = clock.monotonic()
    const done = (results: readonly Attempted[]) => {
      const ms = clock.monotonic() - began
      events.attempted(mail.mailId, results, ms)
      return { kind: 'attempted', results, ms } as const
    }
    const route = await routes.find(destination.domain).catch((error: unknown) => {
      if (error instanceof Fault) return undefined
      throw error
    })
    // Nothing is known against the destination: it is we who cannot tell how to reach it.
    if (route === undefined) return { kind: 'busy', afterMs: UNKNOWN_MS }
    const pool = route.pool || destination.pool
    const way = `${pool} ${route.tls} ${route.credentials?.user ?? ''}`
    const rules = { shares, connections, max: config.DELIVERY_CONNECTIONS }
    let taken = await takePlace(route, way, rules)
    while (destination.patient && isCrowded(taken) && (await connections.turn(route.key))) {
      if (signal.aborted) break
      taken = await takePlace(route, way, rules)
    }
    if (taken.kind === 'busy') {
      events.busy(taken.limit)
      return { kind: 'busy', afterMs: taken.afterMs }
    }
    const reuse = taken.kind === 'reuse' ? taken.connection : undefined
    const { domain } = destination
    return done(await attempt({ domain, pool, way, route, mail, signal, reuse }, attemptParts))
  }
  return {
    transport,
    breakOff: () => cut.abort(),
    async [Symbol.asyncDispose]() {
      await connections[Symbol.asyncDispose]()
      await shares[Symbol.asyncDispose]()
    },
  }
}

/** When to ask again: most messages are handed over in less. */
const BUSY_MS = 1000
/** When the database may tell again what the routes are. */
const UNKNOWN_MS = 5000

type Place = Exclude<Taken, { kind: 'busy' }> | Extract<Prepared, { kind: 'busy' }>

function isCrowded(place: Place): boolean {
  return place.kind === 'busy' && place.limit === 'connections'
}

/** A connection of those that the destination may have: from the cluster by its route, else from this process. */
async function takePlace(
  route: Route,
  way: string,
  rules: { readonly shares: Shares; readonly connections: Connections; readonly max: number },
): Promise<Place> {
  const { shares, connections, max } = rules
  const { key, connectionsMax, messagesPerMinuteMax } = route
  const limited = connectionsMax > 0 || messagesPerMinuteMax > 0
  const prepared = limited
    ? await shares.prepare(key, { connectionsMax, messagesPerMinuteMax })
    : undefined
  if (prepared?.kind === 'busy') return prepared
  // From here on without waiting, or somebody else could take what was prepared.
  if (limited && !shares.spend(key)) return { kind: 'busy', limit: 'rate', afterMs: BUSY_MS }
  const share = connectionsMax > 0 ? prepared?.connectionsMax : undefined
  const taken = connections.take(key, way, share ?? max)
  if (taken.kind !== 'busy') return taken
  if (limited) shares.unspend(key)
  return { kind: 'busy', limit: 'connections', afterMs: BUSY_MS }
}

function makePlan(domain: string, route: Route, rules: HostRules): Promise<Plan> {
  return findTargets(domain, route.hosts, rules)
}

/** What holds for the addresses of a pool. */
function makeHostRules({
  config,
  hostname,
  resolver,
  random,
}: TransportParts): (pool: string) => HostRules {
  const addresses = machineAddresses()
  const ours = new Set([hostname.toLowerCase(), ...addresses, ...config.DELIVERY_OWN_HOSTS])
  return (pool) => {
    const sources = sourcesOf(config.DELIVERY_POOLS, pool)
    return {
      ...{ lookup: resolver, random, port: config.DELIVERY_SMTP_PORT },
      isOurs: (nameOrAddress) => ours.has(nameOrAddress),
      isPrivate: config.DELIVERY_ALLOW_PRIVATE ? () => false : isPrivate,
      usable: (address) => sources.some((one) => isIPv6(one.address) === isIPv6(address)),
      ipv6First: hasIpv6(addresses),
    }
  }
}

interface Opening {
  readonly pools: Pools
  readonly hostname: string
  readonly timeouts: Timeouts
  readonly random: Random
  readonly events: OutboundEvents
}

/** @throws {Stopped} */
async function open(
  target: Target,
  route: Route,
  what: Opening & { readonly pool: string; readonly signal: AbortSignal },
): Promise<Session> {
  const { timeouts, signal, events } = what
  const source = pickSource(sourcesOf(what.pools, what.pool), target.address, what.random)
  const begin = async (tls: Route['tls']): Promise<Session> => {
    const bind = source && bindAddress(source)
    const wire = await connectWire(target, {
      ...{ source: bind, timeoutMs: timeouts.connectMs, signal },
    })
    const abort = () => wire.destroy('4.4.2 The server did not answer in the time there was')
    signal.addEventListener('abort', abort, { once: true })
    try {
      return await openSession(wire, {
        ...{ hostname: source?.hostname ?? what.hostname, tls, timeouts },
        ...(route.credentials && { credentials: route.credentials }),
      })
    } catch (error) {
      wire.destroy()
      throw error
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }
  try {
    return await begin(route.tls)
  } catch (error) {
    if (!(error instanceof Stopped && error.tlsBroken)) throw error
    events.tlsBroken(target, error.message)
    // Whoever breaks the handshake must not get the password in plain text.
    if (route.tls !== 'opportunistic' || route.credentials || signal.aborted) throw error
    // Broken encryption protects nobody; the mail would wait for ever. RFC 7435 §4
    return begin('none')
  }
}

function routeDefaults(config: OutboundLink) {
  return {
    smartHost: config.DELIVERY_SMART_HOST,
    messagesPerConnectionMax: config.DELIVERY_MESSAGES_PER_CONNECTION,
  }
}

function toTimeouts(config: OutboundLink): Timeouts {
  return {
    connectMs: config.DELIVERY_CONNECT_TIMEOUT,
    greetingMs: config.DELIVERY_GREETING_TIMEOUT,
    helloMs: config.DELIVERY_HELLO_TIMEOUT,
    mailMs: config.DELIVERY_MAIL_TIMEOUT,
    rcptMs: config.DELIVERY_RCPT_TIMEOUT,
    dataMs: config.DELIVERY_DATA_TIMEOUT,
    blockMs: config.DELIVERY_BLOCK_TIMEOUT,
    dotMs: config.DELIVERY_DOT_TIMEOUT,
    quitMs: 1000,
  }
}
