/**
 * One history: clients, watchers and replicas that die, on one database, from one seed.
 *
 * Every call to the database waits for its turn (scheduler.ts), so that the seed decides who goes next, who dies, who sleeps
 * and what is lost. As each commit is made, it is compared with what clients had asked for (trace.ts), and becomes one
 * more state of the model. Answers are compared with the state at their MODSEQ (client.ts, watcher.ts); an operation
 * that nobody answered may be among the commits, once, or not. When all is quiet, a new process must find the last state
 * of the model, and nothing left half done (verify.ts).
 *
 * What this does not show: two calls that reach a server at the same time, whose order would not be ours to repeat.
 */

import assert from 'node:assert/strict'
import type { Collections } from '../documents.ts'
import { Chance } from './chance.ts'
import { Client, type World } from './client.ts'
import { appendOne, appendSome, changeFlags, expungeSome } from './messages.ts'
import { createOne, deleteOne, renameOne, subscribeOne } from './namings.ts'
import { Replica } from './replica.ts'
import { Scheduler } from './scheduler.ts'
import { Trace } from './trace.ts'
import { copySome, moveSome } from './transfers.ts'
import { verify } from './verify.ts'
import { Watcher } from './watcher.ts'
import { type Weather, weatherOf } from './weather.ts'

/** After the time of any test, so that a server that expires documents by its own clock takes none away. */
const START_MS = Date.UTC(2040, 0, 1)
const STEP_MS = 7
/** Of each client, when time has passed. */
const LATER_OPERATIONS = 3

/** Several at once on one replica. */
async function doSeveral(client: Client): Promise<void> {
  const others = client.others(2 + client.chance.below(3))
  await Promise.all(others.map((one) => one.chance.pick(TOGETHER)(one)))
}
const TOGETHER = [appendOne, changeFlags, changeFlags, expungeSome, moveSome]

const OPERATIONS: readonly [work: (client: Client) => Promise<void>, weight: number][] = [
  [appendOne, 8],
  [changeFlags, 10],
  [expungeSome, 3],
  [appendSome, 2],
  [copySome, 3],
  [moveSome, 5],
  [createOne, 2],
  [renameOne, 1],
  [deleteOne, 1],
  [subscribeOne, 1],
  [doSeveral, 4],
]
const CHOICES = OPERATIONS.flatMap(([work, weight]) => Array.from({ length: weight }, () => work))

/** What happened in a history, to be added up. */
export interface Tally {
  readonly commits: number
  readonly kills: number
  readonly steps: number
  readonly operations: Readonly<Record<string, number>>
}

class HistoryFailure extends Error {
  override readonly name = 'HistoryFailure'
}

/** `prefix` goes before the names of accounts, so that one database can take a history twice. */
export async function runHistory(
  collections: Collections,
  seed: number,
  prefix = '',
): Promise<Tally> {
  const history = new History(collections, seed, prefix)
  try {
    return await history.run()
  } catch (error) {
    const lines = history.lines.join('\n  ')
    const again = `npm run test:model -- --histories 1 --seed ${seed}`
    const text = `${lines}\n${(error as Error).stack}\n\nTo repeat it: ${again}`
    throw new HistoryFailure(`history ${seed}:\n  ${text}`, {
      cause: error,
    })
  }
}

class History {
  readonly lines: string[] = []
  readonly #chance: Chance
  readonly #weather: Weather
  readonly #scheduler: Scheduler
  readonly #trace: Trace
  readonly #world: World
  readonly #replicas: Replica[] = []
  readonly #watchers: Watcher[] = []
  #kills = 0
  #faults = 0
  #ids = 0
  #passedMs = 0
  #stormy = true

  constructor(collections: Collections, seed: number, prefix: string) {
    this.#chance = new Chance(seed)
    this.#weather = weatherOf(this.#chance)
    this.#scheduler = new Scheduler(this.#fork())
    this.#trace = new Trace(collections, () => this.#scheduler.step)
    this.#world = {
      weather: this.#weather,
      scheduler: this.#scheduler,
      trace: this.#trace,
      tenant: `${prefix}t${seed}`,
      accounts: [`${prefix}a${seed}`, `${prefix}b${seed}`],
      mails: [],
      counts: {},
      replicas: this.#replicas,
      tell: (line) => this.#tell(line),
      nextId: () => `i${++this.#ids}`,
      passedAt: -1,
    }
  }

  async run(): Promise<Tally> {
    await this.#prepare()
    for (let i = 0; i < this.#weather.replicas; i++) this.#replicas.push(this.#start())
    const { operations, watchers, days } = this.#weather
    for (let i = 0; i < watchers; i++) this.#watchers.push(new Watcher(this.#client(`w${i}`)))
    await this.#together(operations, days === 0)
    if (days > 0) {
      await this.#passTime()
      await this.#together(LATER_OPERATIONS, true)
    }
    await verify(this.#world, () => this.#now())
    const { commits } = this.#trace
    const { counts } = this.#world
    return { commits, kills: this.#kills, steps: this.#scheduler.step, operations: counts }
  }

  /** Each account has an INBOX and an Archive, with a few messages. */
  async #prepare(): Promise<void> {
    const calm = { ...this.#weather, failpointOneIn: 0, faultOneIn: 0, holdOneIn: 0, splitOneIn: 0 }
    const replica = this.#start(calm)
    this.#replicas.push(replica)
    const client = this.#client('c')
    const prepare = async () => {
      for (const account of this.#world.accounts) {
        await createOne(client, account, 'Archive')
        for (const name of ['INBOX', 'Archive']) {
          for (let n = this.#chance.below(6); n >= 0; n--)
            await appendOne(client, { account, name })
        }
      }
    }
    let over = false
    const preparing = prepare().finally(() => {
      over = true
    })
    preparing.catch(() => undefined)
    await this.#scheduler.run(
      () => over,
      () => undefined,
    )
    await preparing
    this.#replicas.pop()
  }

  /** All at once, until everybody is done and nothing is on its way any more. */
  async #together(operations: number, last: boolean): Promise<void> {
    const { clients } = this.#weather
    let working = clients
    let failed: unknown
    const work = async (run: () => Promise<void>) => {
      try {
        await run()
      } catch (error) {
        failed ??= error
      }
    }
    const act = async (client: Client) => {
      for (let i = 0; i < operations; i++) {
        await client.think(20)
        await client.chance.pick(CHOICES)(client)
      }
    }
    const everybody = [
      ...Array.from({ length: clients }, (_, i) =>
        work(() => act(this.#client(`c${i}`))).finally(() => working--),
      ),
      ...this.#watchers.map((one) => work(() => one.run(() => working > 0, last))),
    ]
    let over = false
    const all = Promise.all(everybody).then(() => {
      over = true
    })
    await this.#scheduler.run(
      () => over,
      () => {
        if (this.#trace.broken) throw this.#trace.broken
        if (failed) throw failed
        this.#storm()
      },
    )
    await all
    if (this.#trace.broken ?? failed) throw this.#trace.broken ?? failed
  }

  /** What befalls the replicas, at any step. */
  #storm(): void {
    const { killOneIn, sleepOneIn } = this.#weather
    if (this.#chance.oneIn(killOneIn)) {
      const victim = this.#chance.pick(this.#replicas)
      if (this.#mayDie('any step')) victim.kill()
    }
    if (this.#chance.oneIn(sleepOneIn)) {
      const sleeper = this.#chance.pick(this.#replicas)
      sleeper.asleepUntil = this.#scheduler.step + this.#chance.below(300)
      this.#tell('a replica sleeps')
    }
    if (this.#chance.oneIn(30)) {
      const tidying = this.#chance.pick(this.#replicas).store.committer.tidy()
      tidying.catch(() => undefined)
    }
    for (const [i, { dead }] of this.#replicas.entries()) {
      if (dead) this.#replicas[i] = this.#start()
    }
  }

  #start(weather = this.#weather): Replica {
    return new Replica({
      chance: this.#fork(),
      scheduler: this.#scheduler,
      weather,
      collections: this.#trace.collections,
      now: () => this.#now(),
      announce: ({ _id, modSeq }) => {
        const known = this.#trace.boxes.get(_id)?.state.modSeq ?? 0
        if (modSeq <= known) return
        this.#trace.broken ??= new assert.AssertionError({
          message: `MODSEQ ${modSeq} is announced before it is committed`,
        })
      },
      mayDie: (why) => this.#mayDie(why),
      mayFail: () => this.#faults++ < this.#weather.faults,
    })
  }

  #mayDie(why: string): boolean {
    if (!this.#stormy || this.#kills >= this.#weather.kills) return false
    this.#kills++
    this.#tell(`killed at ${why}`)
    return true
  }

  async #passTime(): Promise<void> {
    this.#tell(`${this.#weather.days} days pass`)
    this.#passedMs += this.#weather.days * 86_400_000
    this.#world.passedAt = this.#scheduler.step
    const expiresAt = { $lte: new Date(this.#now()) }
    const { messages, vanished, receipts } = this.#trace.collections
    for (const account of this.#world.accounts) {
      const _id = { $gte: `${account}/`, $lt: `${account}0` }
      for (const one of [messages, vanished, receipts]) await one.deleteMany({ expiresAt, _id })
    }
  }

  #client(name: string): Client {
    return new Client(name, this.#world, this.#fork())
  }

  #now(): number {
    return START_MS + this.#passedMs + this.#scheduler.step * STEP_MS
  }

  #fork(): Chance {
    return new Chance(this.#chance.below(2 ** 31))
  }

  #tell(line: string): void {
    this.lines.push(`${this.#scheduler.step} ${line}`)
  }
}
