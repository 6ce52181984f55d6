import { ConfigError, mergeSettingsFile, readConfig } from '#lib/node/config.ts'
import { Config } from './config.ts'
import { StartProblem } from './problem.ts'
import { start } from './start.ts'

/** A second signal this soon is the same Ctrl-C, passed on by npm as well. */
const SAME_SIGNAL_MS = 1_000

const say = (text: string) => void process.stdout.write(`${text}\n`)

try {
  const env = mergeSettingsFile(process.env)
  const platform = await start(readConfig(Config, env), { env, say })
  let askedAt: number | undefined
  const stop = () => {
    if (askedAt !== undefined) {
      if (performance.now() - askedAt > SAME_SIGNAL_MS) platform.kill()
      return
    }
    askedAt = performance.now()
    say('Stopping …')
    platform.stop().then(
      () => say('Stopped. All data is kept.'),
      (error) => {
        process.exitCode = 1
        say(`Stopping failed: ${error}`)
      },
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof StartProblem)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
