/**
 * `npm run bench -- ingest`: from SMTP to readable in the mailbox. Starts the platform (and with `--peer` Postfix
 * and Dovecot from Debian in the same run), sends, and counts what is accepted and what can be read.
 */

import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { cpuSeconds } from './ingest/cpu.ts'
import { startHikyaku } from './ingest/hikyaku.ts'
import { startPostfixDovecot } from './ingest/postfix-dovecot.ts'
import { Reader } from './ingest/reader.ts'
import { runSender } from './ingest/run-sender.ts'
import type { SenderPlan, SenderReport } from './ingest/sender.ts'
import type { Target } from './ingest/target.ts'

interface Case {
  readonly sizeBytes: number
  readonly connections: number
  readonly mailboxes: number
  readonly mails: number
}

const STARTERS = { hikyaku: startHikyaku, 'postfix-dovecot': startPostfixDovecot }
const WARM_UP_MAILS = 200

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sizes: { type: 'string', default: '4096,76800' },
      connections: { type: 'string', default: '1,20,100' },
      mailboxes: { type: 'string', default: '1,100' },
      mails: { type: 'string', default: '2000' },
      peer: { type: 'boolean', default: false },
    },
  })
  const cases = casesOf(values)
  const names = values.peer ? (['hikyaku', 'postfix-dovecot'] as const) : (['hikyaku'] as const)
  const results: object[] = []
  for (const one of cases) {
    for (const name of names) {
      await using target = await STARTERS[name](one.mailboxes)
      const result = { target: name, ...one, ...(await measure(target, one)) }
      process.stdout.write(`${describe(result)}\n`)
      results.push(result)
    }
  }
  process.stdout.write(`${JSON.stringify({ bench: 'ingest', results })}\n`)
}

function casesOf(
  values: Readonly<Record<'sizes' | 'connections' | 'mailboxes' | 'mails', string>>,
) {
  const numbers = (text: string) => text.split(',').map(Number)
  const cases: Case[] = []
  for (const sizeBytes of numbers(values.sizes)) {
    for (const connections of numbers(values.connections)) {
      for (const mailboxes of numbers(values.mailboxes)) {
        cases.push({ sizeBytes, connections, mailboxes, mails: Number(values.mails) })
      }
    }
  }
  return cases
}

async function measure(target: Target, one: Case) {
  await warmUp(target, one)
  using reader = new Reader()
  await reader.open(target)
  const before = cpuSeconds(await target.processes())
  const sent = await send(target, one, one.mails)
  await reader.untilSeen(one.mails)
  const after = cpuSeconds(await target.processes())

  const seconds = (to: number | undefined) => ((to ?? sent.startedAt) - sent.startedAt) / 1000
  const cpu: Record<string, number> = {}
  for (const [name, used] of after) {
    cpu[name] = round(((used - (before.get(name) ?? 0)) / one.mails) * 1000)
  }
  // The n-th accepted mail and the n-th readable one need not be the same, but they are about as old.
  const readable = reader.seenAt.map((at, n) => at - (sent.acceptedAt[n] ?? at))
  return {
    acceptedPerSecond: round(one.mails / seconds(sent.acceptedAt.at(-1))),
    deliveredPerSecond: round(one.mails / seconds(reader.seenAt[one.mails - 1])),
    acceptMs: percentiles(sent.tookMs),
    acceptedToReadableMs: percentiles(readable),
    cpuSecondsPer1000: cpu,
    cpuSecondsPer1000Total: round(Object.values(cpu).reduce((sum, used) => sum + used, 0)),
  }
}

/** Caches filled, code compiled, mailboxes made. */
async function warmUp(target: Target, one: Case): Promise<void> {
  using reader = new Reader()
  await reader.open(target)
  const mails = Math.max(WARM_UP_MAILS, one.mailboxes)
  await send(target, one, mails)
  await reader.untilSeen(mails)
}

async function send(target: Target, one: Case, mails: number): Promise<SenderReport> {
  const plan: SenderPlan = {
    ...target.smtp,
    connections: one.connections,
    mails,
    sizeBytes: one.sizeBytes,
    recipients: target.logins,
  }
  return runSender(join(import.meta.dirname, 'ingest/sender.ts'), plan)
}

function percentiles(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0)
  return { p50: at(0.5), p99: at(0.99) }
}

function describe(result: Case & { target: string } & Awaited<ReturnType<typeof measure>>): string {
  const { target, sizeBytes, connections, mailboxes } = result
  return (
    `${target}: ${sizeBytes} B, ${connections} connections, ${mailboxes} mailboxes: ` +
    `${result.acceptedPerSecond}/s accepted, ${result.deliveredPerSecond}/s delivered, ` +
    `${result.cpuSecondsPer1000Total} CPU s per 1,000 ${JSON.stringify(result.cpuSecondsPer1000)}`
  )
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
