import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { RecentMap } from '#lib/base/recent-map.ts'
import { type Quota, type QuotaScope, quotaLevel } from '#lib/mail/quota.ts'
import type { Collections } from './documents.ts'
import { Levels, type Place } from './quota/levels.ts'
import { type Amount, add, NOTHING, type Room, Tally, type Usage } from './quota/tally.ts'
import { countUsage } from './quota/usage.ts'
import { type QuotaNews, Watch } from './quota/watch.ts'

export type { Quota } from '#lib/mail/quota.ts'
export type { QuotaNews } from './quota/watch.ts'

/** Far from its limit, what is counted is that old at most. */
const FAR_MS = 60_000
const NEAR = 0.9
/** How long one who finds no room waits for others that may not arrive. */
const PATIENCE_MS = 2000
const PLACES_MAX = 100_000
const USAGES_MAX = 1000

/** Whose mailbox it is. */
export interface Holder {
  readonly account: string
  readonly tenant: string
  /** Empty when nobody has told. */
  readonly domain: string
}

/**
 * What accounts, domains and tenants hold and may hold. It is always the sum of what the mailbox documents say, so
 * nothing can leak and everything is exact after any crash; between two readings a process adds what it lets in.
 *
 * How far a limit can be passed: by what other replicas let in since this one has last read. Of an account that was a
 * minute ago at most; once this process believes that 90 % are used, 20 times as long as reading takes (some hundredths of
 * a second). Of a domain or tenant twice that, and no mail waits for the reading as long as mail comes. One process
 * alone passes no limit: what it has on its way counts as if it was there. A refusal by an account's limit is decided
 * on what the documents say after the question came; by a domain's or a tenant's, on what they said at most 20
 * readings ago. A move that is under way while its account is counted may be counted twice, or not at all.
 */
export class Quotas {
  readonly #collections: Pick<Collections, 'mailboxes' | 'quotas'>
  readonly #clock: Clock
  readonly #news: QuotaNews
  readonly #levels: Levels
  readonly #watch: Watch
  readonly #places = new Map<string, Place>()
  /** When we saw that nothing was told of what we know no limit of. */
  readonly #quiet = new RecentMap<string, number>(PLACES_MAX)
  /** Of what has no limit that we know of, and is asked for all the same. */
  readonly #usages = new RecentMap<string, Tally>(USAGES_MAX)

  constructor(
    collections: Pick<Collections, 'mailboxes' | 'quotas'>,
    clock: Clock,
    news: QuotaNews,
  ) {
    this.#collections = collections
    this.#clock = clock
    this.#news = news
    this.#levels = new Levels(collections.quotas, clock)
    this.#watch = new Watch(this.#levels, clock, news)
  }

  /**
   * Lets so much more in, when every quota has room for it. What is let in counts until the answer is disposed, which
   * is when it is in the mailbox or has failed.
   *
   * @throws {Fault} over-quota
   */
  async admit(holder: Holder, more: Amount, quotas: readonly Quota[]): Promise<Room> {
    const wanted = more.bytes > 0 || more.messages > 0 ? quotas.filter(limits) : []
    const places = wanted.map((quota) => this.#place(holder, quota))
    const askedAt = this.#clock.monotonic()
    for (;;) {
      const doubtful = places.find((place) => this.#judge(place, more, askedAt) !== 'room')
      if (doubtful === undefined) break
      await this.#clear(doubtful, more, askedAt)
    }
    const expected = places.map(({ tally }) => tally.expect(more))
    for (const place of places) {
      if (place.tally.reading || this.#ageOf(place) <= this.#ageMax(place)) continue
      this.#watch.alongside(this.#read(place))
    }
    return {
      giveBack() {
        for (const one of expected) one.giveBack()
      },
      [Symbol.dispose]: () => {
        for (const one of expected) one[Symbol.dispose]()
        for (const place of places) {
          if (quotaLevel(place.tally.held, place.quota) !== place.told?.level)
            this.#watch.look(place)
        }
      },
    }
  }

  /**
   * What something holds: counted now, or so lately that counting again would be most of what the database does.
   */
  async usage(scope: QuotaScope, name: string): Promise<Usage> {
    const key = `${scope}/${name}`
    const tally = this.#places.get(key)?.tally ?? this.#usages.get(key) ?? this.#tally(scope, name)
    this.#usages.set(key, tally)
    if (tally.restMs === 0) await tally.refresh()
    return tally.read
  }

  /** To be called when something has gone from a mailbox; never makes its caller wait. */
  released(holder: Holder): void {
    for (const scope of ['account', 'domain', 'tenant'] as const) {
      const name = holder[scope]
      if (name === '') continue
      const key = `${scope}/${name}`
      const told = this.#places.get(key)?.told
      const readAt = told?.readAt ?? this.#quiet.get(key)
      const known = readAt !== undefined && this.#clock.monotonic() - readAt < FAR_MS
      if (!known || (told !== undefined && told.level > 0))
        this.#watch.alongside(this.#recall(scope, name))
    }
  }

  /** Resolves when nothing is under way any more; nothing is told after that. */
  settled(): Promise<void> {
    return this.#watch.settled()
  }

  #place(holder: Holder, asked: Quota): Place {
    // What is counted is what the holder's mailboxes say, whatever the quota calls it.
    const quota = { ...asked, name: holder[asked.scope] || asked.name }
    const key = `${quota.scope}/${quota.name}`
    const known = this.#places.get(key)
    if (known !== undefined) {
      this.#places.delete(key)
      this.#places.set(key, known)
      known.quota = quota
      return known
    }
    const place = {
      key,
      quota,
      tally: this.#tally(quota.scope, quota.name),
      told: undefined,
      recalling: undefined,
    }
    this.#places.set(key, place)
    if (this.#places.size > PLACES_MAX) this.#forgetOne()
    return place
  }

  #tally(scope: QuotaScope, name: string): Tally {
    return new Tally(() => countUsage(this.#collections.mailboxes, scope, name), this.#clock)
  }

  #forgetOne(): void {
    for (const [key, { tally }] of this.#places) {
      if (!tally.idle) continue
      this.#places.delete(key)
      this.#watch.forget(key)
      return
    }
  }

  #judge(place: Place, more: Amount, askedAt: number): 'room' | 'read' | 'wait' | 'full' {
    const { quota, tally } = place
    const account = quota.scope === 'account'
    const age = this.#ageOf(place)
    const rest = tally.pauseMs
    const fresh = tally.startedAt >= askedAt
    if (fits(add(tally.held, more), quota)) {
      // Counting a large tenant takes long: nobody waits for that as long as mail comes.
      const ageMax = this.#ageMax(place, more) * (account ? 1 : 2)
      return fresh || age <= ageMax ? 'room' : 'read'
    }
    if (!fits(add(tally.read, more), quota)) {
      return fresh || (!account && age <= rest) ? 'full' : 'read'
    }
    // Only what we let in ourselves is in the way, and some of it may fail.
    if (this.#clock.monotonic() - askedAt > PATIENCE_MS) return 'full'
    if (tally.expecting) return 'wait'
    return account || age > rest ? 'read' : 'wait'
  }

  /** Makes up our mind about a place that may have no room: reads, waits, or refuses. */
  async #clear(place: Place, more: Amount, askedAt: number): Promise<void> {
    switch (this.#judge(place, more, askedAt)) {
      case 'room':
        return
      case 'wait':
        return place.tally.change(place.tally.expecting ? PATIENCE_MS : place.tally.restMs)
      case 'read':
        return this.#read(place)
      case 'full':
        this.#news.refused(place.quota)
        this.#watch.look(place, true)
        throw new Fault('over-quota', `The ${place.quota.scope} is full`)
    }
  }

  async #read(place: Place): Promise<void> {
    const { tally, quota } = place
    const counted = tally.known ? tally.refresh() : tally.join()
    await Promise.all([counted, this.#levels.recall(place)])
    if (quotaLevel(tally.read, quota) !== place.told?.level) this.#watch.look(place)
  }

  #ageOf({ tally }: Place): number {
    return this.#clock.monotonic() - tally.startedAt
  }

  /** How old a figure may be that says that there is room. */
  #ageMax({ tally, quota }: Place, more = NOTHING): number {
    const rest = tally.pauseMs
    return fits(add(tally.held, more), quota, NEAR) ? Math.max(FAR_MS, rest) : rest
  }

  /** Looks at what was told to be nearly full, by whomever: another process, or an earlier one. */
  async #recall(scope: QuotaScope, name: string): Promise<void> {
    const key = `${scope}/${name}`
    const place = this.#places.get(key)
    if (place !== undefined) {
      await this.#levels.recall(place)
      if (place.told?.level !== 0) this.#watch.look(place)
      return
    }
    const told = await this.#levels.find(key)
    if (told !== undefined && told.level > 0) {
      const { bytes, messages } = told
      this.#watch.look(this.#place(NOBODY, { scope, name, bytes, messages }))
      return
    }
    this.#quiet.set(key, this.#clock.monotonic())
  }
}

const NOBODY: Holder = { account: '', domain: '', tenant: '' }

function limits({ bytes, messages }: Quota): boolean {
  return bytes > 0 || messages > 0
}

function fits(amount: Amount, { bytes, messages }: Quota, share = 1): boolean {
  return (
    (bytes <= 0 || amount.bytes <= bytes * share) &&
    (messages <= 0 || amount.messages <= messages * share)
  )
}
