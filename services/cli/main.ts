import { start } from './start.ts'

const { env, stdin, stdout, stderr } = process
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  // As SIGPIPE does to others, which node ignores.
  process.kill(process.pid, 'SIGTERM')
})
process.exitCode = await start(process.argv.slice(2), { env, stdin, stdout, stderr })
