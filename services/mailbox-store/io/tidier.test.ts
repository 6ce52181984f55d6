import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import type { Clock } from '#lib/base/clock.ts'
import { systemClock } from '#lib/node/clock.ts'
import { repeat } from './tidier.ts'

test('work goes on after errors, which are told', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const told: unknown[] = []
  let times = 0
  const work = async () => {
    times++
    if (times < 3) throw new Error(`error ${times}`)
    resolve()
  }
  const failed = (error: unknown) => void told.push(String(error))
  await using _ = repeat(work, 1, { clock: hasty(), failed })
  await promise
  assert.deepEqual(told, ['Error: error 1', 'Error: error 2'])
})

test('disposing waits until the work under way has noticed, and tells of no error', async () => {
  const { promise: began, resolve: begin } = Promise.withResolvers<void>()
  let noticed = false
  const work = async (signal: AbortSignal) => {
    begin()
    await once(signal, 'abort')
    noticed = true
    signal.throwIfAborted()
  }
  const failed = () => assert.fail('it was told to stop')
  const working = repeat(work, 1, { clock: hasty(), failed })
  await began
  await working[Symbol.asyncDispose]()
  assert(noticed)
})

/** A clock on which nobody waits long. */
function hasty(): Clock {
  return { ...systemClock, sleep: (_, signal) => systemClock.sleep(1, signal) }
}
