import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectNats } from './nats.ts'
import { recordTelemetry } from './testing.ts'

const NOWHERE = { NATS_SERVERS: [{ host: '127.0.0.1', port: 1 }] }
const UNAVAILABLE = { name: 'Fault', code: 'unavailable' }

test('without a server, who waits hears so in time, or when it closes', async () => {
  const nats = connectNats(NOWHERE, recordTelemetry())
  await assert.rejects(nats.connected(1), UNAVAILABLE)
  const waiting = assert.rejects(nats.connected(3_600_000), UNAVAILABLE)
  await nats[Symbol.asyncDispose]()
  await waiting
  await assert.rejects(nats.connected(3_600_000), UNAVAILABLE)
})

test('without a server, what is published goes nowhere, and nothing throws', async () => {
  await using nats = connectNats(NOWHERE, recordTelemetry())
  using _ = nats.subscribe('subject', () => assert.fail('nobody publishes'))
  nats.publish('subject', 'text')
  await assert.rejects(nats.ready(), /no connection/)
})
