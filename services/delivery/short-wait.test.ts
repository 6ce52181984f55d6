import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ShortWait } from './short-wait.ts'
import { TestClock } from './testing.ts'

test('who waits is called in turn', async () => {
  const wait = new ShortWait(new TestClock())
  const order: number[] = []
  const turns = [1, 2].map((n) => wait.turn().then((called) => order.push(called ? n : 0)))
  assert.equal(wait.length, 2)
  assert.ok(wait.call())
  assert.ok(wait.call())
  assert.equal(wait.call(), false)
  await Promise.all(turns)
  assert.deepEqual(order, [1, 2])
})

test('after a moment in vain nobody waits, for a while', async () => {
  const clock = new TestClock()
  const wait = new ShortWait(clock)
  const first = wait.turn()
  clock.move(499)
  const second = wait.turn()
  clock.move(1)
  assert.equal(await first, false)
  assert.equal(await wait.turn(), false, 'it is not worth it')
  assert.ok(wait.call(), 'the second still waits')
  assert.equal(await second, true)
  clock.move(1000)
  const later = wait.turn()
  assert.ok(wait.call())
  assert.equal(await later, true)
})

test('there is one timer, however often somebody waits', () => {
  const clock = new TestClock()
  let timers = 0
  const wait = new ShortWait({
    monotonic: clock.monotonic,
    sleep: (ms) => {
      timers += 1
      return clock.sleep(ms)
    },
  })
  for (let n = 0; n < 5; n++) {
    void wait.turn()
    wait.call()
  }
  assert.equal(timers, 1)
})
