import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { Broken } from '../../outbound/wire.ts'
import { NEVER } from './testing.ts'
import { connectWire } from './wire.ts'

test('a server that talks on and on fills no memory', { timeout: 20_000 }, async () => {
  const flood = Buffer.from(`${`250-${'x'.repeat(8000)}\r\n`.repeat(90)}250 x\r\n`.repeat(60))
  await using server = createServer((socket) => {
    socket.on('error', () => {})
    socket.write('220 x\r\n')
    socket.end(flood)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const target = { host: 'x.test', address: '127.0.0.1', port }
  const wire = await connectWire(target, { source: undefined, timeoutMs: 5000, signal: NEVER })
  assert.equal((await wire.reply(5000)).code, 220)
  // Nobody reads until it is broken off, by us or at the end of the flood.
  await assert.rejects(async () => {
    for (;;) await wire.send('NOOP\r\n', 5000)
  }, Broken)
  let characters = 0
  for (let reply = wire.early(); reply !== undefined; reply = wire.early()) {
    characters += reply.lines.join('').length
  }
  assert.ok(characters < 3_000_000, `${characters}`)
})
