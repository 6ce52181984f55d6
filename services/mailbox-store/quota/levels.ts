/** How full something was when that was last told, so that crossing a threshold is told once, whoever notices. */

import type { Clock } from '#lib/base/clock.ts'
import { DuplicateKey } from '#lib/db/port.ts'
import { type Quota, type QuotaLevel, quotaLevel } from '#lib/mail/quota.ts'
import type { Collections, QuotaDocument } from '../documents.ts'
import type { Amount, Tally } from './tally.ts'

/** How others may have changed it, we see after so long. */
const TOLD_MS_MAX = 60_000

interface Told {
  readonly level: number
  /** Milliseconds since 1970; undefined: it is not full. */
  readonly fullSince: number | undefined
  readonly readAt: number
}

export interface Crossing extends Quota {
  readonly from: number
  readonly level: QuotaLevel
  readonly fullSince: number | undefined
  readonly held: Amount
}

/** An account, a domain or a tenant with a limit. */
export interface Place {
  readonly key: string
  /** As it was last asked for. */
  quota: Quota
  readonly tally: Tally
  told: Told | undefined
  recalling: Promise<void> | undefined
}

export class Levels {
  readonly #documents: Collections['quotas']
  readonly #clock: Clock

  constructor(documents: Collections['quotas'], clock: Clock) {
    this.#documents = documents
    this.#clock = clock
  }

  /** Knows what was last told, as it was at most a minute ago. */
  async recall(place: Place): Promise<void> {
    const { told } = place
    if (told !== undefined && this.#clock.monotonic() - told.readAt < TOLD_MS_MAX) return
    place.recalling ??= this.#recall(place)
    await place.recalling
  }

  async #recall(place: Place): Promise<void> {
    try {
      this.#note(place, await this.#documents.findOne({ _id: place.key }))
    } finally {
      place.recalling = undefined
    }
  }

  /** What was last told, and the limit that it was about; undefined: nothing is near its limit. */
  async find(key: string): Promise<QuotaDocument | undefined> {
    return this.#documents.findOne({ _id: key })
  }

  /**
   * Writes down how full it is now, when that is not what was last told. Of all who notice the same, only the one whose
   * write succeeds is answered with the crossing.
   */
  async update(place: Place): Promise<Crossing | undefined> {
    // In this order: whoever wrote it had counted before, so what we count now is no older than that.
    const told = await this.#documents.findOne({ _id: place.key })
    await place.tally.refresh()
    const { quota } = place
    const held = place.tally.read
    const level = quotaLevel(held, quota)
    if (level === (told?.level ?? 0)) {
      this.#note(place, told)
      return undefined
    }
    const fullSince = level === 100 ? this.#clock.now() : undefined
    const next = toDocument(place, level, fullSince)
    if (!(await this.#compareAndSet(told, next))) {
      place.told = undefined
      return undefined
    }
    this.#note(place, next)
    return { ...quota, from: told?.level ?? 0, level, fullSince, held }
  }

  async #compareAndSet(told: QuotaDocument | undefined, next: QuotaDocument): Promise<boolean> {
    if (told === undefined) {
      try {
        await this.#documents.insertOne(next)
        return true
      } catch (error) {
        if (error instanceof DuplicateKey) return false
        throw error
      }
    }
    const filter = {
      _id: told._id,
      level: told.level,
      ...(told.fullSince !== undefined && { fullSince: told.fullSince }),
    }
    // Most places have none.
    if (next.level === 0) return this.#documents.deleteOne(filter)
    const { _id, ...fields } = next
    const gone = fields.fullSince === undefined && { $unset: { fullSince: true } as const }
    return (await this.#documents.updateOne(filter, { $set: fields, ...gone })).matched === 1
  }

  #note(place: Place, told: QuotaDocument | undefined): void {
    place.told = {
      level: told?.level ?? 0,
      fullSince: told?.fullSince?.getTime(),
      readAt: this.#clock.monotonic(),
    }
  }
}

function toDocument(
  { key, quota }: Place,
  level: QuotaLevel,
  fullSince: number | undefined,
): QuotaDocument {
  return {
    _id: key,
    level,
    bytes: quota.bytes,
    messages: quota.messages,
    ...(fullSince !== undefined && { fullSince: new Date(fullSince) }),
  }
}
