/**
 * The whole platform for a test: solo with its real child processes on free ports, in a temporary folder, on
 * SQLite, or on the server that MONGODB_URL names, in databases of its own that are dropped afterwards.
 */

import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { MongoClient } from 'mongodb'

const START_TIMEOUT_MS = 120_000
const ROOT = join(import.meta.dirname, '..')

export interface Endpoint {
  readonly host: string
  readonly port: number
}

export type Listener = 'smtp' | 'submission' | 'submissions' | 'imap' | 'imaps' | 'http'

/** What a finished program left. */
export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface WorldOptions {
  /** Settings on top of the usual ones. */
  readonly env?: Readonly<Record<string, string>>
  /** A folder to keep across worlds; otherwise a temporary one that goes away with the world. */
  readonly dataFolder?: string
}

export interface AccountPlan {
  readonly login: string
  readonly aliases?: readonly string[]
}

export interface World extends AsyncDisposable {
  readonly dataFolder: string
  readonly databasePrefix: string
  /** Where a listener is; the same after a service was killed and came back. */
  at(listener: Listener): Endpoint
  /** Runs the `hikyaku` command on this platform. */
  cli(args: readonly string[], input?: string): Promise<Finished>
  /** Makes accounts (and their domains, in one tenant); each one's password is `passwordOf(login)`. */
  addAccounts(accounts: readonly AccountPlan[]): Promise<void>
  /** Sends a signal to a service or nats-server. */
  signal(process: string, signal: NodeJS.Signals): Promise<void>
  /** Resolves at the next line of `npm start`'s output that matches, from now on. */
  said(pattern: RegExp): Promise<string>
  /** Everything that was printed so far. */
  output(): string
  /** SIGTERM to solo; resolves with its exit code. */
  stop(): Promise<number | null>
}

export function passwordOf(login: string): string {
  return `secret of ${login}`
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  return startSupervisor('services/solo/main.ts', options)
}

/** The same with another program that starts a platform as solo does. */
export async function startSupervisor(program: string, options: WorldOptions): Promise<World> {
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'hikyaku-world-')))
  const databasePrefix = options.env?.DATABASE_PREFIX ?? `world_${randomBytes(6).toString('hex')}`
  const env = {
    NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/compile'),
    ...process.env,
    EDGE_LISTEN: '127.0.0.1:0',
    SUBMISSION_LISTEN: '127.0.0.1:0',
    SUBMISSIONS_LISTEN: '127.0.0.1:0',
    IMAP_LISTEN: '127.0.0.1:0',
    IMAPS_LISTEN: '127.0.0.1:0',
    HTTP_LISTEN: '127.0.0.1:0',
    // Nobody answers there: a test asks the world for nothing.
    NAME_SERVERS: '127.0.0.1:9',
    DATABASE_PREFIX: databasePrefix,
    ...options.env,
    DATA: dataFolder,
  }
  const solo = spawn(process.execPath, [program], { cwd: ROOT, env })
  const voice = listenTo(solo)
  const exited = new Promise<number | null>((resolve) => solo.once('exit', resolve))
  await startedOrFailed(voice, exited).catch(async (error: unknown) => {
    solo.kill('SIGTERM')
    await exited
    throw error
  })
  const about = await readAbout(dataFolder)

  const cli = (args: readonly string[], input = '') =>
    runProgram('services/cli/main.ts', args, { input, env: { ...env, HIKYAKU_DATA: dataFolder } })
  const stop = async () => {
    if (solo.exitCode === null && solo.signalCode === null) solo.kill('SIGTERM')
    return exited
  }
  return {
    dataFolder,
    databasePrefix,
    at(listener) {
      const [host = '', port] = about.listens[listener].split(':')
      return { host, port: Number(port) }
    },
    cli,
    addAccounts: (accounts) => addAccounts(cli, accounts),
    async signal(name, signal) {
      const pid = (await readAbout(dataFolder)).processes[name]
      assert.ok(pid, `${name} is not running`)
      process.kill(pid, signal)
    },
    said: voice.said,
    output: voice.output,
    stop,
    async [Symbol.asyncDispose]() {
      await stop()
      await dropDatabases(databasePrefix)
      if (options.dataFolder === undefined) await rm(dataFolder, { recursive: true, force: true })
    },
  }
}

/** Runs a program of ours to its end. */
export async function runProgram(
  file: string,
  args: readonly string[],
  { input, env }: { input?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Finished> {
  return runCommand(process.execPath, [join(ROOT, file), ...args], { input, env })
}

/** Runs any program to its end; what it prints is kept, a missing program is an error. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: { input?: string | undefined; env?: NodeJS.ProcessEnv | undefined } = {},
): Promise<Finished> {
  const child = spawn(command, args, { cwd: ROOT, env: options.env ?? process.env })
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.input ?? '')
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  const { promise, resolve, reject } = Promise.withResolvers<number | null>()
  child.once('error', reject)
  child.once('close', resolve)
  return { code: await promise, stdout, stderr }
}

interface Voice {
  said(pattern: RegExp): Promise<string>
  output(): string
}

/** Reads what a program prints, line by line. */
function listenTo(child: ChildProcess): Voice {
  const lines: string[] = []
  const waiting = new Set<(line: string) => void>()
  for (const stream of [child.stdout, child.stderr]) {
    assert.ok(stream)
    createInterface(stream).on('line', (line) => {
      lines.push(line)
      for (const tell of waiting) tell(line)
    })
  }
  return {
    output: () => lines.join('\n'),
    said(pattern) {
      const { promise, resolve } = Promise.withResolvers<string>()
      const tell = (line: string) => {
        if (!pattern.test(line)) return
        waiting.delete(tell)
        resolve(line)
      }
      waiting.add(tell)
      return promise
    },
  }
}

async function startedOrFailed(voice: Voice, exited: Promise<number | null>): Promise<void> {
  const failed = exited.then((code) => assert.fail(`solo ended with ${code}:\n${voice.output()}`))
  const late = AbortSignal.timeout(START_TIMEOUT_MS)
  const { promise: tooLate, reject } = Promise.withResolvers<never>()
  late.addEventListener('abort', () => reject(new Error(`solo is not up:\n${voice.output()}`)))
  failed.catch(() => undefined)
  await Promise.race([voice.said(/^hikyaku runs/), failed, tooLate])
}

interface About {
  readonly listens: Readonly<Record<Listener, string>>
  readonly processes: Readonly<Record<string, number>>
}

/** What the platform in a folder says about itself. */
export async function readAbout<What = About>(dataFolder: string): Promise<What> {
  return JSON.parse(await readFile(join(dataFolder, 'run', 'solo.json'), 'utf8'))
}

async function addAccounts(cli: World['cli'], accounts: readonly AccountPlan[]): Promise<void> {
  const domains = new Set(
    accounts
      .flatMap(({ login, aliases = [] }) => [login, ...aliases])
      .map((address) => address.slice(address.lastIndexOf('@') + 1)),
  )
  // A second call finds the tenant there already; that is fine.
  await cli(['tenant', 'add', 'world'])
  for (const domain of domains) await cli(['domain', 'add', domain, '--tenant', 'world'])
  const lines = accounts.map(({ login, aliases }) =>
    JSON.stringify({ login, password: passwordOf(login), aliases: aliases?.join(' ') ?? '' }),
  )
  const imported = await cli(
    ['account', 'import', '-', '--format', 'jsonl'],
    `${lines.join('\n')}\n`,
  )
  assert.equal(imported.code, 0, imported.stderr)
}

async function dropDatabases(prefix: string): Promise<void> {
  const url = process.env.MONGODB_URL
  if (url === undefined || url === '') return
  await using client = await new MongoClient(url).connect()
  const { databases } = await client.db().admin().listDatabases({ nameOnly: true })
  for (const { name } of databases) {
    if (name.startsWith(`${prefix}_`)) await client.db(name).dropDatabase()
  }
}
