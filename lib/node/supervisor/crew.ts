/** All processes of a platform: started, watched, kept alive and stopped in their order. */

import { join } from 'node:path'
import { type Child, type Death, keepAlive } from './child.ts'
import { Fleet, type News } from './fleet.ts'
import { lastWords } from './last-words.ts'
import { type LogFile, openLogFile, readLogEnd } from './log-file.ts'
import { StartProblem } from './problem.ts'
import type { ProcessPlan } from './processes.ts'
import { type Ready, readReady, untilAnswered, watchFolder } from './ready.ts'

export interface CrewOptions {
  readonly dataFolder: string
  readonly runFolder: string
  readonly logSizeBytes: number
  /** How long each may take to stop. */
  readonly graceMs: number
  /** Whether each process that is ready for the first time is worth a line. */
  readonly tellEach: boolean
  /** One line whenever something happened that somebody should know. */
  say(text: string): void
  /** One started, got ready or died. */
  changed(): void
}

/** A process as it is now. */
export interface Member {
  readonly plan: ProcessPlan
  /** Undefined while it is down. */
  readonly pid: number | undefined
  readonly ready: boolean
  /** What its ready file said. */
  readonly page: Ready | undefined
}

/** What the log of a process that died tells. */
interface Log {
  readonly path: string
  readonly words: readonly string[]
}

export class Crew {
  readonly #options: CrewOptions
  readonly #fleet = new Fleet()
  readonly #plans = new Map<string, ProcessPlan>()
  readonly #children = new Map<string, Child>()
  readonly #logs: LogFile[] = []
  readonly #pages = new Map<string, Ready>()
  readonly #hopeless = Promise.withResolvers<never>()
  readonly #stopping = new AbortController()

  constructor(options: CrewOptions) {
    this.#options = options
    // Whoever waits for the start gets it; after that nobody needs to.
    this.#hopeless.promise.catch(() => undefined)
    const watcher = watchFolder(options.runFolder, () => void this.#lookForReady())
    this.#stopping.signal.addEventListener('abort', () => watcher[Symbol.dispose](), { once: true })
  }

  /** Whoever waits for the start waits no longer. */
  giveUp(reason: unknown): void {
    this.#hopeless.reject(reason)
  }

  /** Resolves when all of these are able to work. @throws {StartProblem} */
  async start(plans: readonly ProcessPlan[]): Promise<void> {
    for (const plan of plans) this.#plans.set(plan.name, plan)
    for (const plan of plans) this.#start(plan)
    await this.orHopeless(this.#fleet.untilReady(plans.map(({ name }) => name)))
  }

  /** Resolves as `step` does, unless a process turns out to be beyond hope, or we are told to give up. */
  async orHopeless<T>(step: Promise<T>): Promise<T> {
    return Promise.race([step, this.#hopeless.promise])
  }

  members(): Member[] {
    const pids = this.#fleet.pids()
    return [...this.#plans.values()].map((plan) => ({
      plan,
      pid: pids[plan.name],
      ready: this.#fleet.isReady(plan.name),
      page: this.#pages.get(plan.name),
    }))
  }

  pids(): Record<string, number> {
    return this.#fleet.pids()
  }

  /** Ends all, one wave of services after the other, so that nobody loses whom they still need. */
  async stop(waves: readonly (readonly string[])[]): Promise<void> {
    this.#stopping.abort(new StartProblem('Stopped before it was ready'))
    for (const wave of waves) {
      const members = this.members().filter(({ plan }) => wave.includes(plan.service))
      await Promise.all(members.map(({ plan }) => this.#stop(plan.name)))
    }
    for (const log of this.#logs) log[Symbol.dispose]()
  }

  kill(): void {
    for (const pid of Object.values(this.#fleet.pids())) process.kill(pid, 'SIGKILL')
  }

  async #stop(name: string): Promise<void> {
    await this.#children.get(name)?.stop(this.#options.graceMs + 1_000)
  }

  #start(plan: ProcessPlan): void {
    const { dataFolder, logSizeBytes } = this.#options
    const log = openLogFile(join(dataFolder, 'log', `${plan.name}.log`), logSizeBytes)
    this.#logs.push(log)
    let logBegin = log.sizeBytes()
    this.#fleet.add(plan.name)
    const child = keepAlive(plan, log.fd, {
      started: (name, pid) => {
        this.#fleet.started(name, pid)
        this.#options.changed()
        void this.#lookForAnswer(plan, pid)
      },
      died: (name, death) => {
        this.#died(name, death, {
          path: log.path,
          words: lastWords(readLogEnd(log.path, logBegin)),
        })
        logBegin = log.sizeBytes()
      },
    })
    this.#children.set(plan.name, child)
  }

  #died(name: string, { why, waitMs, mendable, asked }: Death, log: Log): void {
    const news = this.#fleet.died(name, performance.now(), mendable)
    this.#pages.delete(name)
    this.#options.changed()
    if (news?.kind === 'hopeless') {
      const words = log.words.length > 0 ? log.words : [`Its log is ${log.path}`]
      const lines = [`${name} does not start (${why}).`, ...words.map((word) => `  ${word}`)]
      this.#hopeless.reject(new StartProblem(lines.join('\n')))
      return
    }
    const reason = [why, ...log.words.slice(-1)].join(': ')
    const told = asked ? 'has ended as asked' : `died (${reason})`
    this.#options.say(`${name} ${told}; starting it again in ${waitMs} ms`)
  }

  async #lookForReady(): Promise<void> {
    for (const { name, ready: told } of this.#plans.values()) {
      if (!('file' in told)) continue
      const pid = this.#children.get(name)?.pid
      const ready = await readReady(told.file, pid)
      if (ready === undefined || this.#children.get(name)?.pid !== pid) continue
      this.#pages.set(name, ready)
      this.#tell(name, this.#fleet.ready(name, performance.now()))
    }
  }

  async #lookForAnswer({ name, ready }: ProcessPlan, pid: number): Promise<void> {
    if (!('answersOn' in ready)) return
    const { signal } = this.#stopping
    const current = () => !signal.aborted && this.#fleet.pids()[name] === pid
    if (!(await untilAnswered(ready.answersOn, current))) return
    this.#tell(name, this.#fleet.ready(name, performance.now()))
  }

  #tell(name: string, news: News | undefined): void {
    if (news === undefined) return
    this.#options.changed()
    if (news.kind === 'ready' && this.#options.tellEach) this.#options.say(`${name} is ready`)
    if (news.kind === 'back') {
      this.#options.say(`${name} is back after ${Math.round(news.afterMs)} ms`)
    }
  }
}
