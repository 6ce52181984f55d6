import { readConfig } from '#lib/node/config.ts'
import { supervise } from '#lib/node/supervisor/supervise.ts'
import { Config } from './config.ts'
import { start } from './start.ts'

await supervise(process.env, async (around) => start(readConfig(Config, around.env), around))
