/** What a destination may have at most, from one process and from all of them together. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Transported } from '../../outbound/transport.ts'
import { NEVER, openOutbound, outgoingTo } from './testing.ts'

const TO = 'b@example.test'
const DESTINATION = { domain: 'example.test', pool: 'default' }

test('one process has so many connections to a destination, and others are no concern of it', async () => {
  await using outbound = await openOutbound({
    settings: { DELIVERY_CONNECTIONS: '3' },
    records: { 'other.test': { mx: [[1, 'mx.example.test']] } },
    peers: [{ on: { dot: { afterMs: 60 } } }],
  })
  const kinds = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const result = await outbound.transport(DESTINATION, outgoingTo({ to: TO }), NEVER)
      return result.kind
    }).concat(outbound.send({ to: 'b@other.test' }).then(() => 'attempted' as const)),
  )
  assert.deepEqual(kinds, ['attempted', 'attempted', 'attempted', 'busy', 'busy', 'attempted'])
  assert.equal((await outbound.send({ to: TO }))[0]?.outcome, 'relayed')
})

test('who is patient waits for a connection, as long as they come free in a moment', async () => {
  await using outbound = await openOutbound({
    settings: { DELIVERY_CONNECTIONS: '1' },
    peers: [{ on: { dot: { afterMs: 30 } } }],
  })
  const patient = { ...DESTINATION, patient: true }
  const send = () => outbound.transport(patient, outgoingTo({ to: TO }), NEVER)
  const kinds = (await Promise.all(Array.from({ length: 4 }, send))).map(({ kind }) => kind)
  assert.deepEqual(kinds, ['attempted', 'attempted', 'attempted', 'attempted'])
  assert.equal(outbound.peers[0]?.connections.openMax, 1)
})

test('two processes together never have more connections than the route says', async () => {
  await using outbound = await openOutbound({
    peers: [{ on: { dot: { afterMs: 5 } } }],
    routes: { 'example.test': { connectionsMax: 4 } },
  })
  const [peer] = outbound.peers
  const transports = [outbound.transport, outbound.another()]
  let relayed = 0
  let busy = 0
  const work = async (at: number) => {
    for (let left = 12; left > 0; ) {
      const transport = transports[at % 2] ?? outbound.transport
      const result: Transported = await transport(DESTINATION, outgoingTo({ to: TO }), NEVER)
      if (result.kind === 'busy') {
        busy += 1
        // The time that it asks for is the queue's to wait; here others go on.
        await new Promise((resolve) => setTimeout(resolve, 10))
        continue
      }
      left -= 1
      relayed += result.results.filter(({ outcome }) => outcome === 'relayed').length
    }
  }
  await Promise.all(Array.from({ length: 8 }, (_, at) => work(at)))
  assert.equal(relayed, 96)
  assert.ok(busy > 0)
  assert.ok((peer?.connections.openMax ?? 99) <= 4, `${peer?.connections.openMax} at a time`)
})

test('messages go at the rate that the route says', async () => {
  await using outbound = await openOutbound({
    routes: { 'example.test': { messagesPerMinuteMax: 60 } },
  })
  const transports = [outbound.transport, outbound.another()]
  const kinds: string[] = []
  for (let at = 0; at < 12; at++) {
    const transport = transports[at % 2] ?? outbound.transport
    const result = await transport(DESTINATION, outgoingTo({ to: TO }), NEVER)
    kinds.push(result.kind)
    if (result.kind === 'busy') assert.ok(result.afterMs >= 500, `${result.afterMs}`)
  }
  // A tenth of a minute's at once, or one more when the test took its time.
  const sent = kinds.filter((kind) => kind === 'attempted').length
  assert.ok(sent >= 6 && sent <= 8, `${sent}`)
  assert.equal(outbound.peers[0]?.mails.length, sent)
})
