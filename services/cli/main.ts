import { start } from './start.ts'

const { env, stdin, stdout, stderr } = process
process.exitCode = await start(process.argv.slice(2), { env, stdin, stdout, stderr })
