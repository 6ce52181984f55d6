/** What becomes of pieces that no mail refers to, on a real nats-server. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock } from '#lib/base/clock.ts'
import { systemClock } from '../clock.ts'
import { connectNats } from '../nats.ts'
import { recordTelemetry, startNats } from '../testing.ts'
import { BytesMissing, SpoolBytes } from './bytes.ts'
import { Jet } from './jetstream.ts'
import { spoolSubjects } from './message.ts'
import { SpoolSweep } from './sweep.ts'

const skip =
  process.env.HIKYAKU_CONTRACT === '1' ? false : 'needs nats-server: set HIKYAKU_CONTRACT=1'
const HOUR_MS = 3_600_000

async function openWorld() {
  const stack = new AsyncDisposableStack()
  const server = stack.use(await startNats())
  const telemetry = recordTelemetry()
  const stop = new AbortController()
  const time = { monotonic: 0 }
  const clock: Clock = {
    ...systemClock,
    monotonic: () => time.monotonic,
    sleep: async () => stop.abort(),
  }
  const nats = stack.use(connectNats(server.settings, telemetry))
  const jet = new Jet(nats, systemClock)
  const subjects = spoolSubjects(0)
  const stream = { name: subjects.stream, subjects: [...subjects.all], allow_direct: true }
  await jet.ensureStream(stream)
  await jet.ensureStream(stream)
  const bytes = new SpoolBytes(jet, subjects)
  const sweep = new SpoolSweep({ jet, bytes, subjects, telemetry, clock })
  const read = async (mail: string) =>
    String(Buffer.concat(await Array.fromAsync(bytes.read(mail, 1))))
  const close = () => stack.disposeAsync()
  return { jet, subjects, bytes, sweep, time, stop, read, [Symbol.asyncDispose]: close }
}

async function* piece() {
  yield Buffer.from('x')
}

test('pieces without a mail go, but not those that may get one yet', { skip }, async () => {
  await using world = await openWorld()
  const { jet, subjects, bytes, sweep, time, read } = world
  for (const mail of ['orphan', 'kept']) assert.equal(await bytes.write(mail, piece()), 1)
  await jet.publish(subjects.large('kept'), Buffer.from('entry'))

  await sweep.sweep()
  time.monotonic += HOUR_MS
  await bytes.write('young', piece())
  await sweep.sweep()

  assert.equal(await read('kept'), 'x')
  assert.equal(await read('young'), 'x')
  await assert.rejects(read('orphan'), BytesMissing)
})

test('the pieces of a settled mail go later, and not when it came back', { skip }, async () => {
  await using world = await openWorld()
  const { jet, subjects, bytes, sweep, time, stop, read } = world
  for (const mail of ['settled', 'back', 'later']) await bytes.write(mail, piece())
  await jet.publish(subjects.large('back'), Buffer.from('entry'))
  sweep.settled('settled')
  sweep.settled('back')
  time.monotonic += HOUR_MS
  sweep.settled('later')
  await sweep.run(stop.signal)
  assert.equal(await read('back'), 'x')
  assert.equal(await read('later'), 'x')
  await assert.rejects(read('settled'), BytesMissing)
})
