import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TestClock } from '../testing.ts'
import { Attempts } from './attempts.ts'

test('whatever one tenant sends, another finds a place at once', async () => {
  const clock = new TestClock()
  const attempts = new Attempts(4, clock)
  const loud = Array.from({ length: 20 }, () => attempts.take('loud'))
  const held = await Promise.all(loud.slice(0, 3))
  assert.ok(held.every((place) => place !== undefined))
  assert.ok(await attempts.take('quiet'))
  clock.move(500)
  assert.deepEqual(
    await Promise.all(loud.slice(3)),
    Array.from({ length: 17 }, () => undefined),
  )
})

test('who waited in vain has no place later, and nobody of the tenant waits for a while', async () => {
  const clock = new TestClock()
  const attempts = new Attempts(2, clock)
  const [first, second] = await Promise.all([attempts.take('a'), attempts.take('a')])
  assert.ok(first && second)
  const late = attempts.take('a')
  clock.move(500)
  assert.equal(await late, undefined)
  assert.equal(await attempts.take('a'), undefined, 'it is not worth it')
  first[Symbol.dispose]()
  second[Symbol.dispose]()
  await new Promise(setImmediate)
  const again = await Promise.all([attempts.take('a'), attempts.take('a')])
  assert.ok(
    again.every((place) => place !== undefined),
    'the one that went away has a place',
  )
  clock.move(1000)
  const waiting = attempts.take('a')
  again[0]?.[Symbol.dispose]()
  assert.ok(await waiting)
})

test('there is one timer, however often somebody waits', async () => {
  const clock = new TestClock()
  let timers = 0
  const counting = {
    monotonic: clock.monotonic,
    sleep: (ms: number) => {
      timers += 1
      return clock.sleep(ms)
    },
  }
  const attempts = new Attempts(1, counting)
  await attempts.take('a')
  const waiting = [1, 2, 3, 4, 5].map(() => attempts.take('a'))
  assert.equal(timers, 1)
  clock.move(500)
  await Promise.all(waiting)
})
