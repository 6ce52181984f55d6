import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quotaLevel } from './quota.ts'

const MB = 1024 * 1024

test('how full something is, in steps; full is what has no room for ordinary mail', () => {
  const cases: [bytes: number, messages: number, limit: [number, number], level: number][] = [
    [0, 0, [0, 0], 0],
    [1e15, 1e9, [0, 0], 0],
    [799, 0, [1000, 0], 0],
    [800, 0, [1000, 0], 80],
    [900, 0, [1000, 0], 90],
    [990, 0, [1000, 0], 90],
    [991, 0, [1000, 0], 100],
    // Of large ones 64 kB are kept free, not one per cent.
    [999 * MB, 0, [1000 * MB, 0], 90],
    [1000 * MB - 65_536, 0, [1000 * MB, 0], 90],
    [1000 * MB - 65_535, 0, [1000 * MB, 0], 100],
    [0, 7, [0, 10], 0],
    [0, 8, [0, 10], 80],
    [0, 9, [0, 10], 90],
    [0, 10, [0, 10], 100],
    [0, 11, [0, 10], 100],
    // The fuller of the two counts.
    [100, 9, [1000, 10], 90],
    [850, 1, [1000, 10], 80],
  ]
  for (const [bytes, messages, [mostBytes, mostMessages], level] of cases) {
    const limit = { bytes: mostBytes, messages: mostMessages }
    assert.equal(quotaLevel({ bytes, messages }, limit), level, `${bytes} ${messages}`)
  }
})
