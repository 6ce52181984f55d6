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

test('pieces without a mail go, but not those that may get one yet', { skip }, async () => {
  await using server = await startNats()
  const telemetry = recordTelemetry()
  let monotonic = 0
  const clock: Clock = { ...systemClock, monotonic: () => monotonic }
  await using nats = connectNats(server.settings, telemetry)
  const jet = new Jet(nats, systemClock)
  const subjects = spoolSubjects(0)
  await jet.ensureStream({ name: subjects.stream, subjects: [...subjects.all], allow_direct: true })
  await jet.ensureStream({ name: subjects.stream, subjects: [...subjects.all], allow_direct: true })
  const bytes = new SpoolBytes(jet, subjects)
  const sweep = new SpoolSweep({ jet, bytes, subjects, telemetry, clock })
  const piece = async function* () {
    yield Buffer.from('x')
  }
  for (const mail of ['orphan', 'kept', 'young']) {
    if (mail !== 'young') assert.equal(await bytes.write(mail, piece()), 1)
  }
  await jet.publish(subjects.large('kept'), Buffer.from('entry'))

  await sweep.sweep()
  monotonic += HOUR_MS
  await bytes.write('young', piece())
  await sweep.sweep()

  const read = async (mail: string) =>
    String(Buffer.concat(await Array.fromAsync(bytes.read(mail, 1))))
  assert.equal(await read('kept'), 'x')
  assert.equal(await read('young'), 'x')
  await assert.rejects(read('orphan'), BytesMissing)
})
