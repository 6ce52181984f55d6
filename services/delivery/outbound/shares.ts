import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { type Collection, DuplicateKey } from '#lib/db/port.ts'
import type { OutboundEvents } from './events.ts'
import { type Granted, grant, type Limits, type ShareDocument } from './share.ts'

/** What this process has of one destination. */
interface Share {
  limits: Limits
  connections: number
  messages: number
  /** Until then it is ours, by both clocks: a machine that slept stops the one, and not the other. */
  untilMonotonic: number
  untilWall: number
  /** Before, nobody asks the database again: it said that there is no more. */
  noConnectionUntil: number
  noMessageUntil: number
  /** How many ask right now. */
  asking: number
  renewing: Promise<void> | undefined
}

export type Prepared =
  | { readonly kind: 'ready'; readonly connectionsMax: number }
  | { readonly kind: 'busy'; readonly limit: 'connections' | 'rate'; readonly afterMs: number }

export interface ShareParts {
  readonly collection: Collection<ShareDocument>
  /** This process, as no other is called. */
  readonly owner: string
  /** To a destination, waiting ones among them. */
  open(key: string): number
  /** In use. */
  busy(key: string): number
  /** Closes what waits beyond so many. */
  shrink(key: string, max: number): void
  readonly clock: Clock
  readonly events: Pick<OutboundEvents, 'sharesAway'>
  readonly leaseMs?: number
}

const LEASE_MS = 20_000
const TRIES_MAX = 8
/** When to ask again for a connection that others have. */
const BUSY_MS = 2000

/**
 * Leases parts of what a destination may have from the cluster: connections, and messages in small batches. A share that
 * is not renewed in time belongs to the others; while the database is away, what one has goes on until then.
 */
export class Shares implements AsyncDisposable {
  readonly #parts: ShareParts
  readonly #leaseMs: number
  readonly #shares = new Map<string, Share>()
  readonly #stop = new AbortController()
  #keeping: Promise<void> | undefined

  constructor(parts: ShareParts) {
    this.#parts = parts
    this.#leaseMs = parts.leaseMs ?? LEASE_MS
  }

  /** Whether one more connection may be used, and a message sent: `spend` takes it, before anything is awaited. */
  async prepare(key: string, limits: Limits): Promise<Prepared> {
    const share = this.#shareOf(key, limits)
    share.asking += 1
    try {
      if (this.#wants(key, share)) await this.#renew(key, share)
    } catch (error) {
      // What one has goes on.
      if (!(error instanceof Fault)) throw error
      this.#parts.events.sharesAway(error)
    } finally {
      share.asking -= 1
    }
    this.#keep()
    const lacks = this.#lacks(key, share)
    if (lacks === 'connections') return { kind: 'busy', limit: lacks, afterMs: BUSY_MS }
    if (lacks === 'rate') {
      const afterMs = share.noMessageUntil - this.#parts.clock.monotonic()
      return { kind: 'busy', limit: lacks, afterMs: Math.max(BUSY_MS / 4, Math.ceil(afterMs)) }
    }
    return { kind: 'ready', connectionsMax: share.connections }
  }

  /** Takes a message that was prepared; false when somebody else was first. */
  spend(key: string): boolean {
    const share = this.#shares.get(key)
    if (share === undefined || share.limits.messagesPerMinuteMax === 0) return true
    if (share.messages < 1) return false
    share.messages -= 1
    return true
  }

  /** Gives back a message that was not sent. */
  unspend(key: string): void {
    const share = this.#shares.get(key)
    if (share && share.limits.messagesPerMinuteMax > 0) share.messages += 1
  }

  /** Gives everything back. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error('closed'))
    await this.#keeping
    const keys = [...this.#shares].filter(([, share]) => share.connections > 0)
    // Nobody waits for us; what is not given back expires.
    await Promise.allSettled(keys.map(([key, share]) => this.#ask(key, share, () => 0)))
  }

  #shareOf(key: string, limits: Limits): Share {
    const share = this.#shares.get(key) ?? {
      ...{ limits, connections: 0, messages: 0, asking: 0, renewing: undefined },
      ...{ untilMonotonic: Number.NEGATIVE_INFINITY, untilWall: 0 },
      ...{ noConnectionUntil: Number.NEGATIVE_INFINITY, noMessageUntil: Number.NEGATIVE_INFINITY },
    }
    if (!sameLimits(share.limits, limits)) share.untilWall = 0
    share.limits = limits
    this.#shares.set(key, share)
    return share
  }

  #valid({ untilMonotonic, untilWall }: Share): boolean {
    const { clock } = this.#parts
    return clock.monotonic() < untilMonotonic && clock.now() < untilWall
  }

  #lacks(key: string, share: Share): 'connections' | 'rate' | undefined {
    const { connectionsMax, messagesPerMinuteMax } = share.limits
    const valid = this.#valid(share)
    if (connectionsMax > 0 && !(valid && share.connections > this.#parts.busy(key))) {
      return 'connections'
    }
    return messagesPerMinuteMax > 0 && !(valid && share.messages >= 1) ? 'rate' : undefined
  }

  /** Whether to ask for more, for all that ask now. */
  #wants(key: string, share: Share): boolean {
    const { connectionsMax, messagesPerMinuteMax } = share.limits
    const now = this.#parts.clock.monotonic()
    if (!this.#valid(share)) return now >= Math.min(share.noConnectionUntil, share.noMessageUntil)
    const wanted = Math.min(connectionsMax, this.#parts.busy(key) + share.asking)
    if (share.connections < wanted && now >= share.noConnectionUntil) return true
    return messagesPerMinuteMax > 0 && share.messages < 1 && now >= share.noMessageUntil
  }

  /** One at a time; those that come meanwhile are counted in, if not by this one then by the next. */
  async #renew(key: string, share: Share): Promise<void> {
    if (share.renewing) await share.renewing
    if (!this.#wants(key, share)) return
    share.renewing ??= this.#ask(key, share, () => this.#parts.busy(key) + share.asking).finally(
      () => {
        share.renewing = undefined
      },
    )
    await share.renewing
  }

  async #ask(key: string, share: Share, wanted: () => number): Promise<void> {
    const { clock, collection, owner, open } = this.#parts
    const monotonic = clock.monotonic()
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const now = clock.now()
      const before = await collection.findOne({ _id: key })
      const messages = share.asking > 0 && share.messages < 1
      const connections = wanted()
      const granted = grant(key, before, share.limits, {
        ...{ owner, open: open(key), connections, messages, now, leaseMs: this.#leaseMs },
      })
      if (!(await this.#write(before, granted.document))) continue
      this.#take(key, share, granted)
      share.noConnectionUntil = monotonic
      if (granted.connections < connections) share.noConnectionUntil += this.#leaseMs / 30
      share.noMessageUntil = monotonic + granted.messageAfterMs
      // A little less than the others believe: clocks differ.
      share.untilMonotonic = monotonic + this.#leaseMs * 0.8
      share.untilWall = now + this.#leaseMs * 0.8
      return
    }
  }

  #take(key: string, share: Share, { connections, target, messages }: Granted): void {
    share.connections = connections
    share.messages += messages
    if (share.limits.connectionsMax > 0) this.#parts.shrink(key, target)
  }

  /** Whether nobody else wrote meanwhile. */
  async #write(before: ShareDocument | undefined, after: ShareDocument): Promise<boolean> {
    const { collection } = this.#parts
    if (before !== undefined) {
      const filter = { _id: after._id, version: before.version }
      return (await collection.replaceOne(filter, after)).matched === 1
    }
    try {
      await collection.insertOne(after)
      return true
    } catch (error) {
      if (!(error instanceof DuplicateKey)) throw error
      return false
    }
  }

  /** Renews what is in use, gives back what is not, and closes what expired, as long as there is anything. */
  #keep(): void {
    if (this.#keeping !== undefined || this.#stop.signal.aborted) return
    const run = async () => {
      while (this.#shares.size > 0 && !this.#stop.signal.aborted) {
        await this.#parts.clock.sleep(this.#leaseMs / 8, this.#stop.signal)
        for (const [key, share] of this.#shares) await this.#keepOne(key, share)
      }
    }
    this.#keeping = run()
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) this.#parts.events.sharesAway(error)
      })
      .finally(() => {
        this.#keeping = undefined
      })
  }

  async #keepOne(key: string, share: Share): Promise<void> {
    const { open, busy, shrink, events } = this.#parts
    if (share.renewing || share.asking > 0) return
    try {
      if (open(key) === 0) {
        if (share.connections > 0 && this.#valid(share)) await this.#ask(key, share, () => 0)
        if (share.asking === 0 && open(key) === 0) this.#shares.delete(key)
        return
      }
      if (share.limits.connectionsMax > 0) await this.#ask(key, share, () => busy(key))
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      events.sharesAway(error)
      // Those in use end by themselves; those that wait must not be counted on any more.
      if (!this.#valid(share)) shrink(key, busy(key))
    }
  }
}

function sameLimits(a: Limits, b: Limits): boolean {
  return a.connectionsMax === b.connectionsMax && a.messagesPerMinuteMax === b.messagesPerMinuteMax
}
