import type { Clock } from '#lib/base/clock.ts'
import { type Quota, quotaLevel } from '#lib/mail/quota.ts'
import type { Crossing, Levels, Place } from './levels.ts'

const TOLD_AGAIN_MS = 5000

/** Who is told how full things are. */
export interface QuotaNews {
  /** Once for each crossing of a threshold, on all replicas together; not at all when the process dies just then. */
  crossed(crossing: Crossing): void
  /** Something had no room. */
  refused(quota: Quota): void
  /** It has refused something, and ordinary mail has no room; again and again while it does. */
  full(quota: Quota, since: number): void
  /** It was full and is so no longer. */
  roomAgain(quota: Quota): void
  failed(error: unknown): void
}

/** Tells how full places are, beside everything else: nobody waits for it. */
export class Watch {
  readonly #levels: Levels
  readonly #clock: Clock
  readonly #news: QuotaNews
  readonly #looking = new Map<string, { again: boolean; refused: boolean }>()
  readonly #announced = new Map<string, number>()
  readonly #work = new Set<Promise<void>>()
  readonly #stop = new AbortController()

  constructor(levels: Levels, clock: Clock, news: QuotaNews) {
    this.#levels = levels
    this.#clock = clock
    this.#news = news
  }

  /** Looks, beside everything else, whether what was last told of a place is still true. */
  look(place: Place, refused = false): void {
    if (this.#stop.signal.aborted) return
    if (refused && place.told?.level === 100 && quotaLevel(place.tally.read, place.quota) === 100) {
      this.#tellFull(place)
      return
    }
    const under = this.#looking.get(place.key)
    if (under !== undefined) {
      under.again = true
      under.refused ||= refused
      return
    }
    const looking = { again: false, refused }
    this.#looking.set(place.key, looking)
    this.alongside(this.#lookUntilQuiet(place, looking))
  }

  async #lookUntilQuiet(
    place: Place,
    looking: { again: boolean; refused: boolean },
  ): Promise<void> {
    try {
      do {
        looking.again = false
        // However often it goes up and down: counting must not be all that the database does.
        await this.#clock.sleep(place.tally.restMs, this.#stop.signal)
        const crossing = await this.#levels.update(place)
        if (crossing !== undefined) this.#tell(place, crossing)
        if (looking.refused) this.#tellFull(place)
        looking.refused = false
      } while (looking.again)
    } finally {
      this.#looking.delete(place.key)
    }
  }

  #tell(place: Place, crossing: Crossing): void {
    this.#news.crossed(crossing)
    if (crossing.level === 100) this.#tellFull(place)
    else if (crossing.from === 100) {
      this.#announced.delete(place.key)
      this.#news.roomAgain(place.quota)
    }
  }

  #tellFull({ key, quota, told }: Place): void {
    if (told?.fullSince === undefined || this.#announcedLately({ key })) return
    this.#announced.set(key, this.#clock.monotonic())
    this.#news.full(quota, told.fullSince)
  }

  #announcedLately({ key }: Pick<Place, 'key'>): boolean {
    const at = this.#announced.get(key)
    return at !== undefined && this.#clock.monotonic() - at < TOLD_AGAIN_MS
  }

  /** Goes on while others are answered; what fails of it is told, and nothing more. */
  alongside(work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) this.#news.failed(error)
      })
      .finally(() => this.#work.delete(done))
    this.#work.add(done)
  }

  forget(key: string): void {
    this.#announced.delete(key)
  }

  /** Resolves when nothing is under way any more; nothing is told after that. */
  async settled(): Promise<void> {
    this.#stop.abort(new Error('The store is closed'))
    while (this.#work.size > 0) await Promise.all(this.#work)
  }
}
