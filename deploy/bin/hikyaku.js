#!/usr/bin/env node
/**
 * The `hikyaku` command: starts services/cli on the Node that the project brings, because the
 * machine's own may be too old for it. Signals and the exit code are passed on.
 */

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const NODE = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url))
const PROGRAM = fileURLToPath(new URL('../../services/cli/main.ts', import.meta.url))
const COMPILE_CACHE = fileURLToPath(new URL('../../node_modules/.cache/compile', import.meta.url))

if (existsSync(NODE)) {
  const env = { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env }
  const child = spawn(NODE, [PROGRAM, ...process.argv.slice(2)], { stdio: 'inherit', env })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal))
  }
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 1
      return
    }
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
} else {
  console.error('hikyaku is not set up yet: run `npm start` first, it installs what is needed')
  process.exitCode = 1
}
