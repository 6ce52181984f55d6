/**
 * `npm run bench -- outbound`: from a user's SMTP to another host. Starts the platform (and with `--peer` Postfix from
 * Debian in the same run) and smtp-sink as that host, sends, and counts what was accepted and what was handed over.
 */

import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { cpuSeconds } from './ingest/cpu.ts'
import { runSender } from './ingest/run-sender.ts'
import type { SenderPlan, SenderReport } from './ingest/sender.ts'
import { startSink } from './outbound/sink.ts'
import { type Outlet, startHikyaku, startPeer } from './outbound/target.ts'

interface Case {
  readonly sizeBytes: number
  readonly connections: number
  readonly domains: number
  readonly mails: number
}

const SINK_PORT = 25_926
const WARM_UP_MAILS = 300

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sizes: { type: 'string', default: '4096,76800' },
      connections: { type: 'string', default: '20' },
      domains: { type: 'string', default: '20' },
      mails: { type: 'string', default: '3000' },
      peer: { type: 'boolean', default: false },
    },
  })
  const numbers = (text: string) => text.split(',').map(Number)
  const starters = values.peer ? [startHikyaku, startPeer] : [startHikyaku]
  const results: object[] = []
  for (const sizeBytes of numbers(values.sizes)) {
    for (const connections of numbers(values.connections)) {
      const one = { sizeBytes, connections, domains: Number(values.domains), mails: Number(values.mails) } // biome-ignore format: one thing
      for (const start of starters) {
        const result = await runCase(start, one)
        process.stdout.write(`${describe(result)}\n`)
        results.push(result)
      }
    }
  }
  process.stdout.write(`${JSON.stringify({ bench: 'outbound', results })}\n`)
}

async function runCase(start: (sinkPort: number) => Promise<Outlet>, one: Case) {
  await using sink = await startSink(SINK_PORT)
  await using outlet = await start(sink.port)
  await send(outlet, one, WARM_UP_MAILS)
  await sink.untilTaken(WARM_UP_MAILS)

  const before = cpuSeconds(await outlet.processes())
  const sent = await send(outlet, one, one.mails)
  const handedOverAt = await sink.untilTaken(WARM_UP_MAILS + one.mails)
  const after = cpuSeconds(await outlet.processes())
  const cpu = Object.fromEntries(
    [...after].map(([name, used]) => {
      return [name, round(((used - (before.get(name) ?? 0)) / one.mails) * 1000)]
    }),
  )
  const perSecond = (until: number) => round((one.mails / (until - sent.startedAt)) * 1000)
  return {
    target: outlet.name,
    ...one,
    acceptedPerSecond: perSecond(sent.acceptedAt.at(-1) ?? handedOverAt),
    handedOverPerSecond: perSecond(handedOverAt),
    cpuSecondsPer1000: cpu,
    cpuSecondsPer1000Total: round(Object.values(cpu).reduce((sum, used) => sum + used, 0)),
  }
}

function send(outlet: Outlet, one: Case, mails: number): Promise<SenderReport> {
  const plan: SenderPlan = {
    ...outlet.door,
    user: outlet.user,
    connections: one.connections,
    mails,
    sizeBytes: one.sizeBytes,
    recipients: Array.from({ length: one.domains }, (_, n) => `user@d${n}.elsewhere.test`),
  }
  return runSender(join(import.meta.dirname, 'ingest/sender.ts'), plan)
}

function describe(result: Awaited<ReturnType<typeof runCase>>): string {
  const { target, sizeBytes, connections, domains } = result
  return (
    `${target}: ${sizeBytes} B, ${connections} connections, ${domains} domains: ` +
    `${result.acceptedPerSecond}/s accepted, ${result.handedOverPerSecond}/s handed over, ` +
    `${result.cpuSecondsPer1000Total} CPU s per 1,000 ${JSON.stringify(result.cpuSecondsPer1000)}`
  )
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
