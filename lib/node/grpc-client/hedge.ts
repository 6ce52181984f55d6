/** How long an answer is waited for before another replica is asked as well, and how often that may happen. */

/** Of so many answers. */
const SAMPLES_MAX = 128
const SAMPLES_MIN = 32
/** The delay is found anew after so many answers. */
const REFRESH = 32
const DELAY_MS = { min: 20, unknown: 250, max: 2000 }
const QUANTILE = 0.95

/** What answers of one method take lately. */
export class Pace {
  readonly #samples = new Float64Array(SAMPLES_MAX)
  #count = 0
  #delayMs: number = DELAY_MS.unknown

  /** 95 of 100 answers are there by then. */
  get delayMs(): number {
    return this.#delayMs
  }

  took(ms: number): void {
    this.#samples[this.#count++ % SAMPLES_MAX] = ms
    if (this.#count % REFRESH !== 0 || this.#count < SAMPLES_MIN) return
    const sorted = this.#samples.slice(0, Math.min(this.#count, SAMPLES_MAX)).sort()
    const ms95 = sorted[Math.floor(sorted.length * QUANTILE)] ?? 0
    this.#delayMs = Math.min(Math.max(ms95, DELAY_MS.min), DELAY_MS.max)
  }
}

/** Of what is done in addition: a share of the calls that were answered, and not many in a row. */
export class Budget {
  readonly #share: number
  readonly #max: number
  #left: number

  constructor(share = 0.1, max = 10) {
    this.#share = share
    this.#max = max
    this.#left = max
  }

  earn(): void {
    this.#left = Math.min(this.#left + this.#share, this.#max)
  }

  /** What was taken was of use. */
  refund(): void {
    this.#left = Math.min(this.#left + 1, this.#max)
  }

  /** Whether one more is granted. */
  take(): boolean {
    if (this.#left < 1) return false
    this.#left--
    return true
  }
}
