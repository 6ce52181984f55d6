import assert from 'node:assert/strict'
import { test } from 'node:test'
import { longestGap } from './history.ts'

test('a gap is the longest time without a success, before the first and after the last too', () => {
  const window = { begin: 100, end: 200 }
  const cases: [successes: number[], ms: number, at: number][] = [
    [[], 100, 100],
    [[110, 120, 190], 70, 120],
    [[150], 50, 100],
    [[190, 110, 120], 70, 120], // in any order
    [[10, 105, 110, 500], 90, 110], // what is outside counts for nothing
  ]
  for (const [successes, ms, at] of cases) {
    assert.deepEqual(longestGap(successes, window), { ms, at }, JSON.stringify(successes))
  }
})
