/**
 * `npm run drill -- NAME [--minutes N] [--seed S] [--light]`: one drill on a cluster of its own, against the MongoDB-speaking server that
 * MONGODB_URL names or set-up provides; with `--light`, a machine
 * that does other things too can bear it. Ends with one line of JSON, and with 1 when a promise was broken.
 */

import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { start } from '../../deploy/setup/mongo-server.js'
import { holdDrill } from './drill.ts'
import { DRILLS } from './drills.ts'
import { formatReport } from './report.ts'
import { openStage } from './stage.ts'
import { LOADS } from './traffic.ts'

const OPTIONS = {
  minutes: { type: 'string' },
  seed: { type: 'string' },
  light: { type: 'boolean' },
} as const

process.exitCode = await main()

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true })
  const [name = ''] = positionals
  const drill = DRILLS[name]
  if (drill === undefined) {
    console.error(
      `Usage: npm run drill -- ${Object.keys(DRILLS).join('|')} [--minutes N] [--seed S] [--light]`,
    )
    return 2
  }
  const whyNot = drill.whyNot?.()
  if (whyNot !== undefined) {
    console.log(`${name} is left out: ${whyNot}`)
    return process.env.CI === 'true' ? 1 : 0
  }
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const seed = Number(values.seed ?? randomInt(1_000_000))
  const minutes = values.minutes === undefined ? undefined : Number(values.minutes)
  const load = values.light ? LOADS.light : LOADS.full
  const begin = performance.now()
  const say = (line: string) =>
    console.log(`${((performance.now() - begin) / 1000).toFixed(1).padStart(7)} ${line}`)
  say(`drill ${name}, seed ${seed}`)
  await using servers = new AsyncDisposableStack()
  const mongodb = process.env.MONGODB_URL || (await ownDatabase(servers))
  await using stage = await openStage({ mongodb, needs: drill.stage, say })
  const report = await holdDrill(stage, { name, seed, minutes, load, stop: stop.signal, say })
  console.log(formatReport(report))
  return report.wrong.length === 0 ? 0 : 1
}

async function ownDatabase(servers: AsyncDisposableStack): Promise<string> {
  const server = await start()
  servers.defer(() => server.stop())
  return server.url
}
