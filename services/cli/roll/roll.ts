/** The rolling restart itself: one process at a time, never while something is wrong, and no further once it gets worse. */

import { Fault } from '#lib/base/fault.ts'
import type { About, Cluster, Memory } from './cluster.ts'
import { type Budget, type Counts, ErrorWatch, readErrors } from './errors.ts'
import { beginMemory, pidNow, planSteps, type Step, stepsLeft } from './plan.ts'

const POLL_MS = 250
const LOOK_EVERY_MS = 1_000
/** One that accepts slowly once is no reason to stop; one that does so again is. */
const DOOR_FAILURES_MAX = 2

export interface RollOptions {
  /** Only this one. */
  readonly node: string | undefined
  readonly dryRun: boolean
  /** Begins with all, also with what an earlier roll has done. */
  readonly anew: boolean
  readonly pauseMs: number
  /** How long what is usual is watched before the first restart. */
  readonly observeMs: number
  /** How long one process may take to be back, and all to be well again. */
  readonly timeoutMs: number
  readonly budget: Budget
}

export interface RollTools {
  say(text: string): void
  pause(ms: number): Promise<void>
  /** Milliseconds since 1970. */
  now(): number
}

export interface RollReport {
  /** What this run has restarted, in order. */
  readonly rolled: readonly string[]
  readonly left: readonly string[]
  /** Why it ended early. */
  readonly stopped: string | undefined
  readonly errors: Counts
}

/** It goes no further; the message says why. */
class Stopped extends Error {
  override readonly name = 'Stopped'
}

/** Restarts what is left to restart. What it reports as left, the next call goes on with. */
export async function roll(
  cluster: Cluster,
  options: RollOptions,
  tools: RollTools,
): Promise<RollReport> {
  return new Roll(cluster, options, tools).run()
}

class Roll {
  readonly #cluster: Cluster
  readonly #options: RollOptions
  readonly #tools: RollTools
  readonly #watch = new ErrorWatch()
  readonly #doorFailures = new Map<string, number>()
  #lookedAt = 0
  #begun = false

  constructor(cluster: Cluster, options: RollOptions, tools: RollTools) {
    this.#cluster = cluster
    this.#options = options
    this.#tools = tools
  }

  async run(): Promise<RollReport> {
    const rolled: string[] = []
    let left = this.#stepsToDo()
    let stopped: string | undefined
    try {
      await this.#untilWell('before the first restart')
      if (this.#options.dryRun) {
        return { rolled, left: names(left), stopped, errors: this.#watch.counts() }
      }
      await this.#observe()
      for (let step = left[0]; step !== undefined; step = left[0]) {
        await this.#restart(step)
        rolled.push(step.name)
        left = left.slice(1)
        this.#remember(step)
        if (left.length > 0) await this.#rest()
      }
    } catch (error) {
      if (!(error instanceof Stopped)) throw error
      stopped = error.message
    }
    this.#leave(left)
    return { rolled, left: names(left), stopped, errors: this.#watch.counts() }
  }

  /** Says what it goes on with; writes down what is to be replaced unless it only looks. */
  #stepsToDo(): Step[] {
    const { node, anew, dryRun } = this.#options
    const about = this.#cluster.about()
    const steps = planSteps(about, node)
    const found = this.#cluster.readMemory()
    const { roller } = this.#cluster
    if (found !== undefined && this.#cluster.isRolling(found.roller)) {
      throw new Fault('conflict', `A roll is under way already (process ${found.roller})`)
    }
    const earlier = anew ? undefined : found
    const memory = beginMemory(steps, about, { earlier, roller, now: this.#tools.now() })
    const left = stepsLeft(steps, about, memory)
    if (!dryRun) this.#cluster.writeMemory(memory)
    if (earlier !== undefined && left.length < steps.length) {
      this.#tools.say(`Going on: ${steps.length - left.length} of ${steps.length} are done already`)
    }
    return left
  }

  async #observe(): Promise<void> {
    const { observeMs } = this.#options
    const from = this.#tools.now()
    await this.#look()
    while (this.#tools.now() - from < observeMs) {
      await this.#tools.pause(POLL_MS)
      await this.#look()
    }
    this.#watch.begin(this.#tools.now() - from, this.#tools.now())
    this.#begun = true
  }

  async #restart(step: Step): Promise<void> {
    await this.#untilWell(`before ${step.name}`)
    const from = this.#tools.now()
    const old = pidNow(this.#cluster.about(), step)
    if (step.node === undefined) await this.#reload()
    else if (old !== undefined) this.#cluster.signal(old, 'SIGTERM')
    await this.#until(`${step.name} is not back`, async () => {
      const about = this.#cluster.about()
      return step.node === undefined || isBack(about, step, old) ? [] : ['it is not ready yet']
    })
    const back = this.#tools.now()
    await this.#untilWell(`after ${step.name}`)
    const took = ((back - from) / 1000).toFixed(1)
    this.#tools.say(`${step.name}: restarted in ${took} s, all is well`)
  }

  /** haproxy starts a new worker, which takes over the doors; the old one ends with its last session. */
  async #reload(): Promise<void> {
    const pid = this.#cluster.about().haproxy?.pid
    if (pid === undefined) throw new Stopped('haproxy is not running')
    this.#cluster.signal(pid, 'SIGUSR2')
    await this.#tools.pause(LOOK_EVERY_MS)
  }

  async #rest(): Promise<void> {
    const until = this.#tools.now() + this.#options.pauseMs
    while (this.#tools.now() < until) {
      await this.#tools.pause(Math.min(POLL_MS, until - this.#tools.now()))
      await this.#look()
    }
  }

  async #untilWell(when: string): Promise<void> {
    await this.#until(`${when}, not all is well`, () => this.#troubles())
  }

  /** Resolves when nothing is wrong twice in a row: what has just died may not be known to have. */
  async #until(what: string, check: () => Promise<readonly string[]>): Promise<void> {
    const until = this.#tools.now() + this.#options.timeoutMs
    let well = 0
    for (;;) {
      const troubles = await check()
      well = troubles.length === 0 ? well + 1 : 0
      await this.#look()
      if (well >= 2) return
      if (this.#tools.now() >= until)
        throw new Stopped(`${what}: ${troubles.slice(0, 5).join('; ')}`)
      await this.#tools.pause(POLL_MS)
    }
  }

  async #troubles(): Promise<string[]> {
    const about = this.#cluster.about()
    const told = await Promise.all([
      ...processesOf(about).map(async ({ name, service, ready, pid, ops }) => {
        if (pid === undefined || !ready) return [`${name} is not running`]
        if (ops === undefined) return []
        const reason =
          service === 'nats-server'
            ? await this.#cluster.brokerTrouble(ops)
            : await this.#cluster.whyNotReady(ops)
        return reason === undefined ? [] : [`${name}: ${reason}`]
      }),
      this.#serversDown(about),
    ])
    return told.flat()
  }

  async #serversDown({ haproxy }: About): Promise<string[]> {
    if (haproxy === undefined) return []
    const down = await this.#cluster.serversDown(haproxy.stats)
    return down.map((server) => `haproxy takes nobody to ${server}`)
  }

  /** Reads what all have counted, and tries the doors. @throws {Stopped} when it is too much */
  async #look(): Promise<void> {
    const now = this.#tools.now()
    if (now - this.#lookedAt < LOOK_EVERY_MS && this.#lookedAt !== 0) return
    this.#lookedAt = now
    const about = this.#cluster.about()
    const [waiting] = await Promise.all([this.#readPages(about), this.#tryDoors(about)])
    this.#watch.seeWaiting(waiting)
    const reason = this.#begun ? this.#watch.tooMuch(this.#options.budget, now) : undefined
    if (reason !== undefined) throw new Stopped(reason)
  }

  async #readPages(about: About): Promise<number> {
    const waiting = await Promise.all(
      processesOf(about).map(async ({ name, service, pid, ops }) => {
        if (pid === undefined || ops === undefined || service === 'nats-server') return 0
        const page = await this.#cluster.metrics(ops)
        if (page === '') return 0
        const errors = readErrors(page)
        this.#watch.see(name, pid, errors.counts)
        return errors.waiting
      }),
    )
    return Math.max(0, ...waiting)
  }

  async #tryDoors({ listens, haproxy }: About): Promise<void> {
    if (haproxy === undefined) return
    const doors = Object.entries(listens).filter(([door]) => door !== 'http')
    await Promise.all(
      doors.map(async ([door, address]) => {
        const reason = await this.#cluster.whyNotGreeted(door, address)
        const failures = reason === undefined ? 0 : (this.#doorFailures.get(door) ?? 0) + 1
        this.#doorFailures.set(door, failures)
        if (failures < DOOR_FAILURES_MAX) return
        throw new Stopped(`who comes in by ${door} (${address}) is not greeted: ${reason}`)
      }),
    )
  }

  /** haproxy keeps its process id, so that only this tells that it is done. */
  #remember(step: Step): void {
    if (step.node !== undefined) return
    const memory = this.#cluster.readMemory()
    if (memory === undefined) return
    const { [step.name]: _, ...old } = memory.old
    this.#cluster.writeMemory({ ...memory, old: { ...old, [step.name]: -1 } })
  }

  /** Forgets the roll when nothing of it is left, not even on nodes that this run was not about. */
  #leave(left: readonly Step[]): void {
    const memory = this.#cluster.readMemory()
    if (memory === undefined) return
    const about = this.#cluster.about()
    const everywhere = stepsLeft(planSteps(about, undefined), about, memory)
    const done = left.length === 0 && everywhere.length === 0
    this.#cluster.writeMemory(done ? undefined : released(memory))
  }
}

/** Nobody rolls now. */
function released(memory: Memory): Memory {
  return { ...memory, roller: 0 }
}

function isBack(about: About, { node, process }: Step, old: number | undefined): boolean {
  const found = about.nodes.find(({ name }) => name === node)?.processes[process]
  return found?.ready === true && found.pid !== undefined && found.pid !== old
}

function processesOf({ nodes }: About) {
  return nodes.flatMap(({ name: node, processes }) =>
    Object.entries(processes).map(([service, process]) => ({
      name: `${node} ${service}`,
      service,
      ...process,
    })),
  )
}

function names(steps: readonly Step[]): string[] {
  return steps.map(({ name }) => name)
}
