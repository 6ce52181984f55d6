/**
 * `npm run bench -- fairness`: what a tenant notices of another at ten times its load (R018). Both send by submission and
 * FETCH by IMAP at a normal rate, then one of them at ten times that; told is the p95 of the other, in turn, several times.
 */

import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { startWorld, type World } from '../test/world.ts'
import type { LoadPlan, LoadReport } from './fairness/load.ts'
import { makeAccounts, NO_SENDING_LIMITS, PASSWORD } from './platform.ts'

const ACCOUNTS = 5
const NAMES = ['loud', 'quiet'] as const

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      mails: { type: 'string', default: '2' },
      fetches: { type: 'string', default: '4' },
      times: { type: 'string', default: '10' },
      seconds: { type: 'string', default: '20' },
      rounds: { type: 'string', default: '3' },
      size: { type: 'string', default: '4096' },
    },
  })
  await using world = await openWorld()
  const plan = (name: string, times: number): LoadPlan => ({
    smtp: world.at('submissions'),
    imap: world.at('imap'),
    logins: loginsOf(name),
    password: PASSWORD,
    mailsPerSecond: Number(values.mails) * times,
    fetchesPerSecond: Number(values.fetches) * times,
    seconds: Number(values.seconds),
    sizeBytes: Number(values.size),
  })
  // Caches filled, code compiled.
  await Promise.all(NAMES.map((name) => load({ ...plan(name, 1), seconds: 5 })))
  const results: Record<'normal' | 'flood', LoadReport[]> = { normal: [], flood: [] }
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [kind, times] of [
      ['normal', 1],
      ['flood', Number(values.times)],
    ] as const) {
      // biome-ignore format: one thing
      const [, quiet] = await Promise.all([load(plan('loud', times)), load(plan('quiet', 1))])
      results[kind].push(quiet)
      const { mailMs, fetchMs, refused } = quiet
      process.stdout.write(
        `${kind}: submission p95 ${p95(mailMs)} ms, FETCH p95 ${p95(fetchMs)} ms, ${refused} refused\n`,
      )
    }
  }
  const all = (kind: keyof typeof results) => ({
    submissionP95Ms: p95(results[kind].flatMap(({ mailMs }) => mailMs)),
    fetchP95Ms: p95(results[kind].flatMap(({ fetchMs }) => fetchMs)),
    refused: results[kind].reduce((sum, { refused }) => sum + refused, 0),
  })
  const [normal, flood] = [all('normal'), all('flood')]
  const rise = (name: 'submissionP95Ms' | 'fetchP95Ms') => round(flood[name] / normal[name])
  const rises = { submission: rise('submissionP95Ms'), fetch: rise('fetchP95Ms') }
  process.stdout.write(
    `${JSON.stringify({ bench: 'fairness', ...values, normal, flood, rises })}\n`,
  )
}

async function openWorld(): Promise<World> {
  await using opened = new AsyncDisposableStack()
  const world = opened.use(await startWorld({ env: ENV }))
  for (const name of NAMES) {
    await makeAccounts(world, { tenant: name, domain: `${name}.test`, logins: loginsOf(name) })
  }
  opened.move()
  return world
}

const ENV = { LOG_LEVEL: 'warn', IMAP_CLEARTEXT_LOGIN: 'yes', ...NO_SENDING_LIMITS }

function loginsOf(name: string): string[] {
  return Array.from({ length: ACCOUNTS }, (_, n) => `user${n}@${name}.test`)
}

async function load(workerData: LoadPlan): Promise<LoadReport> {
  const worker = new Worker(join(import.meta.dirname, 'fairness/load.ts'), { workerData })
  const [report] = await once(worker, 'message')
  return report
}

function p95(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return round(sorted[Math.floor(sorted.length * 0.95)] ?? 0)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
