/** One who asks the replicas for things, one after the other, and compares the answers with what was promised. */

import assert from 'node:assert/strict'
import { Fault } from '#lib/base/fault.ts'
import type { Store } from '../store.ts'
import { Killed } from '../testing.ts'
import type { Asked, Expected } from './asked.ts'
import type { Box } from './box.ts'
import type { Chance } from './chance.ts'
import { Draft, type Mail } from './model.ts'
import type { Replica } from './replica.ts'
import type { Scheduler } from './scheduler.ts'
import type { Trace } from './trace.ts'
import type { Weather } from './weather.ts'

/** What the clients of a history share. */
export interface World {
  readonly weather: Weather
  readonly scheduler: Scheduler
  readonly trace: Trace
  readonly tenant: string
  readonly accounts: readonly string[]
  readonly mails: Mail[]
  /** How often each kind of operation was asked for. */
  readonly counts: Record<string, number>
  /** Those that live. */
  readonly replicas: readonly Replica[]
  /** For the history that is printed when something is wrong. */
  readonly tell: (line: string) => void
  readonly nextId: () => string
  /** A step before which time was made to pass, so that what is kept for a while may be gone. */
  passedAt: number
}

const TRIES = 4

export type Outcome<A> = { readonly answer: A } | { readonly fault: Fault } | undefined

export class Client {
  readonly name: string
  readonly world: World
  readonly chance: Chance

  /** Which of the replicas it asks; undefined for any. */
  readonly #prefers: number | undefined

  constructor(name: string, world: World, chance: Chance, prefers?: number) {
    this.name = name
    this.world = world
    this.chance = chance
    this.#prefers = prefers
  }

  /** Others who ask the same replica at the same time: what they want waits for the same commit. */
  others(count: number): Client[] {
    const { chance, name, world } = this
    const prefers = chance.below(world.replicas.length)
    return Array.from({ length: count }, () => new Client(name, world, chance, prefers))
  }

  /** Lets others do something first. */
  think(steps: number): Promise<void> {
    return this.world.scheduler.turn(undefined, () => undefined, this.chance.below(steps))
  }

  ask(what: string): Asked {
    const { counts } = this.world
    const [kind = ''] = what.split(' ')
    counts[kind] = (counts[kind] ?? 0) + 1
    return { what, since: this.world.scheduler.step, outcome: 'open', done: new Map() }
  }

  /** By preference one in which something is going on. */
  someBox(): Box | undefined {
    const { chance, world } = this
    const [first = ''] = world.accounts
    const busy = chance.oneIn(world.weather.busyOneIn)
    const boxes = world.trace.living(busy ? first : chance.pick(world.accounts))
    const inbox = boxes.find(({ name }) => name === 'INBOX')
    if (inbox && (busy || chance.oneIn(3))) return inbox
    return boxes.length === 0 ? undefined : chance.pick(boxes)
  }

  /** UIDs as clients write them, mostly of messages that are there. */
  someUids(box: Box): string {
    const uids = [...box.state.messages.keys()]
    if (uids.length === 0 || this.chance.oneIn(12)) return this.chance.pick(['1:*', '*', '999'])
    // The first ones are what everybody wants.
    if (this.chance.oneIn(3)) return uids.slice(0, 1 + this.chance.below(3)).join()
    const chosen = this.chance.some(uids, 2)
    return (chosen.length > 0 ? chosen : uids).join()
  }

  /**
   * Asks a replica, and when that dies perhaps another one, with the same ids. Answers nothing when it gave up: then it
   * may have happened.
   */
  async perform<A>(
    asked: Asked,
    work: (store: Store) => Promise<A>,
    repeatable = true,
  ): Promise<Outcome<A>> {
    const { world, chance } = this
    for (let tries = 1; ; tries++) {
      const replica = world.replicas[this.#prefers ?? -1] ?? chance.pick(world.replicas)
      world.tell(`${this.name} ${tries > 1 ? 'again ' : ''}${asked.what}`)
      try {
        const answer = await Promise.race([work(replica.store), replica.died])
        asked.outcome = tries === 1 ? 'answered' : 'unknown'
        return { answer }
      } catch (error) {
        const unknown =
          error instanceof Killed || (error instanceof Fault && error.code === 'unavailable')
        if (!unknown) {
          asked.outcome = tries === 1 ? 'refused' : 'unknown'
          if (error instanceof Fault) {
            world.tell(`${this.name} ${asked.what}: ${error.code}`)
            return { fault: error }
          }
          if (error instanceof assert.AssertionError) throw error
          assert.fail(`${asked.what}: an error of ours: ${(error as Error).stack}`)
        }
        const again = repeatable && tries < TRIES && chance.oneIn(world.weather.repeatOneIn)
        if (again) continue
        world.tell(`${this.name} ${asked.what}: gave up`)
        asked.outcome = 'unknown'
        return undefined
      }
    }
  }

  /** There is no such mailbox, or was none for a moment. */
  mustBeMissing(asked: Asked, fault: Fault, ...boxes: (Box | string)[]): void {
    assert.equal(fault.code, 'not-found', `${asked.what}: ${fault.stack}`)
    const missing = boxes.some((box) =>
      typeof box === 'string'
        ? this.world.trace.wasMissing(box, asked.since)
        : box.goneAt <= this.world.scheduler.step,
    )
    assert(missing, `${asked.what}: not found, although it was there`)
  }
}

/**
 * A repetition may find nothing to do any more, and say so, while what a replica that has died had sent for the first try is
 * still on its way, and is committed then.
 */
export function isOvertaken({ outcome }: Asked): boolean {
  return outcome === 'unknown'
}

/** What an answer says that needed no commit: at some moment since it was asked there was nothing to do. */
export function wasNothingToDo(expected: Expected, box: Box): boolean {
  // What is read while the mailbox is being deleted may be half gone.
  if (!box.lives || box.hadHiddenStatesSince(expected.asked.since)) return true
  return box.statesSince(expected.asked.since).some((state) => {
    const draft = new Draft(state)
    expected.apply(draft, { box, receipt: undefined, flagsOf: () => undefined })
    return draft.isLike(state)
  })
}
