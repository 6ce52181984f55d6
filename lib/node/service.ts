/** The life of a process: settings, telemetry, start, ready, SIGTERM, drain, end. */

import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { z } from 'zod'
import type { Clock, Random } from '#lib/base/clock.ts'
import type { MetricDeclarations, Telemetry } from '#lib/base/telemetry.ts'
import { systemClock, systemRandom } from './clock.ts'
import { type Base, ConfigError, readConfig } from './config.ts'
import { serveOps } from './ops.ts'
import { startPatiently } from './patient-start.ts'
import { type OpenTelemetry, openTelemetry } from './telemetry.ts'

/** How long a process that has drained may linger over what forgot to close, before it ends itself. */
const LINGER_MS_MAX = 5000
const LINGER_MS_MIN = 500
/** Wrong settings: nobody needs to start the same again. sysexits.h calls it EX_CONFIG. */
const EXIT_SETTINGS = 78
const TIMER_MS_MAX = 2 ** 31 - 1

/** What a process gives the service in it. */
export interface Host {
  readonly telemetry: Telemetry
  /** Makes the service's metrics (`METRICS` of its events.ts) known; returns `telemetry`. */
  declare(metrics: MetricDeclarations): Telemetry
  readonly clock: Clock
  readonly random: Random
  /** `check` rejects, with a reason to show, while the service cannot work. */
  addReadyCheck(name: string, check: () => Promise<void>): void
  /** Aborts at SIGTERM: the process is not ready any more, but still accepts connections. */
  readonly draining: AbortSignal
  /** Aborts when the process is to accept nothing more, SHUTDOWN_DELAY after `draining`. */
  readonly signal: AbortSignal
  /** For what cannot be repaired: the process drains, and ends with exit code 1. */
  crash(error: unknown): void
  /** Tells where the service can be reached; goes to READY_FILE. */
  announce(name: string, address: string): void
}

export type Start<Config> = (config: Config, host: Host) => Promise<AsyncDisposable>

type BaseSettings = z.infer<typeof Base>

/**
 * Runs a service until SIGTERM, SIGINT, or until the process that started us goes away; another SIGINT then
 * ends it at once, another SIGTERM changes nothing. Its return is the end of the process but for what forgot to close.
 */
export async function run<Schema extends typeof Base>(
  name: string,
  schema: Schema,
  env: Readonly<Record<string, string | undefined>>,
  start: Start<z.infer<Schema>>,
): Promise<void> {
  let config: z.infer<Schema>
  try {
    config = readConfig(schema, env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`hikyaku ${name}: ${error.message}\n`)
    process.exitCode = EXIT_SETTINGS
    process.disconnect?.()
    return
  }
  const telemetry = openTelemetry(name, { level: config.LOG_LEVEL, process: true })
  const life = new Life(telemetry)
  try {
    await live(name, config, { start, telemetry, life })
  } catch (error) {
    life.crash(error)
  }
  telemetry.log('stopped', { exitCode: Number(process.exitCode ?? 0) })
  life.leave(Math.min(LINGER_MS_MAX, Math.max(LINGER_MS_MIN, config.SHUTDOWN_GRACE)))
}

interface Parts<Config> {
  readonly start: Start<Config>
  readonly telemetry: OpenTelemetry
  readonly life: Life
}

async function live<Config extends BaseSettings>(
  name: string,
  config: Config,
  { start, telemetry, life }: Parts<Config>,
): Promise<void> {
  const readyFile = config.READY_FILE
  if (readyFile !== undefined) rmSync(readyFile, { force: true })
  const checks = new Map<string, () => Promise<void>>()
  const listens: Record<string, string> = {}
  let started = false
  const ready = async () => {
    if (life.draining.aborted) return ['stopping']
    return started ? await failing(checks) : ['starting']
  }
  const host: Host = {
    telemetry,
    declare: (metrics) => telemetry.declare(metrics),
    clock: systemClock,
    random: systemRandom,
    addReadyCheck: (check, run) => checks.set(check, run),
    draining: life.draining,
    signal: life.signal,
    crash: (error) => life.crash(error),
    announce(listener, address) {
      listens[listener] = address
    },
  }

  await using ops = await serveOps(config.OPS_LISTEN, { registry: telemetry.registry, ready })
  const patience = { ...host, patienceMs: config.START_PATIENCE }
  const starting = startPatiently(() => start(config, host), patience)
  const service = await startInTime(starting, life, config.SHUTDOWN_GRACE)
  if (service === undefined) return
  started = true
  if (!life.draining.aborted) {
    life.delayMs = config.SHUTDOWN_DELAY
    if (readyFile !== undefined) {
      writeReadyFile(readyFile, { pid: process.pid, service: name, ops: ops.address, listens })
    }
    // Last: whoever reads this line finds the file.
    telemetry.log('ready', { pid: process.pid, ops: ops.address, listens })
    await once(life.draining)
    if (readyFile !== undefined) rmSync(readyFile, { force: true })
    await once(life.signal)
  }
  await inTime(service, config.SHUTDOWN_GRACE, telemetry)
}

/** When and why a process ends. */
class Life {
  readonly #telemetry: OpenTelemetry
  readonly #draining = new AbortController()
  readonly #stopping = new AbortController()
  /** Between SIGTERM and the stop. Nothing for a process that nobody knows of yet. */
  delayMs = 0

  constructor(telemetry: OpenTelemetry) {
    this.#telemetry = telemetry
    process.on('SIGTERM', this.#onTerm)
    process.on('SIGINT', this.#onInterrupt)
    // The supervisor died without a word: nobody would restart or stop us any more.
    if (process.send !== undefined) process.on('disconnect', this.#onDisconnect)
    process.on('uncaughtException', this.crash)
    process.on('unhandledRejection', this.crash)
  }

  get draining(): AbortSignal {
    return this.#draining.signal
  }

  get signal(): AbortSignal {
    return this.#stopping.signal
  }

  readonly crash = (error: unknown): void => {
    process.exitCode = 1
    this.#telemetry.warn('crashed', { error })
    this.#end('crash')
  }

  /** Lets the event loop run empty; ends the process when something keeps it from doing so. */
  leave(lingerMs: number): void {
    if (process.connected) process.disconnect?.()
    setTimeout(() => {
      const resources = process.getActiveResourcesInfo()
      this.#telemetry.warn('lingered', { resources })
      void this.#telemetry.written().then(() => this.#kill('SIGTERM'))
    }, lingerMs).unref()
  }

  readonly #onTerm = (): void => {
    if (this.draining.aborted) return
    this.#drain('SIGTERM')
    if (this.delayMs > 0) {
      const ms = Math.min(this.delayMs, TIMER_MS_MAX)
      // Whatever else ends the process meanwhile does not wait for it.
      setTimeout(() => this.#end('SIGTERM'), ms).unref()
    } else {
      this.#end('SIGTERM')
    }
  }

  /** Somebody sits at a terminal and waits: no load balancer has to be told. */
  readonly #onInterrupt = (): void => {
    if (this.draining.aborted) this.#kill('SIGINT')
    else this.#end('SIGINT')
  }

  readonly #onDisconnect = (): void => this.#end('parent gone')

  #drain(reason: string): void {
    if (this.draining.aborted) return
    this.#telemetry.log('draining', { reason })
    this.#draining.abort(new Error(`Stopping: ${reason}`))
  }

  #end(reason: string): void {
    if (this.signal.aborted) return
    this.#drain(reason)
    this.#telemetry.log('stopping', { reason })
    this.#stopping.abort(this.draining.reason)
  }

  #kill(signal: NodeJS.Signals): void {
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  }
}

async function failing(checks: ReadonlyMap<string, () => Promise<void>>): Promise<string[]> {
  const reasons = await Promise.all(
    [...checks].map(([name, check]) =>
      check().then(
        () => '',
        (error: Error) => `${name}: ${error.message}`,
      ),
    ),
  )
  return reasons.filter((reason) => reason !== '')
}

/**
 * What is started; undefined when the process is to end before that: then nobody was served, and whatever the start failed
 * of is no failure. A start that hangs must not outlive the end of the process by more than a drain may.
 */
async function startInTime(
  starting: Promise<AsyncDisposable>,
  life: Life,
  graceMs: number,
): Promise<AsyncDisposable | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  let timer: NodeJS.Timeout | undefined
  const hurry = () => {
    timer = setTimeout(() => resolve(undefined), Math.min(graceMs, TIMER_MS_MAX))
  }
  life.signal.addEventListener('abort', hurry)
  try {
    return await Promise.race([starting, promise])
  } catch (error) {
    if (!life.signal.aborted) throw error
    return undefined
  } finally {
    life.signal.removeEventListener('abort', hurry)
    clearTimeout(timer)
  }
}

function once(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** Readers see the whole file or none. */
function writeReadyFile(path: string, content: unknown): void {
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(content)}\n`)
  renameSync(draft, path)
}

async function inTime(
  service: AsyncDisposable,
  graceMs: number,
  telemetry: Telemetry,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<'late'>()
  const timer = setTimeout(() => resolve('late'), Math.min(graceMs, TIMER_MS_MAX))
  const outcome = await Promise.race([service[Symbol.asyncDispose](), promise])
  clearTimeout(timer)
  if (outcome === 'late') telemetry.warn('drain-cut-short', { ms: graceMs })
}
