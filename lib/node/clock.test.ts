import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock, systemRandom } from './clock.ts'

test('a sleep that is aborted rejects with the reason', async () => {
  const stop = new AbortController()
  const sleeping = systemClock.sleep(Number.POSITIVE_INFINITY, stop.signal)
  stop.abort(new Error('enough'))
  await assert.rejects(sleeping, /enough/)
  await assert.rejects(systemClock.sleep(0, stop.signal), /enough/)
})

test('time goes on, and chance has no memory', async () => {
  const before = systemClock.monotonic()
  await systemClock.sleep(1)
  assert.ok(systemClock.monotonic() > before)
  assert.ok(systemClock.now() > 1_700_000_000_000)
  assert.notDeepEqual(systemRandom(16), systemRandom(16))
})
