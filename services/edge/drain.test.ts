import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect } from 'node:tls'
import { loadTls } from '#lib/node/tls.ts'
import { Client, openEdge } from './testing.ts'

test('the idle get 421 at once, a message under way its answer first. RFC 5321 §3.8', async () => {
  await using edge = await openEdge()
  using idle = await edge.connect()
  using busy = await edge.connect()
  await idle.play('S: 220')
  await busy.begin()
  const closed = edge.close()
  await idle.play('S: 421 4.3.2\nS: closed')
  busy.send('x\r\n.\r\n')
  await busy.play('S: 250 2.0.0\nS: 421 4.3.2\nS: closed')
  await closed
  assert.equal(edge.published.length, 1)
})

test('a mail that has begun may come to its end; there is no next one', async () => {
  await using edge = await openEdge()
  using client = await edge.connect()
  using other = await edge.connect()
  for (const one of [client, other]) {
    await one.play('S: 220\nC: EHLO x\nS: 250\nC: MAIL FROM:<a@b.test>\nS: 250')
  }
  const closed = edge.close()
  await client.play('C: RCPT TO:<alice@example.test>\nS: 250\nC: DATA\nS: 354')
  client.send('x\r\n.\r\nMAIL FROM:<a@b.test>\r\n')
  await client.play('S: 250 2.0.0\nS: 421 4.3.2\nS: closed')
  await other.play('C: RSET\nS: 250\nS: 421 4.3.2\nS: closed')
  await closed
  assert.equal(edge.published.length, 1)
})

test('who does not come to an end is told so in time, and cut off', async () => {
  await using edge = await openEdge({ graceMs: 80 })
  using silent = await edge.connect()
  using half = await edge.connect()
  await silent.play('S: 220\nC: EHLO x\nS: 250\nC: MAIL FROM:<a@b.test>\nS: 250')
  await half.begin()
  half.send('half a mess')
  await edge.close()
  for (const client of [silent, half]) await client.play('S: 421 4.3.2\nS: closed')
  assert.equal(edge.published.length, 0)
})

test('a message whose answer is not known yet is never answered otherwise', async () => {
  const settled = Promise.withResolvers<void>()
  await using edge = await openEdge({ graceMs: 1600, publish: () => settled.promise })
  using waiting = await edge.connect()
  using half = await edge.connect()
  await waiting.begin()
  await half.begin()
  waiting.send('x\r\n.\r\n')
  const closed = edge.close()
  // The time is over, for everybody else.
  await half.play('S: 421 4.3.2\nS: closed')
  settled.resolve()
  await waiting.play('S: 250 2.0.0\nS: 421 4.3.2\nS: closed')
  await closed
})

test('who comes at the last moment is greeted with 421', async () => {
  await using edge = await openEdge({ proxyFrom: '127.0.0.0/8' })
  using late = await edge.connect()
  late.send('PROXY TCP4 192.0.2.7 ')
  while (!edge.told.some(({ name }) => name === 'connections')) await new Promise(setImmediate)
  const closed = edge.close()
  late.send('192.0.2.1 56324 25\r\n')
  await late.play('S: 421 4.3.2\nS: closed')
  await closed
})

test('a TLS handshake under way comes to its end, and then to the 421', async () => {
  await using stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'hk-edge-'))
  stack.defer(() => rmSync(folder, { recursive: true }))
  const tls = stack.use(await loadTls({ selfSignedFolder: folder, hosts: ['mx.example.test'] }))
  const edge = stack.use(await openEdge({ secureContext: () => tls.context() }))
  using clear = await edge.connect()
  await clear.play('S: 220\nC: EHLO x\nS: 250\nC: STARTTLS\nS: 220 2.0.0')
  const closed = edge.close()
  clear.socket.removeAllListeners('data')
  const socket = connect({ socket: clear.socket, rejectUnauthorized: false })
  using client = new Client(socket)
  await once(socket, 'secureConnect')
  await client.play('S: 421 4.3.2\nS: closed')
  await closed
})
