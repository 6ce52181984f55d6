/**
 * A mailbox-store in a process of its own, as solo starts it: its own SQLite file (or another engine's database) in a
 * temporary folder, nats-server beside it, gRPC on a Unix socket, its log in a file. Nothing of it is told but by gRPC
 * and by what Linux and its metrics say.
 */

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { openSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MongoClient } from 'mongodb'
import { findDatabaseName, withDatabaseName } from '#lib/db/mongo/url.ts'
import { connectMailboxStore, type MailboxStoreClient } from '#lib/node/clients.ts'
import type { NatsSettings } from '#lib/node/nats.ts'
import { formatAddress } from '#lib/node/setting.ts'
import { startNats } from '#lib/node/testing.ts'
import { cpuSeconds } from '../ingest/cpu.ts'

const ROOT = join(import.meta.dirname, '../..')
const START_MS_MAX = 60_000
const KB = 1024

export interface StoreOptions {
  /** A server to keep the data on, in a database that goes away afterwards; without it a SQLite file. */
  readonly database?: string | undefined
  /** Where the temporary folder is made. */
  readonly folder?: string | undefined
  /** Another checkout to run the service from. */
  readonly code?: string | undefined
  /** Where to leave a CPU profile. */
  readonly profile?: string | undefined
}

export interface StoreProcess extends AsyncDisposable {
  readonly client: MailboxStoreClient
  /** URL of its database. */
  readonly database: string
  /** Where it announces changes. */
  readonly nats: NatsSettings
  /** CPU used so far by the process, all its threads. */
  cpuSeconds(): number
  memory(): Promise<{ residentBytes: number; viewBytes: number }>
  /** Stops it, so that all is in its files, and says how many bytes they have. Undefined where we cannot know. */
  stopAndWeigh(): Promise<number | undefined>
  /** Ends it and starts it again on the same data: every cache is cold. */
  restart(): Promise<void>
}

export async function startStore(options: StoreOptions = {}): Promise<StoreProcess> {
  await using made = new AsyncDisposableStack()
  const folder = await mkdtemp(join(options.folder ?? tmpdir(), 'hikyaku-bench-'))
  made.defer(() => rm(folder, { recursive: true, force: true }))
  const nats = made.use(await startNats())
  const database = databaseOf(options.database, folder)
  if (options.database !== undefined) made.defer(() => dropDatabase(database))

  const secret = randomBytes(16).toString('hex')
  const endpoint = { path: join(folder, 'store.sock') }
  const ready = join(folder, 'ready.json')
  const profiling =
    options.profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', options.profile]
  const run = async () => {
    const child = spawn(process.execPath, [...profiling, 'services/mailbox-store/main.ts'], {
      cwd: options.code ?? ROOT,
      env: {
        PATH: process.env.PATH,
        CLUSTER_SECRET: secret,
        BLOB_KEY: 'a key for the benchmark',
        NATS_SERVERS: nats.settings.NATS_SERVERS.map(formatAddress).join(),
        NATS_TOKEN: nats.settings.NATS_TOKEN,
        MAILBOX_STORE_LISTEN: formatAddress(endpoint),
        MAILBOX_STORE_DATABASE: database,
        READY_FILE: ready,
      },
      stdio: ['ignore', openSync(join(folder, 'log'), 'a'), 'inherit'],
    })
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    const ops = await untilReady(ready, () => child.exitCode !== null)
    const stop = async () => {
      child.kill('SIGTERM')
      await ended
    }
    return { pid: child.pid ?? 0, ops, stop }
  }
  let current = await run()
  made.defer(() => current.stop())
  const client = connectMailboxStore({ CLUSTER_SECRET: secret, MAILBOX_STORE_SERVERS: [endpoint] })
  made.use(client)
  const parts = made.move()
  return {
    client,
    database,
    nats: nats.settings,
    cpuSeconds: () => cpuSeconds(new Map([['store', [current.pid]]])).get('store') ?? 0,
    memory: () => readMemory(current),
    async stopAndWeigh() {
      await current.stop()
      return options.database === undefined ? sizeOfFiles(folder) : sizeOfDatabase(database)
    },
    async restart() {
      await current.stop()
      current = await run()
    },
    [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose](),
  }
}

function databaseOf(server: string | undefined, folder: string): string {
  if (server === undefined) return `sqlite:${join(folder, 'mailbox-store.db')}`
  return withDatabaseName(server, `bench_${randomBytes(4).toString('hex')}`)
}

async function dropDatabase(url: string): Promise<void> {
  await using server = await new MongoClient(url).connect()
  await server.db(findDatabaseName(url)).dropDatabase()
}

async function untilReady(file: string, ended: () => boolean): Promise<string> {
  const patience = AbortSignal.timeout(START_MS_MAX)
  for (;;) {
    try {
      return JSON.parse(readFileSync(file, 'utf8')).ops
    } catch {
      if (ended() || patience.aborted) throw new Error('The mailbox-store did not start')
    }
    await sleep(20)
  }
}

/** The store counts its views every two seconds. */
const COUNTED_MS = 2200

async function readMemory({ pid, ops }: { pid: number; ops: string }) {
  await sleep(COUNTED_MS)
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const metrics = await (await fetch(`http://${ops}/metrics`)).text()
  return {
    residentBytes: Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * KB,
    viewBytes: Number(/^hikyaku_store_view_bytes (\d+)/m.exec(metrics)?.[1] ?? 0),
  }
}

function sizeOfFiles(folder: string): number {
  const files = readdirSync(folder).filter((name) => name.startsWith('mailbox-store.db'))
  return files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}

/** What the server says that its files have; FerretDB and MongoDB count in another way, so compare only one's own. */
async function sizeOfDatabase(url: string): Promise<number | undefined> {
  await using server = await new MongoClient(url).connect()
  const stats = await server.db(findDatabaseName(url)).stats()
  const { storageSize, indexSize } = stats as { storageSize?: number; indexSize?: number }
  return storageSize === undefined ? undefined : storageSize + (indexSize ?? 0)
}
