import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { EPOCH, entryOf, openWorld, type World } from '../testing.ts'
import { type LeaseParts, takeLeases } from './lease.ts'

const EVENTS = { tookOver: () => {}, lostLease: () => {} }

function partsOf({ collections, clock }: World, owner: string): LeaseParts {
  return { collections, clock, owner, leaseMs: 60_000, events: EVENTS }
}

test('one of many takes an entry; after its time another does, and the first changes nothing', async () => {
  await using world = await openWorld()
  await world.collections.entries.insertOne(entryOf('m1.a'))
  const candidates = [{ _id: 'm1.a', fence: 0 }]
  const both = await Promise.all([
    takeLeases(candidates, partsOf(world, 'a')),
    takeLeases(candidates, partsOf(world, 'b')),
  ])
  assert.deepEqual(both.map(({ length }) => length).toSorted(), [0, 1])
  const [first] = both.flat()
  assert.ok(first)
  assert.ok(first.stillOurs())
  // It does not hear of the database any more.
  first[Symbol.dispose]()
  world.clock.move(45_000)
  assert.equal(first.stillOurs(), false, 'it relies on its lease to the end')
  assert.equal((await takeLeases([{ _id: 'm1.a', fence: 1 }], partsOf(world, 'b'))).length, 0)
  world.clock.move(15_000)
  const [second] = await takeLeases([{ _id: 'm1.a', fence: 1 }], partsOf(world, 'b'))
  assert.ok(second)
  assert.equal(await first.putBack({ $set: { attempts: 9 } }), false)
  assert.equal(await first.remove(), false)
  assert.equal(await second.putBack({ $set: { attempts: 3 } }), true)
  const entry = await world.collections.entries.findOne({ _id: 'm1.a' })
  assert.deepEqual([entry?.attempts, entry?.lease, entry?.fence], [3, undefined, 2])
})

test('a lease is renewed for as long as it is held', { timeout: 20_000 }, async () => {
  await using world = await openWorld()
  await world.collections.entries.insertOne(entryOf('m1.a'))
  const [lease] = await takeLeases([{ _id: 'm1.a', fence: 0 }], partsOf(world, 'a'))
  assert.ok(lease)
  for (let i = 0; i < 20; i++) {
    world.clock.move(15_000)
    await renewed(world)
    assert.ok(lease.stillOurs(), `after ${i}`)
  }
  const entry = await world.collections.entries.findOne({ _id: 'm1.a' })
  assert.equal(entry?.next.getTime(), EPOCH + 20 * 15_000 + 60_000)
  assert.equal(await lease.remove(), true)
})

/** Resolves when the database has the renewal, and the lease has heard of it. */
async function renewed({ collections, clock }: World): Promise<void> {
  for (;;) {
    const entry = await collections.entries.findOne({ _id: 'm1.a' })
    await turn()
    if (entry?.next.getTime() === clock.now() + 60_000) return
  }
}

test('a machine that slept notices by the other clock', async () => {
  await using world = await openWorld()
  await world.collections.entries.insertOne(entryOf('m1.a'))
  const clock = { ...world.clock, now: () => EPOCH + offset, monotonic: () => 0 }
  let offset = 0
  const [lease] = await takeLeases([{ _id: 'm1.a', fence: 0 }], { ...partsOf(world, 'a'), clock })
  assert.ok(lease)
  assert.ok(lease.stillOurs())
  offset = 3_600_000
  assert.equal(lease.stillOurs(), false)
})

test('what was taken when the database went away is not kept for ever', async () => {
  await using world = await openWorld()
  await world.collections.entries.insertOne(entryOf('m1.a'))
  const real = world.collections.entries
  const find: typeof real.find = async function* () {
    yield* real.find({ _id: 'm1.a' })
    throw new Error('away')
  }
  const bulkWrite: typeof real.bulkWrite = (writes) => real.bulkWrite(writes)
  const entries = Object.assign(Object.create(real), { find, bulkWrite })
  const asked: number[] = []
  const clock = { ...world.clock, sleep: async (ms: number) => void asked.push(ms) }
  const parts = { ...partsOf(world, 'a'), clock, collections: { ...world.collections, entries } }
  await assert.rejects(takeLeases([{ _id: 'm1.a', fence: 0 }], parts), /away/)
  assert.deepEqual(asked, [], 'it renews what nobody works on')
})
