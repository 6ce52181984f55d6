/** One process that is kept alive: started again when it ends, until it is told to stop. */

import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterDeath, newborn } from './backoff.ts'
import type { ProcessPlan } from './processes.ts'

/** What is told to whoever watches: one call per thing that happens. */
export interface ChildEvents {
  started(name: string, pid: number): void
  died(name: string, death: Death): void
}

export interface Death {
  readonly why: string
  /** When it is started again. */
  readonly waitMs: number
  /** False when the next one can only end the same way. */
  readonly mendable: boolean
  /** It was told to end, and did. */
  readonly asked: boolean
}

/** How a process ends whose settings are wrong: sysexits.h calls it EX_CONFIG. */
const EXIT_SETTINGS = 78
/** One that ends as soon as this by itself was not asked to. */
const ASKED_MS_MIN = 200

const ROOT = join(import.meta.dirname, '../../..')

export interface Child {
  readonly name: string
  readonly pid: number | undefined
  /** SIGTERM, and SIGKILL when it is still there after `graceMs`. Resolves when it is gone. */
  stop(graceMs: number): Promise<void>
}

/** Starts it and keeps it. `output` is an open file for what it prints. */
export function keepAlive(plan: ProcessPlan, output: number, events: ChildEvents): Child {
  let life = newborn
  let child: ChildProcess | undefined
  let timer: NodeJS.Timeout | undefined
  let gone = Promise.resolve()
  let stopping = false

  const start = () => {
    const startedAt = performance.now()
    const { promise, resolve } = Promise.withResolvers<void>()
    gone = promise
    const current = launch(plan, output)
    child = current
    if (current.pid !== undefined) events.started(plan.name, current.pid)
    const ended = (why: string, { mendable, clean }: { mendable: boolean; clean: boolean }) => {
      if (child !== current) return
      child = undefined
      resolve()
      if (stopping) return
      const livedMs = performance.now() - startedAt
      const asked = clean && livedMs >= ASKED_MS_MIN
      const next = asked ? { life: newborn, waitMs: 0 } : afterDeath(life, livedMs)
      life = next.life
      events.died(plan.name, { why, waitMs: next.waitMs, mendable, asked })
      timer = setTimeout(start, next.waitMs)
    }
    current.once('error', (error) => ended(error.message, { mendable: false, clean: false }))
    current.once('exit', (code, signal) =>
      ended(signal ?? `exit code ${code}`, {
        mendable: code !== EXIT_SETTINGS,
        clean: code === 0,
      }),
    )
  }

  start()
  return {
    name: plan.name,
    get pid() {
      return child?.pid
    },
    async stop(graceMs) {
      stopping = true
      clearTimeout(timer)
      child?.kill('SIGTERM')
      const killer = setTimeout(() => child?.kill('SIGKILL'), graceMs)
      await gone
      clearTimeout(killer)
    },
  }
}

/**
 * A process group of its own, so that Ctrl-C reaches only us and we stop the others in their order; and for
 * Node a channel whose end tells it that we are gone.
 */
function launch(plan: ProcessPlan, output: number): ChildProcess {
  const { program = process.execPath } = plan
  const channel = plan.program === undefined ? (['ipc'] as const) : []
  return spawn(program, plan.arguments, {
    cwd: plan.root?.() ?? ROOT,
    env: plan.env,
    detached: true,
    stdio: ['ignore', output, output, ...channel],
  })
}
