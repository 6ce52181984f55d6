import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BackOff, delayOf } from './back-off.ts'

test('an account that fails is left alone, longer each time, and forgiven at once', () => {
  let now = 0
  const backOff = new BackOff({ monotonic: () => now })
  const waits: number[] = []
  for (let i = 0; i < 8; i++) {
    waits.push(backOff.failed('a'))
    // What was under way at the same time makes it no worse.
    assert.equal(backOff.failed('a'), waits.at(-1))
    now += waits.at(-1) ?? 0
    assert.equal(backOff.waitMs('a'), 0)
  }
  assert.deepEqual(waits, [1000, 2000, 5000, 10_000, 30_000, 60_000, 60_000, 60_000])
  assert.equal(backOff.waitMs('b'), 0)
  backOff.failed('a')
  backOff.succeeded('a')
  assert.equal(backOff.waitMs('a'), 0)
  assert.equal(backOff.failed('a'), delayOf(0))
})
