import type { Clock } from './clock.ts'
import { Fault } from './fault.ts'

/** From where on nobody new is let in. Infinity: never. */
export interface PressureLimits {
  /** How late the event loop is. */
  readonly lagMs: number
  /** How long the spool takes to acknowledge a mail. */
  readonly publishMs: number
  /** Part of the spool that is full. */
  readonly spoolFill: number
}

/** What there is too much of. */
export type Overload = 'event-loop' | 'spool-slow' | 'spool-full'

/** What a mail took says little when it was so long ago: then it counts half. */
const HALF_LIFE_MS = 2000
const LEARNT_MS = 600_000
/** A larger mail may take longer, in proportion. */
const ORDINARY_BYTES = 1024 * 1024
/** Of what is measured, the part that the newest mail decides. */
const NEWEST = 0.2

interface UnderWay {
  readonly began: number
  readonly share: number
}

/**
 * How hard a process that takes mail is pressed. It is asked before a mail begins: a "later" that is said before the bytes
 * travel costs neither side much. When all are refused nothing is measured any more, and the measure fades, so that some
 * are let in again and show how it is by then.
 */
export class Pressure {
  readonly #limits: PressureLimits
  readonly #clock: Pick<Clock, 'monotonic'>
  #lagMs = 0
  #spoolFill = 0
  /** Since the spool was looked at. */
  #refused = false
  #learnt = { bytes: Number.POSITIVE_INFINITY, until: Number.NEGATIVE_INFINITY }
  #publishMs = 0
  #publishedAt = 0
  readonly #underWay = new Set<UnderWay>()

  constructor(limits: PressureLimits, clock: Pick<Clock, 'monotonic'>) {
    this.#limits = limits
    this.#clock = clock
  }

  /** Why nobody new should be let in now. */
  over(): Overload | undefined {
    const { lagMs, publishMs, spoolFill } = this.#limits
    if (this.#spoolFill >= spoolFill) return 'spool-full'
    if (this.publishMs >= publishMs) return 'spool-slow'
    return this.#lagMs >= lagMs ? 'event-loop' : undefined
  }

  /** What the spool takes, as it looks now: what still waits has taken so long at least. */
  get publishMs(): number {
    const now = this.#clock.monotonic()
    let most = this.#publishMs * 2 ** -((now - this.#publishedAt) / HALF_LIFE_MS)
    for (const { began, share } of this.#underWay) most = Math.max(most, (now - began) / share)
    return most
  }

  /** How late the event loop was lately. */
  lagged(ms: number): void {
    this.#lagMs = ms
  }

  /**
   * What the spool holds, and may hold: Infinity when only its servers know. Then it is learnt when they refuse a mail, so that
   * users are let in again before strangers are, and forgotten in a while: somebody may have given them a larger disk.
   */
  filled(bytes: number, bytesMax: number): void {
    const now = this.#clock.monotonic()
    if (this.#refused) this.#learnt = { bytes, until: now + LEARNT_MS }
    this.#refused = false
    const known = now < this.#learnt.until ? this.#learnt.bytes : Number.POSITIVE_INFINITY
    const most = Math.min(bytesMax, known)
    this.#spoolFill = bytes === 0 ? 0 : bytes / most
  }

  /** Measures what it takes to publish a mail of this size. */
  async publishing<T>(publish: () => Promise<T>, sizeBytes = 0): Promise<T> {
    const mail = { began: this.#clock.monotonic(), share: Math.max(1, sizeBytes / ORDINARY_BYTES) }
    this.#underWay.add(mail)
    try {
      return await publish()
    } catch (error) {
      // Until the spool is looked at again.
      if (error instanceof Fault && error.code === 'busy') {
        this.#spoolFill = 1
        this.#refused = true
      }
      throw error
    } finally {
      this.#underWay.delete(mail)
      this.#took((this.#clock.monotonic() - mail.began) / mail.share)
    }
  }

  #took(ms: number): void {
    const before = this.publishMs
    this.#publishMs = before + NEWEST * (ms - before)
    this.#publishedAt = this.#clock.monotonic()
  }
}
