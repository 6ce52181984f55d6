/** Removes pieces that no mail refers to, and tells how full the spool is. */

import type { StreamInfo } from '@nats-io/jetstream'
import type { Clock } from '#lib/base/clock.ts'
import type { Telemetry } from '#lib/base/telemetry.ts'
import type { SpoolBytes } from './bytes.ts'
import type { Jet } from './jetstream.ts'
import { DEAD, mailIdOf, type SpoolSubjects } from './message.ts'

/**
 * A settled mail keeps its pieces so long, and longer while its entry is there: were nats-server killed, it might
 * have forgotten that the mail was settled, and would give it out again.
 */
const KEEP_MS = 120_000
/**
 * Pieces that had no mail when we looked twice, so far apart, never will have one: publishing takes less
 * (PUBLISH_LARGE_MS_MAX). Measured by our own clock that only grows, not by dates.
 */
const ORPHAN_MS = 30 * 60_000
const TICK_MS = 15_000
const TICKS_PER_SWEEP = 20

export interface SweepParts {
  readonly jet: Jet
  readonly bytes: SpoolBytes
  readonly subjects: SpoolSubjects
  readonly telemetry: Telemetry
  readonly clock: Clock
}

export class SpoolSweep {
  readonly #parts: SweepParts
  readonly #settled: { mailId: string; due: number }[] = []
  readonly #seen = new Map<string, number>()

  constructor(parts: SweepParts) {
    this.#parts = parts
  }

  /** The mail is settled for good; its pieces may go in a while. */
  settled(mailId: string): void {
    this.#settled.push({ mailId, due: this.#parts.clock.monotonic() + KEEP_MS })
  }

  /** Goes on until `signal` aborts; what fails is tried again the next time. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, telemetry } = this.#parts
    for (let tick = 0; !signal.aborted; tick++) {
      try {
        await this.#removeSettled()
        if (tick % TICKS_PER_SWEEP === 0) await this.sweep()
        await this.#measure()
      } catch (error) {
        if (!signal.aborted) telemetry.log('spool-sweep-postponed', { error })
      }
      await clock.sleep(TICK_MS, signal).catch(() => undefined)
    }
  }

  /** One look at all pieces: those without a mail are remembered, or removed when they were long ago. */
  async sweep(): Promise<void> {
    const { bytes, subjects, clock, telemetry } = this.#parts
    // The pieces first: a mail whose pieces we see after we looked for mails would look like an orphan.
    const pieces = await this.#mailIds(subjects.firstPieces)
    const mails = await this.#mailIds(subjects.allLarge)
    const now = clock.monotonic()
    for (const mailId of this.#seen.keys()) {
      if (!pieces.has(mailId) || mails.has(mailId)) this.#seen.delete(mailId)
    }
    for (const mailId of pieces) {
      if (mails.has(mailId)) continue
      const since = this.#seen.get(mailId) ?? now
      this.#seen.set(mailId, since)
      if (now - since < ORPHAN_MS) continue
      await bytes.remove(mailId)
      this.#seen.delete(mailId)
      telemetry.log('spool-orphan-removed', { mail: mailId })
    }
  }

  async #removeSettled(): Promise<void> {
    const { bytes, subjects, clock } = this.#parts
    const now = clock.monotonic()
    if (!this.#settled.some(({ due }) => due <= now)) return
    const mails = await this.#mailIds(subjects.allLarge)
    for (let first = this.#settled[0]; first && first.due <= now; first = this.#settled[0]) {
      // One that came back will be settled again.
      if (!mails.has(first.mailId)) await bytes.remove(first.mailId)
      this.#settled.shift()
    }
  }

  async #measure(): Promise<void> {
    const { jet, subjects, telemetry } = this.#parts
    const { manager } = await jet.client()
    const spool = await manager.streams.info(subjects.stream)
    const dead = await manager.streams.info(DEAD.stream)
    telemetry.gauge('spool_messages', spool.state.messages)
    telemetry.gauge('spool_bytes', spool.state.bytes)
    telemetry.gauge('dead_messages', dead.state.messages)
  }

  async #mailIds(filter: string): Promise<Set<string>> {
    const { jet, subjects } = this.#parts
    const { manager } = await jet.client()
    const info: StreamInfo = await manager.streams.info(subjects.stream, {
      subjects_filter: filter,
    })
    return new Set(Object.keys(info.state.subjects ?? {}).map(mailIdOf))
  }
}
