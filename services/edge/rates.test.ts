import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Rates } from './rates.ts'

test('each address has its allowance, which grows back over the minute', () => {
  let now = 0
  const rates = new Rates(2, { monotonic: () => now })
  assert.deepEqual([rates.take('a'), rates.take('a'), rates.take('a')], [true, true, false])
  assert.equal(rates.take('b'), true)
  now = 30_000
  assert.deepEqual([rates.take('a'), rates.take('a')], [true, false])
  now = 600_000
  assert.deepEqual([rates.take('a'), rates.take('a'), rates.take('a')], [true, true, false])
})

test('off is off', () => {
  const rates = new Rates(Number.POSITIVE_INFINITY, { monotonic: () => 0 })
  assert.ok(Array.from({ length: 1000 }, () => rates.take('a')).every(Boolean))
})
