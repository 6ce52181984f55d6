import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '#lib/node/clock.ts'
import { collectionsOf, openTestDatabase } from '../testing.ts'
import { makePace } from './pace.ts'
import { pages } from './pages.ts'

test('each document comes once, page by page, also when documents come and go', async () => {
  await using database = await openTestDatabase()
  const { quotas } = await collectionsOf(database)
  for (const _id of ['a', 'c', 'e', 'g', 'i'])
    await quotas.insertOne({ _id, level: 0, bytes: 0, messages: 0 })
  const found: string[][] = []
  const { pace, rests } = openPace()
  for await (const page of pages(quotas, { size: 2, fields: ['level'] }, pace)) {
    found.push(page.map(({ _id }) => _id))
    if (found.length > 1) continue
    await quotas.insertOne({ _id: 'b', level: 0, bytes: 0, messages: 0 })
    await quotas.insertOne({ _id: 'd', level: 0, bytes: 0, messages: 0 })
    await quotas.deleteOne({ _id: 'c' })
    await quotas.deleteOne({ _id: 'e' })
  }
  assert.deepEqual(found, [['a', 'c'], ['d', 'g'], ['i']])
  assert.equal(rests(), 3)
})

test('a full last page is followed by none, and nothing by nothing', async () => {
  await using database = await openTestDatabase()
  const { quotas } = await collectionsOf(database)
  const read = () => Array.fromAsync(pages(quotas, { size: 2, fields: [] }, openPace().pace))
  assert.deepEqual(await read(), [])
  for (const _id of ['a', 'b']) await quotas.insertOne({ _id, level: 0, bytes: 0, messages: 0 })
  assert.deepEqual(await read(), [[{ _id: 'a' }, { _id: 'b' }]])
})

test('it rests as long as it worked, but not for minutes, and renews what it has before', async () => {
  let monotonic = 0
  const slept: number[] = []
  const clock = {
    ...systemClock,
    monotonic: () => monotonic,
    sleep: async (ms: number) => void slept.push(ms),
  }
  let renewed = 0
  const pace = makePace(clock, new AbortController().signal, async () => void renewed++)
  for (const work of [300, 20, 60_000]) {
    monotonic += work
    await pace.rest()
  }
  assert.deepEqual(slept, [300, 20, 1000])
  assert.equal(renewed, 3)
})

test('who is told to stop rests no more, and does not go on', async () => {
  const stop = new AbortController()
  const pace = makePace(systemClock, stop.signal, async () => undefined)
  pace.goOn()
  await pace.rest()
  stop.abort(new Error('stop'))
  assert.throws(() => pace.goOn(), /stop/)
  await assert.rejects(pace.rest(), /stop/)
})

function openPace() {
  let rests = 0
  const pace = makePace(systemClock, new AbortController().signal, async () => void rests++)
  return { pace, rests: () => rests }
}
