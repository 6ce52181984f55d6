/** APPEND by IMAP, so that like is compared with like: through our imap to our store, and through Dovecot. */

import { chmodSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cpuSeconds, processesUnder } from '../ingest/cpu.ts'
import { DOVECOT_PASSWORD, startDovecot } from '../ingest/dovecot.ts'
import { startHikyaku } from '../ingest/hikyaku.ts'
import { runSender } from '../ingest/run-sender.ts'
import { loginsFor, type Target } from '../ingest/target.ts'
import type { ImapPlan, ImapReport } from './imap-sender.ts'
import { round } from './rate.ts'

const BYTES = 4096
const WARM_UP_SECONDS = 1
const DOVECOT_PORT = 25_944

export interface ImapRow {
  readonly target: string
  readonly mailboxes: number
  readonly connections: number
  readonly perSecond: number
  /** CPU milliseconds of all its processes for each append. */
  readonly cpuMs: number
}

export interface ImapCases {
  readonly into: readonly number[]
  readonly connections: readonly number[]
  readonly seconds: number
  /** Whether Dovecot is asked too, in turn with us. */
  readonly peer: boolean
}

type Served = Pick<Target, 'name' | 'imap' | 'password' | 'processes'> & AsyncDisposable

export async function measureImap(
  { into, connections, seconds, peer }: ImapCases,
  tell: (row: ImapRow) => void,
): Promise<ImapRow[]> {
  await using made = new AsyncDisposableStack()
  const targets: Served[] = [made.use(await startHikyaku(Math.max(...into)))]
  if (peer) targets.push(made.use(await startPeer()))
  const rows: ImapRow[] = []
  for (const mailboxes of into) {
    for (const target of targets) {
      const logins = loginsFor(mailboxes)
      // Mailboxes made, caches filled, code compiled.
      await append(target, { logins, connections: mailboxes, seconds: WARM_UP_SECONDS })
    }
    for (const count of connections) {
      for (const target of targets) {
        const plan = { logins: loginsFor(mailboxes), connections: count, seconds }
        const row = { mailboxes, connections: count, ...(await append(target, plan)) }
        tell(row)
        rows.push(row)
      }
    }
  }
  return rows
}

interface Load {
  readonly logins: readonly string[]
  readonly connections: number
  readonly seconds: number
}

/** The connections share the mailboxes out among themselves; when there are fewer, each takes one. */
async function append(target: Served, { logins, connections, seconds }: Load) {
  const plan: ImapPlan = {
    ...target.imap,
    password: target.password,
    logins: Array.from({ length: connections }, (_, n) => logins[n % logins.length] ?? ''),
    seconds,
    sizeBytes: BYTES,
  }
  const before = await cpuOf(target)
  const report = await send(plan)
  return {
    target: target.name,
    perSecond: Math.round(report.appends / report.seconds),
    cpuMs: round((((await cpuOf(target)) - before) * 1000) / report.appends),
  }
}

async function cpuOf(target: Served): Promise<number> {
  const used = cpuSeconds(await target.processes())
  return [...used.values()].reduce((sum, one) => sum + one, 0)
}

function send(plan: ImapPlan): Promise<ImapReport> {
  return runSender(join(import.meta.dirname, 'imap-sender.ts'), plan)
}

async function startPeer(): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-peer-'))
  chmodSync(folder, 0o755)
  const dovecot = await startDovecot(folder, DOVECOT_PORT)
  return {
    name: 'dovecot',
    imap: { host: '127.0.0.1', port: DOVECOT_PORT },
    password: DOVECOT_PASSWORD,
    processes: async () => new Map([['dovecot', processesUnder(dovecot.pid)]]),
    async [Symbol.asyncDispose]() {
      await dovecot[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
