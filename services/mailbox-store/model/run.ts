/**
 * `npm run test:model -- --histories 10000 [--seed 1] [--database URL]`: runs that many random histories, and says at the
 * end what was done in them. Stops at the first that fails, with the seed that repeats it.
 */

import { parseArgs } from 'node:util'
import { openDatabase } from '#lib/db/open.ts'
import { systemClock } from '#lib/node/clock.ts'
import { openCollections } from '../documents.ts'
import { runHistory } from './history.ts'

/** A new database in memory now and then keeps it small. */
const HISTORIES_PER_DATABASE = 50
const PROGRESS_MS = 10_000

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    database: { type: 'string', default: 'sqlite::memory:' },
  },
})
const seed = Number(values.seed)
const histories = Number(values.histories)
process.exitCode = await main()

async function main(): Promise<number> {
  const started = performance.now()
  let told = started
  const total = { commits: 0, kills: 0, steps: 0 }
  const operations = new Map<string, number>()
  for (let first = seed; first < seed + histories; first += HISTORIES_PER_DATABASE) {
    await using database = await openDatabase(values.database, { clock: systemClock })
    const collections = await openCollections(database)
    const end = Math.min(first + HISTORIES_PER_DATABASE, seed + histories)
    for (let one = first; one < end; one++) {
      try {
        const tally = await runHistory(collections, one)
        total.commits += tally.commits
        total.kills += tally.kills
        total.steps += tally.steps
        for (const [name, count] of Object.entries(tally.operations)) {
          operations.set(name, (operations.get(name) ?? 0) + count)
        }
      } catch (error) {
        console.error((error as Error).message)
        console.error(`\nTo repeat it: npm run test:model -- --histories 1 --seed ${one}`)
        return 1
      }
      if (performance.now() - told < PROGRESS_MS) continue
      told = performance.now()
      console.log(`${one - seed + 1} of ${histories} histories`)
    }
  }
  const seconds = (performance.now() - started) / 1000
  console.log(
    `${histories} histories in ${seconds.toFixed(1)} s (${(histories / seconds).toFixed(1)} per second): ` +
      `${total.commits} commits, ${total.kills} kills, ${total.steps} steps`,
  )
  const sorted = [...operations].sort((a, b) => b[1] - a[1])
  console.log(sorted.map(([name, count]) => `${name} ${count}`).join(', '))
  return 0
}
