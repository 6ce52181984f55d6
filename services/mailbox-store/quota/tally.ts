/** What an account, a domain or a tenant holds, as one process knows it. */

import assert from 'node:assert/strict'
import type { Clock } from '#lib/base/clock.ts'

export interface Amount {
  readonly bytes: number
  readonly messages: number
}

/** An amount, and in how many mailboxes it lies. */
export type Usage = Amount & { readonly mailboxes: number }

export const NOTHING: Amount = { bytes: 0, messages: 0 }

/** A place that matters is counted again after so many times what the counting takes. */
const REST = 20

/** Of what is on its way. To dispose it says that it has arrived, or has failed: nobody can tell which. */
export interface Room extends Disposable {
  /** In place of that: it is certain that nothing of it has arrived, and nothing will. */
  giveBack(): void
}

/** What was read, and when the reading began. */
interface Figure {
  readonly held: Usage
  readonly startedAt: number
  readonly tookMs: number
}

/**
 * The last figure that was read from the documents, and what this process has let in since. What is on its way stays
 * counted until it has arrived or failed: a reading cannot tell which of it is in the documents already.
 */
export class Tally {
  readonly #count: () => Promise<Usage>
  readonly #clock: Clock
  #figure: Figure | undefined
  #reading: Promise<void> | undefined
  #nextReading: Promise<void> | undefined
  #onTheWay = NOTHING
  /** Ended after the figure's reading began: it may have come too late for it. */
  #arrived = NOTHING
  #arrivedWhileReading = NOTHING
  #watchers: (() => void)[] = []

  constructor(count: () => Promise<Usage>, clock: Clock) {
    this.#count = count
    this.#clock = clock
  }

  get idle(): boolean {
    return isNothing(this.#onTheWay) && !this.reading
  }

  get reading(): boolean {
    return this.#reading !== undefined
  }

  get known(): boolean {
    return this.#figure !== undefined
  }

  /** What was read, without what was let in since. */
  get read(): Usage {
    return this.#figure?.held ?? { ...NOTHING, mailboxes: 0 }
  }

  get startedAt(): number {
    return this.#figure?.startedAt ?? Number.NEGATIVE_INFINITY
  }

  /** From one reading to the next, so that reading is not all that the database does. */
  get pauseMs(): number {
    return (this.#figure?.tookMs ?? 0) * REST
  }

  /** How much of that is left. */
  get restMs(): number {
    const over = this.startedAt + this.pauseMs - this.#clock.monotonic()
    return this.known ? Math.max(0, over) : 0
  }

  /** No less than what there is, as far as this process can know. */
  get held(): Amount {
    return add(add(this.read, this.#arrived), this.#onTheWay)
  }

  get expecting(): boolean {
    return !isNothing(this.#onTheWay)
  }

  /** Counts what is on its way until it is disposed. */
  expect(more: Amount): Room {
    this.#onTheWay = add(this.#onTheWay, more)
    let ended = false
    const end = (arrived: Amount) => {
      if (ended) return
      ended = true
      this.#onTheWay = subtract(this.#onTheWay, more)
      this.#arrived = add(this.#arrived, arrived)
      this.#arrivedWhileReading = add(this.#arrivedWhileReading, arrived)
      for (const watcher of this.#watchers.splice(0)) watcher()
    }
    return { [Symbol.dispose]: () => end(more), giveBack: () => end(NOTHING) }
  }

  /** Resolves when something that is on its way has arrived or failed, or after so long. */
  async change(msMax: number): Promise<void> {
    const late = new AbortController()
    const changed = new Promise<void>((resolve) => this.#watchers.push(resolve))
    try {
      await Promise.race([changed, this.#clock.sleep(msMax, late.signal).catch(() => undefined)])
    } finally {
      late.abort()
    }
  }

  /** Reads anew, unless that is under way. */
  join(): Promise<void> {
    return this.#reading ?? this.#startReading()
  }

  /** Reads anew, beginning no earlier than now. All who ask while a reading is under way share the next. */
  refresh(): Promise<void> {
    const reading = this.#reading
    if (reading === undefined) return this.#startReading()
    this.#nextReading ??= reading
      .catch(() => undefined)
      .then(() => {
        this.#nextReading = undefined
        return this.join()
      })
    return this.#nextReading
  }

  #startReading(): Promise<void> {
    assert(this.#reading === undefined)
    const reading = this.#readNow().finally(() => {
      this.#reading = undefined
    })
    this.#reading = reading
    return reading
  }

  async #readNow(): Promise<void> {
    const startedAt = this.#clock.monotonic()
    this.#arrivedWhileReading = NOTHING
    const held = await this.#count()
    this.#figure = { held, startedAt, tookMs: this.#clock.monotonic() - startedAt }
    this.#arrived = this.#arrivedWhileReading
  }
}

export function add(one: Amount, other: Amount): Amount {
  return { bytes: one.bytes + other.bytes, messages: one.messages + other.messages }
}

function subtract(one: Amount, other: Amount): Amount {
  return { bytes: one.bytes - other.bytes, messages: one.messages - other.messages }
}

function isNothing({ bytes, messages }: Amount): boolean {
  return bytes === 0 && messages === 0
}
