/**
 * One platform per data folder. A socket that answers is the proof that another one runs: it vanishes with its
 * process, which a file with a process id does not.
 */

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { promisify } from 'node:util'

const POLL_MS = 50
const LEFTOVER_WAIT_MS = 15_000
const OURS =
  /services\/[a-z-]+\/main\.ts|nats-server -c |haproxy .*-f .*haproxy\.cfg|setup\/mongo-server\.js/

/** Whether a platform answers on this socket. */
export async function isPresent(socketPath: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const probe = connect(socketPath)
  probe.once('connect', () => resolve(true))
  probe.once('error', () => resolve(false))
  return promise.finally(() => probe.destroy())
}

/** Answers on the socket until it is disposed. */
export async function bePresent(socketPath: string): Promise<AsyncDisposable> {
  const server = createServer((socket) => socket.destroy())
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(socketPath, () => resolve())
  await promise
  return { [Symbol.asyncDispose]: () => new Promise((closed) => server.close(() => closed())) }
}

/**
 * Ends the processes that a platform left behind when it was killed: they would hold its ports and files.
 * OURS tells by the command line that a process id has not passed to somebody else meanwhile.
 */
export async function endLeftovers(soloFile: string): Promise<string[]> {
  const text = await readFile(soloFile, 'utf8').catch(() => '{}')
  const { processes = {} } = JSON.parse(text) as { processes?: Record<string, number> }
  const ended: string[] = []
  for (const [name, pid] of Object.entries(processes)) {
    if (!OURS.test(await commandLineOf(pid))) continue
    ended.push(name)
    signal(pid, 'SIGTERM')
    // One that was stopped for a drill hears nothing before it goes on.
    signal(pid, 'SIGCONT')
  }
  const deadline = performance.now() + LEFTOVER_WAIT_MS
  for (const name of ended) {
    const pid = processes[name] ?? 0
    while (isRunning(pid) && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
    signal(pid, 'SIGKILL')
  }
  return ended
}

async function commandLineOf(pid: number): Promise<string> {
  const run = promisify(execFile)('ps', ['-o', 'args=', '-p', String(pid)])
  return run.then(({ stdout }) => stdout).catch(() => '')
}

/** A zombie is not: it holds nothing any more, and who inherited it may never ask how it ended. */
function isRunning(pid: number): boolean {
  if (!signal(pid, 0)) return false
  try {
    return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    // Gone meanwhile, which the next look tells, or a system without /proc.
    return true
  }
}

/** False when there is no such process (any more). */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}
