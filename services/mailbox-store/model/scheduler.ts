/**
 * Who goes next. Everything that a replica asks of its database waits here, and so does every answer on its way back;
 * one of those who wait is chosen by chance, and nobody else moves until it has gone through. That makes a history the
 * same for the same seed, on both engines: the database never sees two calls at once.
 */

import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import type { Chance } from './chance.ts'

export interface Owner {
  /** Step before which nothing of it goes on. */
  readonly asleepUntil: number
}

interface Waiting {
  readonly owner: Owner | undefined
  /** Step before which it is held back. */
  readonly from: number
  readonly work: () => unknown
  readonly resolve: (answer: never) => void
  readonly reject: (error: unknown) => void
}

/** So often nobody may want anything while somebody is still expected to. */
const IDLE_MAX = 100
/** Histories have some thousand steps; one that has so many does not end. */
const STEPS_MAX = 100_000

export class Scheduler {
  step = 0
  readonly #chance: Chance
  #waiting: Waiting[] = []

  constructor(chance: Chance) {
    this.#chance = chance
  }

  /** Does the work when its turn has come, some steps from now at the earliest, and resolves with what it answers. */
  turn<A>(owner: Owner | undefined, work: () => A | Promise<A>, hold = 0): Promise<A> {
    return new Promise<A>((resolve, reject) => {
      this.#waiting.push({ owner, from: this.step + hold, work, resolve, reject })
    })
  }

  /**
   * Nobody waits for what it asked any more. What is on its way to the database may still arrive there: after so many steps,
   * or never when that is undefined.
   */
  orphan(owner: Owner, arrives: () => number | undefined): void {
    const nobody = () => undefined
    this.#waiting = this.#waiting.flatMap((one) => {
      if (one.owner !== owner) return [one]
      const after = arrives()
      if (after === undefined) return []
      const from = this.step + after
      return [{ ...one, from, owner: undefined, resolve: nobody, reject: nobody }]
    })
  }

  /** Lets those who wait go on, one by one, until nobody waits and `over` says that nobody will. */
  async run(over: () => boolean, each: () => void): Promise<void> {
    for (let idle = 0; ; ) {
      await setImmediate()
      if (this.#waiting.length === 0) {
        if (over()) return
        assert(++idle < IDLE_MAX, 'somebody waits for what never comes')
        continue
      }
      idle = 0
      assert(this.step < STEPS_MAX, 'it ends')
      each()
      await this.#next()
    }
  }

  async #next(): Promise<void> {
    if (this.#waiting.length === 0) return
    const soonest = Math.min(...this.#waiting.map(readyAt))
    this.step = Math.max(this.step + 1, soonest)
    const ready = this.#waiting.filter((one) => readyAt(one) <= this.step)
    const chosen = this.#chance.pick(ready)
    this.#waiting.splice(this.#waiting.indexOf(chosen), 1)
    try {
      chosen.resolve((await chosen.work()) as never)
    } catch (error) {
      chosen.reject(error)
    }
  }
}

function readyAt({ owner, from }: Waiting): number {
  return Math.max(from, owner?.asleepUntil ?? 0)
}
