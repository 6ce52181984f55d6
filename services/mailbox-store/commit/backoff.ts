import type { Clock, Random } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'

const ATTEMPTS_MAX = 100
/** So often whoever was overtaken tries again at once. */
const AT_ONCE_MAX = 2
const WAIT_MS_MAX = 64

/**
 * How long to wait after a lost compare-and-set. Each one was won by somebody, so the mailbox goes on; waiting for a
 * time left to chance takes care that it is not always the same who wins.
 */
export class Backoff {
  readonly #ports: { readonly clock: Clock; readonly random: Random }
  readonly #started: number
  #conflicts = 0

  constructor(ports: { readonly clock: Clock; readonly random: Random }) {
    this.#ports = ports
    this.#started = ports.clock.monotonic()
  }

  get conflicts(): number {
    return this.#conflicts
  }

  /** Since it began. */
  get seconds(): number {
    return (this.#ports.clock.monotonic() - this.#started) / 1000
  }

  /** @throws {Fault} busy, when that was once too often */
  async lost(): Promise<void> {
    this.#conflicts++
    if (this.#conflicts === ATTEMPTS_MAX) {
      throw new Fault('busy', 'The mailbox is changed by too many at once')
    }
    if (this.#conflicts <= AT_ONCE_MAX) return
    const most = Math.min(2 ** (this.#conflicts - AT_ONCE_MAX), WAIT_MS_MAX)
    const [chance = 0] = this.#ports.random(1)
    await this.#ports.clock.sleep((most * chance) / 255)
  }
}
