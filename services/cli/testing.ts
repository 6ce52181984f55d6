/** The real program against a real directory, each in a process of its own. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const SECRET = 'the secret of this test'
const CLI = fileURLToPath(new URL('./main.ts', import.meta.url))
const STORE = fileURLToPath(new URL('../mailbox-store/main.ts', import.meta.url))
const DIRECTORY = fileURLToPath(new URL('../directory/main.ts', import.meta.url))

export interface Ran {
  readonly code: number
  readonly out: string
  readonly error: string
}

/** A platform of a directory only, in a folder as `npm start` leaves it. */
export async function startDirectory(databaseUrl?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-cli-'))
  mkdirSync(join(folder, 'run'))
  const readyFile = join(folder, 'ready.json')
  const start = async () => {
    const child = spawn(process.execPath, [DIRECTORY], {
      env: {
        LOG_LEVEL: 'silent',
        CLUSTER_SECRET: SECRET,
        DIRECTORY_LISTEN: `unix:${join(folder, 'directory.sock')}`,
        DIRECTORY_DATABASE: databaseUrl ?? `sqlite:${join(folder, 'directory.db')}`,
        // Cheap, so that a test makes thousands.
        DIRECTORY_PASSWORD_MEMORY: '16k',
        DIRECTORY_PASSWORD_PASSES: '1',
        NATS_SERVERS: '127.0.0.1:1',
        READY_FILE: readyFile,
      },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    await ready(child, readyFile)
    return child
  }
  let child = await start()
  const description = {
    pid: process.pid,
    clusterSecret: SECRET,
    directory: [`unix:${join(folder, 'directory.sock')}`],
    mailboxStore: [`unix:${storeSocket(folder)}`],
    listens: { smtp: '127.0.0.1:2525', imap: '127.0.0.1:2143' },
  }
  writeFileSync(join(folder, 'run', 'solo.json'), JSON.stringify(description))
  return {
    folder,
    hikyaku: (line: string, input?: string | Uint8Array) => runCli(folder, line, input),
    async kill(): Promise<void> {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
    async restart(): Promise<void> {
      child = await start()
    },
    async [Symbol.asyncDispose](): Promise<void> {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM')
        await once(child, 'exit')
      }
      rmSync(folder, { recursive: true })
    },
  }
}

/** A mailbox-store beside the directory in its folder. */
export async function startStore(folder: string, url?: string) {
  const readyFile = join(folder, 'store-ready.json')
  const databaseUrl = url ?? `sqlite:${join(folder, 'store.db')}`
  const path = storeSocket(folder)
  const child = spawn(process.execPath, [STORE], {
    env: {
      LOG_LEVEL: 'silent',
      CLUSTER_SECRET: SECRET,
      BLOB_KEY: 'a key for the blobs of this test',
      MAILBOX_STORE_LISTEN: `unix:${path}`,
      MAILBOX_STORE_DATABASE: databaseUrl,
      NATS_SERVERS: '127.0.0.1:1',
      READY_FILE: readyFile,
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  await ready(child, readyFile)
  return {
    databaseUrl,
    links: { MAILBOX_STORE_SERVERS: [{ path }], CLUSTER_SECRET: SECRET },
    async [Symbol.asyncDispose](): Promise<void> {
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

function storeSocket(folder: string): string {
  return join(folder, 'mailbox-store.sock')
}

/** Runs `hikyaku` with words that hold no spaces; `folder` is its data folder. */
export async function runCli(
  folder: string,
  line: string,
  input: string | Uint8Array = '',
): Promise<Ran> {
  const child = spawn(process.execPath, [CLI, ...line.split(' ').filter((word) => word !== '')], {
    env: { HIKYAKU_DATA: folder },
    stdio: 'pipe',
  })
  // It may end before it has read its input.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const exit = once(child, 'exit')
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = await exit
  return { code, out, error }
}

/** Ready is written as a file, which a watch of its folder would tell of no sooner. */
async function ready(child: ChildProcess, file: string): Promise<void> {
  const gone = once(child, 'exit')
  for (;;) {
    const ended = await Promise.race([gone, new Promise((done) => setTimeout(done, 20))])
    if (ended !== undefined) throw new Error('It did not start')
    if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).pid === child.pid) return
  }
}
