import { start } from './start.ts'

/** What a shell says of a program whose reader went away: 128 and SIGPIPE. */
const NOBODY_READS = 141

const { env, stdin, stdout, stderr } = process
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(NOBODY_READS)
})
process.exitCode = await start(process.argv.slice(2), { env, stdin, stdout, stderr })
