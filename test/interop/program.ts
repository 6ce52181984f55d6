/** Other people's programs, as tests run them: found or skipped, in a home of their own, for a minute at most. */

import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Finished, World } from '../world.ts'

const RUN_TIMEOUT_MS = 60_000

/**
 * Options for `describe`: its tests are skipped where a program is missing, and say which. In CI they are
 * not: there a missing program is a failure of set-up, and the tests shall fail for it.
 */
export function needs(...programs: readonly string[]): { skip: string | false } {
  const missing = programs.filter((program) => !isThere(program))
  if (missing.length === 0 || process.env.CI === 'true') return { skip: false }
  return { skip: `install ${missing.join(', ')} to run this` }
}

function isThere(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** A folder that a program takes for its user's home, so that nothing of the real user's is read or changed. */
export interface Home extends AsyncDisposable {
  readonly folder: string
  path(name: string): string
  /** Writes a file that nobody else may read: many programs refuse others for their passwords. */
  write(name: string, content: string | Uint8Array): Promise<string>
  read(name: string): Promise<Buffer>
  /** Runs a program to its end. Rejects when it is missing or does not end. */
  run(program: string, args: readonly string[], input?: string | Uint8Array): Promise<Finished>
}

export async function openHome(): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), 'hikyaku-home-'))
  const path = (name: string) => join(folder, name)
  return {
    folder,
    path,
    async write(name, content) {
      await writeFile(path(name), content, { mode: 0o600 })
      return path(name)
    },
    read: (name) => readFile(path(name)),
    run: (program, args, input) => run(folder, [program, ...args], input),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

/** The certificate that a client has to trust; it is made for `localhost` and 127.0.0.1. */
export function certificateOf(world: World): string {
  return join(world.dataFolder, 'tls', 'self-signed.pem')
}

async function run(
  home: string,
  [program = '', ...args]: readonly string[],
  input: string | Uint8Array = '',
): Promise<Finished> {
  const env = { ...process.env, HOME: home, TERM: 'vt100', LC_ALL: 'C.UTF-8', TZ: 'Asia/Tokyo' }
  const signal = AbortSignal.timeout(RUN_TIMEOUT_MS)
  const child = spawn(program, args, { cwd: home, env, signal })
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  const { promise, resolve, reject } = Promise.withResolvers<number | null>()
  child.once('error', (error) => {
    const said = `${stdout}${stderr}`.slice(-5000)
    reject(signal.aborted ? new Error(`${program} does not end; it said:\n${said}`) : error)
  })
  child.once('close', resolve)
  return { code: await promise, stdout, stderr }
}
