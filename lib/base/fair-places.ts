import { Deque } from './deque.ts'
import { Fault, Shed } from './fault.ts'

/** For whom a piece of work is: tenants take turns, and within a tenant its accounts do. */
export interface Whose {
  readonly tenant: string
  readonly account: string
}

export interface FairLimits {
  /** At once, of all together. */
  readonly running: number
  readonly waiting: number
  /** Parts of both that one tenant may have, and one account. */
  readonly perTenant?: number
  readonly perAccount?: number
}

/** A place that somebody has. Disposing it gives it back. */
export interface Place extends Disposable {
  /** Whether it was waited for. */
  readonly waited: boolean
  /** Lets those go on whose turn it is; resolves when it is ours again. Nobody is refused on the way. */
  pass(): Promise<void>
  /** Gives the place to others while something else is waited for. */
  without(waiting: Promise<unknown>): Promise<void>
}

const PER_TENANT = 0.5
const PER_ACCOUNT = 0.25
/** The dearest piece of work counts as so many of the cheapest. */
const COST_MAX = 16

interface Waiter {
  readonly cost: number
  readonly go: () => void
}

interface Row {
  running: number
  waiting: number
  /** At its turn a row gets one more, and is served when it has any: what was dear is paid for by turns passed over. */
  credit: number
}

interface Account extends Row {
  readonly queue: Deque<Waiter>
}

interface Tenant extends Row {
  readonly accounts: Map<string, Account>
  /** Those with somebody waiting, in the order of their turns. */
  readonly turns: Deque<Account>
}

/**
 * Lets so many pieces of work run at once and so many wait; what comes beyond that is refused at once. Whose turn it is does
 * not depend on how many one has waiting: tenants are served in turn, weighed by what their work costs, and so are the
 * accounts of a tenant. No tenant has more than its part of the places, even while nobody else wants them: what runs cannot be
 * taken back when somebody comes.
 *
 * Surplus round robin: each step is of constant time, but for those that have all they may have.
 */
export class FairPlaces {
  readonly #limits: Required<FairLimits>
  readonly #busy: string
  /** Those with somebody running or waiting: as many as there may be of these. */
  readonly #tenants = new Map<string, Tenant>()
  readonly #turns = new Deque<Tenant>()
  #running = 0
  #waiting = 0

  /** `busy`: what those are told that may not even wait. */
  constructor(limits: FairLimits, busy = 'Too many wait') {
    this.#limits = { perTenant: PER_TENANT, perAccount: PER_ACCOUNT, ...limits }
    this.#busy = busy
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#waiting
  }

  /** @throws {Fault} busy */
  async run<T>(whose: Whose, work: () => Promise<T>, cost = 1): Promise<T> {
    using _ = await this.take(whose, cost)
    return await work()
  }

  /**
   * Resolves with a place, which has to be given back.
   *
   * @throws {Fault} busy
   */
  take(whose: Whose, cost = 1): Promise<Place> {
    return this.#enter(whose, Math.min(Math.max(cost, 1), COST_MAX))
  }

  /** A place if there is one now. */
  tryTake(whose: Whose): Place | undefined {
    return this.#begin(whose) ? new Held(false, whose, this.#ways) : undefined
  }

  async #enter(whose: Whose, cost: number): Promise<Place> {
    if (this.#begin(whose)) return new Held(false, whose, this.#ways)
    // Who has too much himself, would have it elsewhere as well.
    if (this.#waiting >= this.#limits.waiting) throw new Shed(this.#busy)
    if (this.#full(whose)) throw new Fault('busy', this.#busy)
    await this.#wait(whose, cost)
    return new Held(true, whose, this.#ways)
  }

  /** What a place needs of us. */
  readonly #ways: Ways = {
    leave: (whose) => this.#leave(whose),
    again: async (whose) => {
      if (!this.#begin(whose)) await this.#wait(whose, 1)
    },
    wanted: () => this.#waiting > 0,
  }

  /** Who waits has all he may have, or there is no place: so whoever may begin passes nobody. */
  #begin({ tenant, account }: Whose): boolean {
    if (this.#running >= this.#limits.running) return false
    const row = this.#tenants.get(tenant)
    if (row !== undefined && row.running >= this.#runningMax('perTenant')) return false
    const own = row?.accounts.get(account)
    if (own !== undefined && own.running >= this.#runningMax('perAccount')) return false
    this.#start(this.#rowsOf({ tenant, account }))
    return true
  }

  #start(rows: readonly [Tenant, Account]): void {
    this.#running++
    for (const row of rows) row.running++
  }

  #full({ tenant, account }: Whose): boolean {
    const { waiting, perTenant, perAccount } = this.#limits
    const row = this.#tenants.get(tenant)
    const own = row?.accounts.get(account)
    return (
      (row?.waiting ?? 0) >= partOf(waiting, perTenant) ||
      (own?.waiting ?? 0) >= partOf(waiting, perAccount)
    )
  }

  #runningMax(part: 'perTenant' | 'perAccount'): number {
    return Math.max(1, partOf(this.#limits.running, this.#limits[part]))
  }

  async #wait(whose: Whose, cost: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const [tenant, account] = this.#rowsOf(whose)
    account.queue.push({ cost, go: resolve })
    this.#waiting++
    if (tenant.waiting++ === 0) this.#turns.push(tenant)
    if (account.waiting++ === 0) tenant.turns.push(account)
    await promise
  }

  #leave(whose: Whose): void {
    this.#running--
    const [tenant, account] = this.#rowsOf(whose)
    for (const row of [tenant, account]) row.running--
    if (account.running + account.waiting === 0) tenant.accounts.delete(whose.account)
    if (tenant.running + tenant.waiting === 0) this.#tenants.delete(whose.tenant)
    while (this.#running < this.#limits.running && this.#waiting > 0 && this.#next());
  }

  /** Begins what is next; false when nobody who waits may. */
  #next(): boolean {
    const max = this.#runningMax('perTenant')
    return inTurn(this.#turns, (tenant) => {
      if (tenant.running >= max) return 'skipped'
      if (!earn(tenant)) return 'passed'
      return this.#nextOf(tenant) ? 'served' : 'skipped'
    })
  }

  #nextOf(tenant: Tenant): boolean {
    const max = this.#runningMax('perAccount')
    return inTurn(tenant.turns, (account) => {
      if (account.running >= max) return 'skipped'
      if (!earn(account)) return 'passed'
      const { cost, go } = account.queue.shift() as Waiter
      this.#waiting--
      for (const row of [tenant, account]) {
        row.waiting--
        row.credit -= cost
      }
      this.#start([tenant, account])
      go()
      return 'served'
    })
  }

  #rowsOf(whose: Whose): [Tenant, Account] {
    let tenant = this.#tenants.get(whose.tenant)
    if (tenant === undefined) {
      tenant = { running: 0, waiting: 0, credit: 1, accounts: new Map(), turns: new Deque() }
      this.#tenants.set(whose.tenant, tenant)
    }
    let account = tenant.accounts.get(whose.account)
    if (account === undefined) {
      account = { running: 0, waiting: 0, credit: 1, queue: new Deque() }
      tenant.accounts.set(whose.account, account)
    }
    return [tenant, account]
  }
}

interface Ways {
  leave(whose: Whose): void
  again(whose: Whose): Promise<void>
  wanted(): boolean
}

class Held implements Place {
  readonly waited: boolean
  readonly #whose: Whose
  readonly #ways: Ways
  #held = true

  constructor(waited: boolean, whose: Whose, ways: Ways) {
    this.waited = waited
    this.#whose = whose
    this.#ways = ways
  }

  async pass(): Promise<void> {
    if (!this.#held || !this.#ways.wanted()) return
    this[Symbol.dispose]()
    await this.#again()
  }

  async without(waiting: Promise<unknown>): Promise<void> {
    this[Symbol.dispose]()
    try {
      await waiting
    } finally {
      await this.#again()
    }
  }

  [Symbol.dispose](): void {
    if (!this.#held) return
    this.#held = false
    this.#ways.leave(this.#whose)
  }

  async #again(): Promise<void> {
    await this.#ways.again(this.#whose)
    this.#held = true
  }
}

function partOf(all: number, part: number): number {
  return Math.ceil(all * part)
}

/** Whether it has any credit, now that its turn has come. */
function earn(row: Row): boolean {
  if (row.credit <= 0) row.credit++
  return row.credit > 0
}

/**
 * Asks one after the other until one is served. Who is served, or has to wait for credit, goes to the back; who has all he may
 * have keeps his turn. A row that goes to the back is met again, with more credit: there is an end to that.
 */
function inTurn<T extends Row>(
  turns: Deque<T>,
  visit: (row: T) => 'served' | 'passed' | 'skipped',
): boolean {
  const skipped: T[] = []
  let served = false
  for (let row = turns.shift(); row !== undefined; row = served ? undefined : turns.shift()) {
    const answer = visit(row)
    served = answer === 'served'
    if (answer === 'skipped') skipped.push(row)
    else if (row.waiting > 0) turns.push(row)
  }
  for (const row of skipped.reverse()) turns.unshift(row)
  return served
}
