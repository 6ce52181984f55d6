import type { Clock, Random } from '#lib/base/clock.ts'

/** How a replica failed whom we asked. */
export type Strike =
  /** There is no connection. */
  | 'gone'
  /** It is connected, and did not answer in time, or later than another one, or ended one call without an answer. */
  | 'slow'

/** So often in a row it may be slow. */
const STRIKES_MAX = 3
/** It says that it cannot work, so often in a row. */
const COMPLAINTS_MAX = 3
/** The first wait and the longest, which each wait doubles to. */
const WAITS = { gone: { firstMs: 100, maxMs: 2000 }, slow: { firstMs: 500, maxMs: 4000 } }
const AILING = { firstMs: 250, maxMs: 2000 }
/** How long others wait for what becomes of the one call that tries a slow replica again. */
const TRIAL_MS = 1000

interface Parts {
  readonly clock: Clock
  readonly random: Random
  /** Resolves to whether there is a connection to the replica. */
  readonly probe: () => Promise<boolean>
  readonly changed: (open: boolean, why: Strike) => void
  readonly signal: AbortSignal
}

/**
 * Whether a replica is worth asking. Closed, it is. Open, it is left alone for a while that grows, until a connection to it
 * stands; one that was slow is then tried with one call first.
 *
 * Besides, a replica that answers may ail: it is asked when no other one is well.
 */
export class Circuit {
  readonly #parts: Parts
  #state: 'closed' | 'open' | 'trial' = 'closed'
  #trialUntil = Number.NEGATIVE_INFINITY
  #why: Strike = 'slow'
  #strikes = 0
  #waitMs = 0
  #complaints = 0
  #ailingMs = 0
  #ailingUntil = Number.NEGATIVE_INFINITY

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Not to be asked now. */
  get open(): boolean {
    if (this.#state === 'closed') return false
    return this.#state === 'open' || this.#parts.clock.monotonic() < this.#trialUntil
  }

  /** It was found wanting, and nobody has found it well again. */
  get tripped(): boolean {
    return this.#state === 'open'
  }

  /** There is no connection: to ask it nevertheless is no use. */
  get away(): boolean {
    return this.#state === 'open' && this.#why === 'gone'
  }

  get ailing(): boolean {
    return this.#ailingMs > 0 && this.#parts.clock.monotonic() < this.#ailingUntil
  }

  /** Somebody asks it now. */
  asked(): void {
    if (this.#state === 'trial') this.#trialUntil = this.#parts.clock.monotonic() + TRIAL_MS
  }

  /** It answered, whatever it said. */
  answered(): void {
    this.#strikes = 0
    this.#waitMs = 0
    if (this.#state === 'trial') this.#state = 'closed'
  }

  /** What it answered shows that it is well. */
  well(): void {
    this.answered()
    this.#complaints = 0
    this.#ailingMs = 0
  }

  /** It said that it cannot work, or has too much to do. */
  complained(what: 'unavailable' | 'shed'): void {
    this.answered()
    this.#complaints++
    if (what === 'shed' || this.#complaints >= COMPLAINTS_MAX) this.ails()
  }

  /** Others are asked for a while, as far as they are well. */
  ails(): void {
    this.#ailingMs = next(this.#ailingMs, AILING)
    this.#ailingUntil = this.#parts.clock.monotonic() + this.#ailingMs
  }

  failed(why: Strike): void {
    if (this.#state === 'open') {
      if (why === 'gone' && this.#why === 'slow') this.#tell(why)
      return
    }
    this.#strikes++
    if (why === 'slow' && this.#state === 'closed' && this.#strikes < STRIKES_MAX) return
    this.#strikes = 0
    this.#state = 'open'
    this.#tell(why)
    // It ends with the signal.
    this.#mend().catch(() => undefined)
  }

  async #mend(): Promise<void> {
    const { clock, random, probe, changed, signal } = this.#parts
    do {
      this.#waitMs = next(this.#waitMs, WAITS[this.#why])
      // Not all callers at once.
      const [chance = 0] = random(1)
      await clock.sleep(this.#waitMs * (0.75 + chance / 512), signal)
    } while (!(await probe()))
    if (signal.aborted) return
    this.#state = this.#why === 'slow' ? 'trial' : 'closed'
    this.#trialUntil = Number.NEGATIVE_INFINITY
    changed(false, this.#why)
  }

  #tell(why: Strike): void {
    this.#why = why
    this.#parts.changed(true, why)
  }
}

function next(ms: number, { firstMs, maxMs }: { firstMs: number; maxMs: number }): number {
  return ms === 0 ? firstMs : Math.min(Math.max(ms * 2, firstMs), maxMs)
}
