import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { systemClock, systemRandom } from '#lib/node/clock.ts'
import { collectionsOf, openTestDatabase } from '../testing.ts'
import { isDue, LEASE_MS, type LeasePorts, takeLease } from './lease.ts'

test('one has it until it gives it back or lets it expire', async () => {
  await using database = await openTestDatabase()
  const { ports, pass } = await openPorts(await collectionsOf(database))
  const all = await Promise.all([1, 2, 3].map(() => takeLease('job', ports)))
  const [first, ...others] = all.filter((lease) => lease !== undefined)
  assert(first)
  assert.equal(others.length, 0)
  assert(await takeLease('another job', ports), 'each job has its own')
  await first.release(false)
  assert(await takeLease('job', ports))
  pass(LEASE_MS - 1)
  assert.equal(await takeLease('job', ports), undefined)
  pass(1)
  assert(await takeLease('job', ports))
})

test('renewed, it does not expire; lost, it is not renewed, and giving it back changes nothing', async () => {
  await using database = await openTestDatabase()
  const { ports, pass } = await openPorts(await collectionsOf(database))
  const lease = await takeLease('job', ports)
  assert(lease)
  for (let i = 0; i < 3; i++) {
    pass(LEASE_MS - 1)
    await lease.renew()
  }
  assert.equal(await takeLease('job', ports), undefined)
  pass(LEASE_MS)
  const other = await takeLease('job', ports)
  assert(other)
  await assert.rejects(
    lease.renew(),
    (error) => error instanceof Fault && error.code === 'conflict',
  )
  await lease.release(true)
  assert.equal(await takeLease('job', ports), undefined)
  pass(LEASE_MS)
  assert(await isDue('job', 1, ports), 'who lost it has not finished it')
})

test('a job is due when it was finished so long ago, or never, and nobody is at it', async () => {
  await using database = await openTestDatabase()
  const { ports, pass } = await openPorts(await collectionsOf(database))
  const due = () => isDue('job', 2 * LEASE_MS, ports)
  assert.equal(await due(), true)
  const lease = await takeLease('job', ports)
  assert.equal(await due(), false)
  await lease?.release(false)
  assert.equal(await due(), true)
  await (await takeLease('job', ports))?.release(true)
  assert.equal(await due(), false)
  pass(2 * LEASE_MS - 1)
  assert.equal(await due(), false)
  pass(1)
  assert.equal(await due(), true)
  await takeLease('job', ports)
  assert.equal(await due(), false)
  pass(LEASE_MS)
  assert.equal(await due(), true, 'its owner died')
})

async function openPorts(collections: LeasePorts['collections']) {
  let now = systemClock.now()
  const clock = { ...systemClock, now: () => now }
  const pass = (ms: number) => {
    now += ms
  }
  return { ports: { collections, clock, random: systemRandom }, pass }
}
