/**
 * `npm run test:model -- --histories 10000 [--seed 1] [--database mongodb://host/]`: runs that many random histories, in
 * memory or on a server, and says at the end what was done in them. Stops at the first that fails, with the seed that repeats it.
 */

import { parseArgs } from 'node:util'
import { collectionsOf, openContractDatabase } from '../testing.ts'
import { runHistory, type Tally } from './history.ts'

/** A new database now and then keeps it small. */
const HISTORIES_PER_DATABASE = 50
/** A server takes its time, and meanwhile others can go on. */
const AT_ONCE_ON_SERVER = 4
const PROGRESS_MS = 10_000

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    database: { type: 'string' },
  },
})

/** What was done, added up. */
class Report {
  readonly #histories: number
  readonly #started = performance.now()
  #told = performance.now()
  #done = 0
  readonly #total: Record<string, number> = {}
  readonly #operations: Record<string, number> = {}

  constructor(histories: number) {
    this.#histories = histories
  }

  add({ operations, ...tally }: Tally): void {
    this.#done++
    for (const [name, count] of Object.entries(tally)) add(this.#total, name, count)
    for (const [name, count] of Object.entries(operations)) add(this.#operations, name, count)
    if (performance.now() - this.#told < PROGRESS_MS) return
    this.#told = performance.now()
    console.log(`${this.#done} of ${this.#histories} histories`)
  }

  toString(): string {
    const seconds = (performance.now() - this.#started) / 1000
    const { commits, kills, steps } = this.#total
    const sorted = Object.entries(this.#operations).sort((a, b) => b[1] - a[1])
    return (
      `${this.#done} histories in ${seconds.toFixed(1)} s, ${(this.#done / seconds).toFixed(1)} per second: ` +
      `${commits} commits, ${kills} kills, ${steps} steps\n` +
      sorted.map(([name, count]) => `${name} ${count}`).join(', ')
    )
  }
}

function add(sums: Record<string, number>, name: string, count: number): void {
  sums[name] = (sums[name] ?? 0) + count
}

/** Runs the histories of some seeds on one database. */
async function runSome(first: number, end: number, report: Report): Promise<void> {
  await using database = await openContractDatabase(values.database)
  const collections = await collectionsOf(database)
  let next = first
  const run = async () => {
    while (next < end) report.add(await runHistory(collections, next++))
  }
  const atOnce = values.database === undefined ? 1 : AT_ONCE_ON_SERVER
  for (const result of await Promise.allSettled(Array.from({ length: atOnce }, run))) {
    if (result.status === 'rejected') throw result.reason
  }
}

async function main(): Promise<number> {
  const seed = Number(values.seed)
  const end = seed + Number(values.histories)
  const report = new Report(end - seed)
  try {
    for (let first = seed; first < end; first += HISTORIES_PER_DATABASE) {
      await runSome(first, Math.min(first + HISTORIES_PER_DATABASE, end), report)
    }
  } catch (error) {
    console.error((error as Error).message)
    return 1
  }
  console.log(String(report))
  return 0
}

process.exitCode = await main()
