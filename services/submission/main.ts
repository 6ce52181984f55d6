import { run } from '#lib/node/service.ts'
import { Config } from './config.ts'
import { start } from './start.ts'

await run('submission', Config, process.env, start)
