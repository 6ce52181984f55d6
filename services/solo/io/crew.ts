/** All processes of the platform: started, watched, kept alive and stopped in their order. */

import { join } from 'node:path'
import type { Endpoint } from '#lib/node/setting.ts'
import { Fleet, type News } from '../fleet.ts'
import { lastWords } from '../last-words.ts'
import { StartProblem } from '../problem.ts'
import { type ProcessPlan, readyFile, SERVICES } from '../processes.ts'
import { type Child, type Death, keepAlive } from './child.ts'
import { type LogFile, openLogFile, readLogEnd } from './log-file.ts'
import { type Ready, readReady, untilAnswered, watchFolder } from './ready.ts'
import type { Watched } from './status-page.ts'

const BROKER = 'nats-server'

export interface CrewOptions {
  readonly dataFolder: string
  readonly runFolder: string
  readonly logSizeBytes: number
  readonly graceMs: number
  /** One line whenever something happened that somebody should know. */
  say(text: string): void
  /** The processes, whenever one started or died. */
  changed(pids: Readonly<Record<string, number>>): void
}

/** What the log of a process that died tells. */
interface Log {
  readonly path: string
  readonly words: readonly string[]
}

export class Crew {
  readonly #options: CrewOptions
  readonly #fleet = new Fleet([BROKER, ...SERVICES])
  readonly #children = new Map<string, Child>()
  readonly #logs: LogFile[] = []
  readonly #pages = new Map<string, Ready>()
  readonly #hopeless = Promise.withResolvers<never>()
  readonly #stopping = new AbortController()

  constructor(options: CrewOptions) {
    this.#options = options
    // Whoever waits for the start gets it; after that nobody needs to.
    this.#hopeless.promise.catch(() => undefined)
  }

  /** Whoever waits for the start waits no longer. */
  giveUp(reason: unknown): void {
    this.#hopeless.reject(reason)
  }

  /** Resolves when it accepts connections. @throws {StartProblem} */
  async startBroker(plan: ProcessPlan, endpoint: Endpoint): Promise<void> {
    this.#start(plan)
    const signal = this.#stopping.signal
    await Promise.race([untilAnswered(endpoint, signal), this.#hopeless.promise])
    this.#tell(BROKER, this.#fleet.ready(BROKER, performance.now()))
  }

  /** Resolves when every service is able to work. @throws {StartProblem} */
  async startServices(plans: readonly ProcessPlan[]): Promise<void> {
    const watcher = watchFolder(this.#options.runFolder, () => void this.#lookForReady())
    this.#stopping.signal.addEventListener('abort', () => watcher[Symbol.dispose](), { once: true })
    for (const plan of plans) this.#start(plan)
    await Promise.race([this.#fleet.allReady, this.#hopeless.promise])
  }

  watched(): Watched[] {
    return SERVICES.map((service) => ({ service, ops: this.#pages.get(service)?.ops }))
  }

  /** Those who talk to clients first, the broker last. */
  async stop(): Promise<void> {
    this.#stopping.abort(new StartProblem('Stopped before it was ready'))
    const { graceMs } = this.#options
    const stop = (name: string) => this.#children.get(name)?.stop(graceMs + 1_000)
    const [edge, imap, ...inner] = SERVICES
    await Promise.all([stop(edge), stop(imap)])
    for (const name of [...inner, BROKER]) await stop(name)
    for (const log of this.#logs) log[Symbol.dispose]()
  }

  kill(): void {
    for (const pid of Object.values(this.#fleet.pids())) process.kill(pid, 'SIGKILL')
  }

  #start(plan: ProcessPlan): void {
    const { dataFolder, logSizeBytes } = this.#options
    const log = openLogFile(join(dataFolder, 'log', `${plan.name}.log`), logSizeBytes)
    this.#logs.push(log)
    let logBegin = log.sizeBytes()
    const child = keepAlive(plan, log.fd, {
      started: (name, pid) => {
        this.#fleet.started(name, pid)
        this.#options.changed(this.#fleet.pids())
        if (name === BROKER && this.#children.has(BROKER)) this.#tell(name, this.#brokerBack())
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

  #brokerBack(): News | undefined {
    return this.#fleet.ready(BROKER, performance.now())
  }

  #died(name: string, { why, waitMs, mendable }: Death, log: Log): void {
    const news = this.#fleet.died(name, performance.now(), mendable)
    this.#pages.delete(name)
    this.#options.changed(this.#fleet.pids())
    if (news?.kind === 'hopeless') {
      const words = log.words.length > 0 ? log.words : [`Its log is ${log.path}`]
      const lines = [`${name} does not start (${why}).`, ...words.map((word) => `  ${word}`)]
      this.#hopeless.reject(new StartProblem(lines.join('\n')))
      return
    }
    const reason = [why, ...log.words.slice(-1)].join(': ')
    this.#options.say(`${name} died (${reason}); starting it again in ${waitMs} ms`)
  }

  async #lookForReady(): Promise<void> {
    for (const name of SERVICES) {
      const pid = this.#children.get(name)?.pid
      const ready = await readReady(readyFile(this.#options.runFolder, name), pid)
      if (ready === undefined || this.#children.get(name)?.pid !== pid) continue
      this.#pages.set(name, ready)
      this.#tell(name, this.#fleet.ready(name, performance.now()))
    }
  }

  #tell(name: string, news: News | undefined): void {
    if (news === undefined) return
    if (news.kind === 'ready') this.#options.say(`${name} is ready`)
    if (news.kind === 'back')
      this.#options.say(`${name} is back after ${Math.round(news.afterMs)} ms`)
  }
}
