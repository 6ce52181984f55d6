import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Circuit } from './circuit.ts'
import { TestClock } from './testing.ts'

/** Half-way between the least and the most jitter. */
const random = () => Uint8Array.of(128)

function open() {
  const clock = new TestClock()
  const world = { clock, there: false, probes: 0, told: [] as string[] }
  const closing = new AbortController()
  const circuit = new Circuit({
    clock,
    random,
    probe: async () => {
      world.probes++
      return world.there
    },
    changed: (isOpen, why) => world.told.push(`${isOpen ? 'open' : 'closed'} ${why}`),
    signal: closing.signal,
  })
  return { ...world, world, circuit, closing }
}

test('without a connection it is open at once, and probed after pauses that grow', async () => {
  const { world, circuit, clock } = open()
  circuit.failed('gone')
  circuit.failed('gone')
  assert.deepEqual([circuit.open, circuit.away], [true, true])
  const at: number[] = []
  for (let ms = 0; ms < 8000; ms += 50) {
    const before = world.probes
    await clock.move(50)
    if (world.probes > before) at.push(ms + 50)
  }
  assert.deepEqual(at, [100, 300, 700, 1500, 3100, 5100, 7100])
  world.there = true
  await clock.move(2000)
  assert.deepEqual([circuit.open, circuit.away], [false, false])
  assert.deepEqual(world.told, ['open gone', 'closed gone'])
})

test('one that answers is probed soon again the next time', async () => {
  const { world, circuit, clock } = open()
  circuit.failed('gone')
  for (let round = 0; round < 5; round++) await clock.move(2000)
  world.there = true
  await clock.move(2000)
  circuit.answered()
  world.probes = 0
  circuit.failed('gone')
  await clock.move(100)
  assert.equal(world.probes, 1)
})

test('it may be slow twice, and thrice when it answered in between', () => {
  const { circuit } = open()
  circuit.failed('slow')
  circuit.failed('slow')
  circuit.answered()
  circuit.failed('slow')
  circuit.failed('slow')
  assert.equal(circuit.open, false)
  circuit.failed('slow')
  assert.deepEqual([circuit.open, circuit.away], [true, false])
})

test('one that was slow is tried with one call at a time', async () => {
  const { world, circuit, clock } = open()
  world.there = true
  for (const _ of [1, 2, 3]) circuit.failed('slow')
  await clock.move(500)
  assert.equal(circuit.open, false)
  circuit.asked()
  assert.equal(circuit.open, true)
  await clock.move(1000)
  assert.equal(circuit.open, false, 'the one that tried it never came back')
  circuit.asked()
  circuit.failed('slow')
  assert.equal(circuit.open, true)
  await clock.move(999)
  assert.equal(circuit.open, true, 'the second pause is longer')
  await clock.move(1)
  circuit.asked()
  circuit.answered()
  assert.equal(circuit.open, false)
  circuit.failed('slow')
  assert.equal(circuit.open, false)
})

test('one that was slow and then lost its connection is away', async () => {
  const { world, circuit, clock } = open()
  for (const _ of [1, 2, 3]) circuit.failed('slow')
  circuit.failed('gone')
  assert.equal(circuit.away, true)
  world.there = true
  await clock.move(500)
  assert.equal(circuit.open, false)
  assert.deepEqual(world.told, ['open slow', 'open gone', 'closed gone'])
})

test('it ails after what it said, for a while that grows, until it is well', async () => {
  const { circuit, clock } = open()
  circuit.complained('unavailable')
  circuit.complained('unavailable')
  assert.equal(circuit.ailing, false)
  circuit.complained('unavailable')
  assert.equal(circuit.ailing, true)
  await clock.move(250)
  assert.equal(circuit.ailing, false)
  circuit.complained('shed')
  await clock.move(499)
  assert.equal(circuit.ailing, true)
  circuit.well()
  assert.equal(circuit.ailing, false)
  circuit.complained('shed')
  assert.equal(circuit.ailing, true, 'one that has too much to do is believed at once')
})

test('once it is given up it is not probed any more', async () => {
  const { world, circuit, clock, closing } = open()
  circuit.failed('gone')
  closing.abort()
  await clock.move(10_000)
  assert.equal(world.probes, 0)
})
