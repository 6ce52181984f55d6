/** `npm run test:model -- --histories 1 --seed 7` repeats one, and says more. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { collectionsOf, openContractDatabase } from '../testing.ts'
import { runHistory } from './history.ts'

/** On a server each call takes its time: fewer histories, several at once. And `npm run check` has to be quick. */
const HISTORIES_ON_SQLITE = process.env.HIKYAKU_CONTRACT === '1' ? 200 : 10
const [HISTORIES, AT_ONCE] =
  process.env.MONGODB_URL === undefined ? [HISTORIES_ON_SQLITE, 1] : [16, 4]

test('random histories with processes that die end as the model does', async () => {
  await using database = await openContractDatabase(process.env.MONGODB_URL)
  const collections = await collectionsOf(database)
  let next = 1
  let kills = 0
  const run = async () => {
    while (next <= HISTORIES) {
      const tally = await runHistory(collections, next++)
      kills += tally.kills
    }
  }
  for (const result of await Promise.allSettled(Array.from({ length: AT_ONCE }, run))) {
    if (result.status === 'rejected') throw result.reason
  }
  assert(kills > HISTORIES / 2, 'processes do die')
})

test('one seed is one history', async () => {
  await using database = await openContractDatabase(process.env.MONGODB_URL)
  const collections = await collectionsOf(database)
  const first = await runHistory(collections, 7, 'x')
  const second = await runHistory(collections, 7, 'y')
  assert.deepEqual(second, first)
})
