/** How each destination is reached: what operators wrote, over what holds for all. */

import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import type { Collection } from '#lib/db/port.ts'
import type { RouteDocument } from '../documents.ts'
import type { LegacyChoice } from './legacy-form.ts'
import type { TlsPolicy } from './session.ts'

export interface Route {
  /** What the limits are of: the domain, or the servers that stand for many domains. */
  readonly key: string
  /** Empty: those of the DNS. */
  readonly hosts: readonly string[]
  readonly tls: TlsPolicy
  readonly legacyForm: LegacyChoice
  /** Of the whole cluster; 0 is none. */
  readonly connectionsMax: number
  readonly messagesPerMinuteMax: number
  readonly messagesPerConnectionMax: number
  /** Empty: the one that the mail is for. */
  readonly pool: string
  readonly credentials?: { readonly user: string; readonly password: string }
}

export interface RouteDefaults {
  /** The servers that take everything that has no route of its own; usually none. */
  readonly smartHost: readonly string[]
  readonly messagesPerConnectionMax: number
}

/** How long what an operator changed takes to be seen. */
const FRESH_MS = 5000
const ROUTES_MAX = 100_000

/** Knows all routes, reads them anew every few seconds, and goes on with what it knows while the database is away. */
export class Routes {
  readonly #collection: Collection<RouteDocument>
  readonly #defaults: RouteDefaults
  readonly #clock: Clock
  #known: ReadonlyMap<string, RouteDocument> | undefined
  #readAt = Number.NEGATIVE_INFINITY
  #reading: Promise<void> | undefined

  constructor(collection: Collection<RouteDocument>, defaults: RouteDefaults, clock: Clock) {
    this.#collection = collection
    this.#defaults = defaults
    this.#clock = clock
  }

  /**
   * The route of a domain: its own, else that of the nearest domain above it, else that for all.
   *
   * @throws {Fault} unavailable: nobody can tell yet
   */
  async find(domain: string): Promise<Route> {
    if (this.#clock.monotonic() - this.#readAt >= FRESH_MS) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = undefined
      })
      await this.#reading
    }
    return toRoute(domain, pick(domain, this.#known ?? new Map()), this.#defaults)
  }

  async #read(): Promise<void> {
    try {
      const known = new Map<string, RouteDocument>()
      for await (const route of this.#collection.find({}, { limit: ROUTES_MAX })) {
        known.set(route._id, route)
      }
      this.#known = known
    } catch (error) {
      if (!(error instanceof Fault) || this.#known === undefined) throw error
    }
    this.#readAt = this.#clock.monotonic()
  }
}

/** The most specific of the routes that hold for a domain. */
function pick(
  domain: string,
  routes: ReadonlyMap<string, RouteDocument>,
): RouteDocument | undefined {
  const own = routes.get(domain)
  if (own !== undefined || domain.startsWith('[')) return own ?? routes.get('*')
  const labels = domain.split('.')
  for (let at = 1; at < labels.length; at++) {
    const above = routes.get(`*.${labels.slice(at).join('.')}`)
    if (above !== undefined) return above
  }
  return routes.get('*')
}

function toRoute(domain: string, found: RouteDocument | undefined, defaults: RouteDefaults): Route {
  const hosts = found && found.hosts.length > 0 ? found.hosts : defaults.smartHost
  const { user, password } = found ?? {}
  return {
    key: hosts.length > 0 ? `via ${hosts.join(' ')}` : domain,
    hosts,
    tls: found?.tls || 'opportunistic',
    legacyForm: found?.legacyForm || 'auto',
    connectionsMax: found?.connectionsMax ?? 0,
    messagesPerMinuteMax: found?.messagesPerMinuteMax ?? 0,
    messagesPerConnectionMax: found?.messagesPerConnectionMax || defaults.messagesPerConnectionMax,
    pool: found?.pool ?? '',
    ...(user && { credentials: { user, password: password ?? '' } }),
  }
}
