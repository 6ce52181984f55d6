/** The life of a process that starts others: Ctrl-C, what is told to whoever started it, its exit code. */

import { once } from 'node:events'
import { ConfigError, mergeSettingsFile } from '../config.ts'
import { StartProblem } from './problem.ts'

/** A second signal this soon is the same Ctrl-C, passed on by npm as well. */
const SAME_SIGNAL_MS = 1_000

/** What a supervisor is told from outside its settings. */
export interface Surrounds {
  readonly env: Readonly<Record<string, string>>
  /** Prints a line for whoever started us. */
  say(text: string): void
  /** Aborts when we are to stop: a start that is under way is given up. */
  readonly stop: AbortSignal
  /** Aborts when that takes too long: ends everything at once, as a power cut would. */
  readonly kill: AbortSignal
}

/** Runs what `start` starts until SIGINT, SIGTERM or SIGHUP; a second one ends everything at once. */
export async function supervise(
  env: Readonly<Record<string, string | undefined>>,
  start: (around: Surrounds) => Promise<AsyncDisposable>,
): Promise<void> {
  const say = (text: string) => void process.stdout.write(`${text}\n`)
  // Whoever read what we print may go; the platform stays.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

  const stop = new AbortController()
  const kill = new AbortController()
  let askedAt = 0
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) {
        if (performance.now() - askedAt > SAME_SIGNAL_MS) kill.abort()
        return
      }
      askedAt = performance.now()
      say('Stopping …')
      stop.abort(new StartProblem('Stopped before it was ready. All data is kept.'))
    })
  }

  try {
    const given = definedOnly(mergeSettingsFile(env))
    await using _platform = await start({
      env: given,
      say,
      stop: stop.signal,
      kill: kill.signal,
    })
    if (!stop.signal.aborted) await once(stop.signal, 'abort')
  } catch (error) {
    process.exitCode = 1
    if (!(error instanceof ConfigError || error instanceof StartProblem)) throw error
    process.stderr.write(`${error.message}\n`)
  }
  if (stop.signal.aborted && process.exitCode === undefined) say('Stopped. All data is kept.')
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const given = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return Object.fromEntries(given)
}
