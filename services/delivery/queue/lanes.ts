/**
 * Whose turn it is. Entries that are due stand in lanes, one per tenant and destination; tenants take turns, and within a
 * tenant its destinations do. Who was served goes to the back, and nobody has more than a share of the places: neither a
 * tenant with 100,000 entries nor a destination that is slow delays what others have one of.
 */

import type { EntryDocument } from '../documents.ts'

/** What has to be known of an entry to decide whose turn it is. */
export const DUE_FIELDS = [
  'fence',
  'tenant',
  'destination',
  'pool',
  'class',
  'next',
  'lease',
  'expiresAt',
  'delayAt',
] as const

export type Due = Pick<EntryDocument, '_id' | (typeof DUE_FIELDS)[number]>

export interface Shares {
  /** Of all attempts of this process. */
  readonly places: number
  /** Of these, for one tenant, and one destination. */
  readonly perTenant: number
  readonly perDestination: number
}

/** People wait for these. */
const FIRST_CLASSES: ReadonlySet<string> = new Set(['system', 'personal', 'transactional'])
/** Every so manieth turn belongs to what nobody waits for, so that it is not forgotten. */
const SECOND_EVERY = 4

type Lane = { served: number; entries: Due[] }
type Tenant = { served: number; lanes: Map<string, Lane> }

export class Lanes {
  readonly #shares: Shares
  /** First what people wait for, then the rest. */
  #bands: readonly [Map<string, Tenant>, Map<string, Tenant>] = [new Map(), new Map()]
  #size = 0
  #turn = 0
  readonly #running = { all: 0, tenants: new Counter(), destinations: new Counter() }
  readonly #servedTenants = new Map<string, number>()
  readonly #servedLanes = new Map<string, number>()

  constructor(shares: Shares) {
    this.#shares = shares
  }

  get size(): number {
    return this.#size
  }

  /** Places that nobody has. */
  get free(): number {
    return this.#shares.places - this.#running.all
  }

  /** What is due now, instead of what was before. Those that were served longest ago come first, then the oldest. */
  replace(due: readonly Due[]): void {
    const distinct = new Map(due.map((one) => [one._id, one]))
    const sorted = [...distinct.values()].sort((a, b) => a.next.getTime() - b.next.getTime())
    this.#size = sorted.length
    this.#bands = [
      this.#toBand(sorted.filter((one) => FIRST_CLASSES.has(one.class))),
      this.#toBand(sorted.filter((one) => !FIRST_CLASSES.has(one.class))),
    ]
    this.#forget()
  }

  /** The next one's turn, with a place; to be followed by `done`. `limitOf`: how many a destination may have now. */
  pick(limitOf: (due: Due) => number = () => Number.POSITIVE_INFINITY): Due | undefined {
    if (this.free <= 0) return undefined
    this.#turn += 1
    const [first, second] = this.#bands
    const bands = this.#turn % SECOND_EVERY === 0 ? [second, first] : [first, second]
    for (const band of bands) {
      const due = this.#pickFrom(band, limitOf)
      if (due !== undefined) return due
    }
    return undefined
  }

  /** Its place is free again. */
  done({ tenant, destination, pool }: Due): void {
    this.#running.all -= 1
    this.#running.tenants.add(tenant, -1)
    this.#running.destinations.add(`${destination} ${pool}`, -1)
  }

  /** Of one destination. */
  running({ destination, pool }: Pick<Due, 'destination' | 'pool'>): number {
    return this.#running.destinations.get(`${destination} ${pool}`)
  }

  #pickFrom(band: Map<string, Tenant>, limitOf: (due: Due) => number): Due | undefined {
    for (const [name, tenant] of band) {
      if (this.#running.tenants.get(name) >= this.#shares.perTenant) continue
      for (const [key, lane] of tenant.lanes) {
        const [due] = lane.entries
        if (due === undefined) continue
        const destination = `${due.destination} ${due.pool}`
        const limit = Math.min(this.#shares.perDestination, limitOf(due))
        if (this.#running.destinations.get(destination) >= limit) continue
        lane.entries.shift()
        this.#serve({ band, name, tenant, key, lane })
        this.#running.all += 1
        this.#running.tenants.add(name, 1)
        this.#running.destinations.add(destination, 1)
        this.#size -= 1
        return due
      }
    }
    return undefined
  }

  /** To the back of both rows; the order of a Map is that of its insertions. */
  #serve(served: {
    readonly band: Map<string, Tenant>
    readonly name: string
    readonly tenant: Tenant
    readonly key: string
    readonly lane: Lane
  }): void {
    const { band, name, tenant, key, lane } = served
    this.#servedTenants.set(name, this.#turn)
    this.#servedLanes.set(`${name} ${key}`, this.#turn)
    tenant.lanes.delete(key)
    if (lane.entries.length > 0) tenant.lanes.set(key, lane)
    band.delete(name)
    if (tenant.lanes.size > 0) band.set(name, tenant)
  }

  #toBand(sorted: readonly Due[]): Map<string, Tenant> {
    const band = new Map<string, Tenant>()
    for (const due of sorted) {
      const served = this.#servedTenants.get(due.tenant) ?? 0
      const tenant = band.get(due.tenant) ?? { served, lanes: new Map<string, Lane>() }
      band.set(due.tenant, tenant)
      const key = `${due.destination} ${due.pool}`
      const laneServed = this.#servedLanes.get(`${due.tenant} ${key}`) ?? 0
      const lane = tenant.lanes.get(key) ?? { served: laneServed, entries: [] }
      tenant.lanes.set(key, lane)
      lane.entries.push(due)
    }
    for (const tenant of band.values()) tenant.lanes = byTurn(tenant.lanes)
    return byTurn(band)
  }

  /** Only of those that wait for another turn. */
  #forget(): void {
    const kept = new Set(this.#bands.flatMap((band) => [...band.keys()]))
    for (const name of this.#servedTenants.keys()) {
      if (!kept.has(name)) this.#servedTenants.delete(name)
    }
    const lanes = new Set(
      this.#bands.flatMap((band) =>
        [...band].flatMap(([name, tenant]) =>
          [...tenant.lanes.keys()].map((key) => `${name} ${key}`),
        ),
      ),
    )
    for (const key of this.#servedLanes.keys()) if (!lanes.has(key)) this.#servedLanes.delete(key)
  }
}

/** Sorting keeps the order of equals: the oldest first. */
function byTurn<T extends { readonly served: number }>(row: Map<string, T>): Map<string, T> {
  return new Map([...row].sort(([, a], [, b]) => a.served - b.served))
}

class Counter {
  readonly #counts = new Map<string, number>()

  get(key: string): number {
    return this.#counts.get(key) ?? 0
  }

  add(key: string, by: number): void {
    const count = this.get(key) + by
    if (count > 0) this.#counts.set(key, count)
    else this.#counts.delete(key)
  }
}
