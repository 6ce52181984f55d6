import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openOutbound } from './testing.ts'

const TO = 'b@example.test'

test('a message whose content is on its way is broken off, and nobody has it', async () => {
  const begun = Promise.withResolvers<void>()
  const over = Promise.withResolvers<void>()
  await using outbound = await openOutbound()
  async function* stream() {
    yield Buffer.from('Subject: x\r\n')
    yield Buffer.from('\r\n')
    begun.resolve()
    await over.promise
    yield Buffer.from('Hello\r\n')
    yield Buffer.from('World\r\n')
  }
  const sent = outbound.send({ to: TO, stream, sizeBytes: 28 })
  await begun.promise
  outbound.breakOff()
  over.resolve()
  const [result] = await sent
  assert.equal(result?.outcome, 'deferred')
  assert.match(result.reply, /in the time there was/)
  assert.deepEqual(outbound.peers[0]?.mails, [])
})

test('what waits for the answer to its final dot is not broken off', async () => {
  await using outbound = await openOutbound()
  outbound.peers[0]?.on('dot', () => {
    outbound.breakOff()
    return { afterMs: 20 }
  })
  const [result] = await outbound.send({ to: TO })
  assert.equal(result?.outcome, 'relayed')
})

test('afterwards no message begins its content', async () => {
  await using outbound = await openOutbound()
  outbound.breakOff()
  const [result] = await outbound.send({ to: TO })
  assert.equal(result?.outcome, 'deferred')
  assert.deepEqual(outbound.peers[0]?.mails, [])
})
