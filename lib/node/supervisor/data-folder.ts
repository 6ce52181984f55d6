/** The folder that everything is kept in: made at first start, found again at the second, used by one at a time. */

import { createHash, randomBytes } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { link, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bePresent, endLeftovers, isPresent } from './presence.ts'
import { StartProblem } from './problem.ts'

/** Sockets in the folder have names as long as this. */
const SOCKET_NAME_BYTES_MAX = 30
const SOCKET_PATH_BYTES_MAX = 107

export interface DataFolder {
  readonly path: string
  readonly runFolder: string
  /** It was there before. */
  readonly found: boolean
}

/** Whom a folder belongs to, by what only that one makes in it. */
const OWNERS: Readonly<Record<string, string>> = {
  'npm start': 'nats.conf',
  'npm run cluster': 'haproxy.cfg',
}

/** Makes what is missing. `command` is what the reader types again. @throws {StartProblem} when that is not possible */
export function openDataFolder(given: string, command: string): DataFolder {
  const path = resolve(given)
  const found = existsSync(join(path, 'secrets'))
  for (const [owner, sign] of Object.entries(OWNERS)) {
    if (owner === command || !existsSync(join(path, sign))) continue
    throw new StartProblem(
      `${path} is the folder of ${owner}: the mail in it would not be found.\n  Choose another: DATA=/path/to/folder ${command}`,
    )
  }
  const runFolder = runFolderOf(path)
  const inside = ['secrets', 'log'].map((name) => join(path, name))
  try {
    for (const folder of [path, runFolder, ...inside]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
    }
    chmodSync(runFolder, 0o700)
    for (const folder of [path, ...inside]) accessSync(folder, constants.W_OK)
  } catch (error) {
    throw toStartProblem(path, error as NodeJS.ErrnoException, command)
  }
  return { path, runFolder, found }
}

function toStartProblem(path: string, error: NodeJS.ErrnoException, command: string): StartProblem {
  const told = `The data folder ${path} cannot be used: ${error.message}.`
  return new StartProblem(`${told}\n  Choose another: DATA=/path/to/folder ${command}`, {
    cause: error,
  })
}

/** A deep data folder would make a socket's path too long for the system: then it is a short one elsewhere. */
function runFolderOf(path: string): string {
  const inside = join(path, 'run')
  if (Buffer.byteLength(inside) + SOCKET_NAME_BYTES_MAX <= SOCKET_PATH_BYTES_MAX) return inside
  const name = createHash('sha256').update(path).digest('hex').slice(0, 16)
  return join(tmpdir(), `hikyaku-${process.getuid?.() ?? 0}-${name}`)
}

/** A secret of the installation, made at first use; two that make it at once both get the first one's. */
export async function readSecret(folder: DataFolder, name: string): Promise<string> {
  const file = join(folder.path, 'secrets', name)
  if (!existsSync(file)) {
    const draft = `${file}.${process.pid}`
    await writeFile(draft, randomBytes(32).toString('hex'), { mode: 0o600, flush: true })
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    await unlink(draft)
  }
  return readFileSync(file, 'utf8')
}

/** Where the command line finds the running platform; see `hikyaku --help`. */
function soloFile(dataFolder: string): string {
  return join(dataFolder, 'run', 'solo.json')
}

/** Replaced as a whole, so that whoever reads it never sees half of it. */
export function writeSoloFile(folder: DataFolder, content: object): void {
  const file = soloFile(folder.path)
  writeFileSync(`${file}.draft`, JSON.stringify(content), { mode: 0o600 })
  renameSync(`${file}.draft`, file)
}

/** The secrets that every platform has. */
export async function readSecrets(folder: DataFolder) {
  return {
    cluster: await readSecret(folder, 'cluster'),
    blob: await readSecret(folder, 'blob'),
    nats: await readSecret(folder, 'nats'),
    seal: await readSecret(folder, 'seal'),
  }
}

/**
 * Makes sure that nobody else works on the folder, and that nobody left over does. What it returns is the sign that we
 * do.
 *
 * @throws {StartProblem}
 */
export async function takeFolder(
  folder: DataFolder,
  say: (text: string) => void,
  command: string,
): Promise<AsyncDisposable> {
  const socket = `${folder.runFolder}/solo.sock`
  if (await isPresent(socket)) {
    throw new StartProblem(
      `hikyaku runs already on ${folder.path}.\n  Stop it first, or choose another folder: DATA=./other ${command}`,
    )
  }
  const ended = await endLeftovers(soloFile(folder.path))
  if (ended.length > 0) say(`Ended what a killed run had left behind: ${ended.join(', ')}`)
  emptyRunFolder(folder)
  return bePresent(socket)
}

function emptyRunFolder(folder: DataFolder): void {
  rmSync(folder.runFolder, { recursive: true, force: true })
  mkdirSync(folder.runFolder, { recursive: true, mode: 0o700 })
  mkdirSync(join(folder.path, 'run'), { recursive: true, mode: 0o700 })
}
