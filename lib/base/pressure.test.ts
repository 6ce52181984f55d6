import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from './fault.ts'
import { Pressure } from './pressure.ts'

const LIMITS = { lagMs: 500, publishMs: 2000, spoolFill: 0.7 }

function open(limits = LIMITS) {
  let now = 0
  const pressure = new Pressure(limits, { monotonic: () => now })
  /** So many at the same time. */
  const take = async (ms: number, count: number) => {
    const acknowledged = Promise.withResolvers<void>()
    const one = () => pressure.publishing(() => acknowledged.promise)
    const published = Array.from({ length: count }, one)
    now += ms
    acknowledged.resolve()
    await Promise.all(published)
  }
  const move = (ms: number) => {
    now += ms
  }
  return { pressure, take, move }
}

const full = async () => {
  throw new Fault('busy', 'The queue is full')
}

test('a spool that fills up, or is full, lets nobody in until there is room', async () => {
  const { pressure } = open()
  pressure.filled(69, 100)
  assert.equal(pressure.over(), undefined)
  pressure.filled(70, 100)
  assert.equal(pressure.over(), 'spool-full')
  pressure.filled(10, 100)
  await assert.rejects(pressure.publishing(full), /full/)
  assert.equal(pressure.over(), 'spool-full')
  pressure.filled(0, 100)
  assert.equal(pressure.over(), undefined)
})

test('what the spool may hold is learnt when it is full, and forgotten in a while', async () => {
  const { pressure, move } = open()
  const unknown = Number.POSITIVE_INFINITY
  pressure.filled(1000, unknown)
  assert.equal(pressure.over(), undefined)
  await assert.rejects(pressure.publishing(full), /full/)
  pressure.filled(1000, unknown)
  assert.equal(pressure.over(), 'spool-full')
  pressure.filled(700, unknown)
  assert.equal(pressure.over(), 'spool-full')
  pressure.filled(699, unknown)
  assert.equal(pressure.over(), undefined)
  move(600_000)
  pressure.filled(5000, unknown)
  assert.equal(pressure.over(), undefined)
})

test('one slow mail says nothing, many do, and what was slow long ago does not count', async () => {
  const { pressure, take, move } = open()
  await take(3000, 1)
  assert.equal(pressure.over(), undefined)
  await take(3000, 10)
  assert.equal(pressure.over(), 'spool-slow')
  move(10_000)
  assert.equal(pressure.over(), undefined)
})

test('what has not been acknowledged for long counts before it is', async () => {
  const { pressure, move } = open()
  const acknowledged = Promise.withResolvers<void>()
  const published = pressure.publishing(() => acknowledged.promise)
  move(1999)
  assert.equal(pressure.over(), undefined)
  move(1)
  assert.equal(pressure.over(), 'spool-slow')
  acknowledged.resolve()
  await published
})

test('a large mail may take longer', async () => {
  const { pressure, move } = open()
  const acknowledged = Promise.withResolvers<void>()
  const published = pressure.publishing(() => acknowledged.promise, 20 * 1024 * 1024)
  move(39_000)
  assert.equal(pressure.over(), undefined)
  move(1000)
  assert.equal(pressure.over(), 'spool-slow')
  acknowledged.resolve()
  await published
})

test('an event loop that is late lets nobody in; a limit that is off always does', () => {
  const { pressure } = open()
  pressure.lagged(500)
  assert.equal(pressure.over(), 'event-loop')
  pressure.lagged(20)
  assert.equal(pressure.over(), undefined)
  const off = Number.POSITIVE_INFINITY
  const never = open({ lagMs: off, publishMs: off, spoolFill: off }).pressure
  never.lagged(1e9)
  never.filled(1, 1)
  assert.equal(never.over(), undefined)
})
