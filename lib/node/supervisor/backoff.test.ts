import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afterDeath, newborn } from './backoff.ts'

test('a process that keeps dying is started less and less often', () => {
  let life = newborn
  const waits: number[] = []
  for (let death = 0; death < 6; death++) {
    const next = afterDeath(life, 100)
    life = next.life
    waits.push(next.waitMs)
  }
  assert.deepEqual(waits, [50, 200, 800, 3200, 10_000, 10_000])
})

test('a process that lived well is started again at once', () => {
  assert.equal(afterDeath({ deaths: 5 }, 30_000).waitMs, 50)
})
