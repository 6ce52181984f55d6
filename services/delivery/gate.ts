import type { Clock } from '#lib/base/clock.ts'

/** So many failures with no success between them are no accident of one mailbox. */
const FAILURES_MAX = 10
const PROBE_FIRST_MS = 500
const PROBE_MS_MAX = 5000

/**
 * Keeps deliveries waiting while the mailbox-store is away, instead of sending each back to the spool with a
 * delay of its own: one at a time tries, and when it gets through all others follow at once.
 */
export class Gate {
  readonly #clock: Pick<Clock, 'sleep'>
  readonly #signal: AbortSignal
  readonly #changed: (open: boolean) => void
  #failures = 0
  #open = true
  #waiting: (() => void)[] = []
  #probeMs = PROBE_FIRST_MS
  #probing = false

  constructor(
    clock: Pick<Clock, 'sleep'>,
    signal: AbortSignal,
    changed: (open: boolean) => void = () => {},
  ) {
    this.#clock = clock
    this.#signal = signal
    this.#changed = changed
    signal.addEventListener('abort', () => this.#release(), { once: true })
  }

  /** Resolves when it is worth trying: true; or when the service is to end: false. */
  async enter(): Promise<boolean> {
    if (!this.#open && !this.#signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waiting.push(resolve)
      this.#probe()
      await promise
    }
    return this.#open || !this.#signal.aborted
  }

  succeeded(): void {
    this.#failures = 0
    if (this.#open) return
    this.#open = true
    this.#changed(true)
    this.#release()
  }

  failed(): void {
    this.#failures += 1
    if (this.#failures < FAILURES_MAX) return
    if (this.#open) {
      this.#open = false
      this.#probeMs = PROBE_FIRST_MS
      this.#changed(false)
    } else {
      this.#probeMs = Math.min(this.#probeMs * 2, PROBE_MS_MAX)
    }
    this.#probe()
  }

  /** Lets one through after a while; its success or failure decides what comes next. */
  #probe(): void {
    if (this.#probing || this.#waiting.length === 0) return
    this.#probing = true
    const later = () => {
      this.#probing = false
      this.#waiting.shift()?.()
      // One that had nothing to try, after all, says neither yes nor no: then the next one's turn comes.
      this.#probe()
    }
    this.#clock.sleep(this.#probeMs, this.#signal).then(later, () => {})
  }

  #release(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const go of waiting) go()
  }
}
