import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { startPatiently } from './patient-start.ts'

function world(patienceMs = Number.POSITIVE_INFINITY) {
  let now = 0
  const waits: number[] = []
  const told: unknown[] = []
  const controller = new AbortController()
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      waits.push(ms)
      now += ms
    },
  }
  const telemetry = { warn: (event: string) => void told.push(event) }
  const random = (bytes: number) => new Uint8Array(bytes).fill(255)
  const patience = { clock, random, telemetry, signal: controller.signal, patienceMs }
  return { patience, waits, told, controller }
}

test('what is away is waited for, a second at most between two tries, and told now and then', async () => {
  const { patience, waits, told } = world()
  let tries = 0
  const started = await startPatiently(async () => {
    tries++
    if (tries < 60) throw new Fault(tries % 2 ? 'unavailable' : 'busy', 'The database is away')
    return 'service'
  }, patience)
  assert.equal(started, 'service')
  assert.equal(waits.length, 59)
  assert.ok(Math.max(...waits) <= 1000)
  assert.ok(told.length > 1 && told.length < 8, `${told.length}`)
})

test('what does not pass by itself is thrown at once', async () => {
  const { patience, waits } = world()
  for (const error of [new TypeError('no such engine'), new Fault('invalid', 'A bad name')]) {
    const starting = startPatiently(() => Promise.reject(error), patience)
    await assert.rejects(starting, (thrown) => thrown === error)
  }
  assert.deepEqual(waits, [])
})

test('patience ends, and so does waiting when the process is to end', async () => {
  const { patience, controller } = world(3000)
  const away = () => Promise.reject(new Fault('unavailable', 'The database is away'))
  await assert.rejects(startPatiently(away, patience), { code: 'unavailable' })
  const reason = new Error('Stopping')
  controller.abort(reason)
  const endless = { ...patience, patienceMs: Number.POSITIVE_INFINITY }
  await assert.rejects(startPatiently(away, endless), (error) => error === reason)
})
