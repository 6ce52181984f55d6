import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '#lib/node/clock.ts'
import { takeLease } from './lease.ts'
import { collectWhenDue } from './schedule.ts'
import { DAY_MS, World } from './testing.ts'

const { signal } = new AbortController()

test('it collects when it is due for the second time, and then not before its time', async () => {
  await using world = await World.open(undefined)
  const { tick, runs } = openSchedule(world)
  await tick(signal)
  assert.equal(runs(), 0)
  await tick(signal)
  assert.equal(runs(), 1)
  for (let i = 0; i < 5; i++) await tick(signal)
  assert.equal(runs(), 1)
  world.pass(1)
  await tick(signal)
  assert.equal(runs(), 1, 'who wakes up first finishes what it was doing')
  await tick(signal)
  assert.equal(runs(), 2)
})

test('it leaves alone what another process is doing', async () => {
  await using world = await World.open(undefined)
  const { tick, runs, ports } = openSchedule(world)
  await tick(signal)
  const lease = await takeLease('collect', ports)
  await tick(signal)
  await tick(signal)
  await lease?.release(true)
  await tick(signal)
  await tick(signal)
  assert.equal(runs(), 0)
})

function openSchedule(world: World) {
  let runs = 0
  const ports = {
    collections: world.collections,
    collectMemoryBytes: 1024,
    committer: world.newStore().committer,
    clock: world.clock,
    random: systemRandom,
    events: {
      collected() {
        runs++
      },
    },
  }
  return { tick: collectWhenDue(ports, DAY_MS), runs: () => runs, ports }
}
