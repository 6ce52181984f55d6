import { once } from 'node:events'
import { ConfigError, mergeSettingsFile, readConfig } from '#lib/node/config.ts'
import { Config } from './config.ts'
import { StartProblem } from './problem.ts'
import { start } from './start.ts'

/** A second signal this soon is the same Ctrl-C, passed on by npm as well. */
const SAME_SIGNAL_MS = 1_000

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
  const env = mergeSettingsFile(process.env)
  const around = { env, say, stop: stop.signal, kill: kill.signal }
  await using _platform = await start(readConfig(Config, env), around)
  if (!stop.signal.aborted) await once(stop.signal, 'abort')
} catch (error) {
  process.exitCode = 1
  if (!(error instanceof ConfigError || error instanceof StartProblem)) throw error
  process.stderr.write(`${error.message}\n`)
}
if (stop.signal.aborted && process.exitCode === undefined) say('Stopped. All data is kept.')
