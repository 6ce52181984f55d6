import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Levels } from './levels.ts'

test('a level runs off in one window, and never below nothing', () => {
  let now = 0
  const levels = new Levels(1000, { monotonic: () => now }, 10)
  levels.add('a', 4, 2)
  assert.deepEqual([levels.of('a', 4), levels.of('b', 4)], [2, 0])
  now = 250
  assert.equal(levels.of('a', 4), 1)
  levels.add('a', 4, 1)
  assert.equal(levels.of('a', 4), 2)
  now = 10_000
  assert.equal(levels.of('a', 4), 0)
  levels.add('a', 4, -3)
  assert.equal(levels.of('a', 4), 0)
})
