import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { Client, openSubmission } from './testing.ts'

const MESSAGE = 'From: alice@example.test\r\n\r\n.\r\n'

test('the idle get 421 at once, a message under way its answer first. RFC 5321 §3.8', async () => {
  await using server = await openSubmission()
  using idle = await server.connect()
  using busy = await server.connectTls()
  await idle.play('S: 220')
  await busy.begin()
  const closed = server.close()
  await idle.play('S: 421 4.3.2\nS: closed')
  busy.send(MESSAGE)
  await busy.play('S: 250 2.0.0\nS: 421 4.3.2\nS: closed')
  await closed
  assert.equal(server.published.length, 1)
})

test('a mail that has begun may come to its end; there is no next one', async () => {
  await using server = await openSubmission()
  using client = await server.connectTls()
  using other = await server.connectTls()
  for (const one of [client, other]) {
    await one.logIn()
    await one.play('C: MAIL FROM:<alice@example.test>\nS: 250')
  }
  const closed = server.close()
  await client.play('C: RCPT TO:<bob@example.test>\nS: 250\nC: DATA\nS: 354')
  client.send(MESSAGE)
  await client.play('S: 250 2.0.0\nS: 421 4.3.2\nS: closed')
  await other.play('C: RSET\nS: 250\nS: 421 4.3.2\nS: closed')
  await closed
  assert.equal(server.published.length, 1)
})

test('who does not come to an end is told so in time, and cut off', async () => {
  await using server = await openSubmission({ graceMs: 80 })
  using silent = await server.connectTls()
  using half = await server.connectTls()
  await silent.logIn()
  await silent.play('C: MAIL FROM:<alice@example.test>\nS: 250')
  await half.begin()
  half.send('half a mess')
  await server.close()
  for (const client of [silent, half]) await client.play('S: 421 4.3.2\nS: closed')
  assert.equal(server.published.length, 0)
})

test('a message whose answer is not known yet is never answered otherwise', async () => {
  const settled = Promise.withResolvers<void>()
  await using server = await openSubmission({ graceMs: 1600, publish: () => settled.promise })
  using waiting = await server.connectTls()
  using half = await server.connectTls()
  await waiting.begin()
  await half.begin()
  waiting.send(MESSAGE)
  const closed = server.close()
  // The time is over, for everybody else.
  await half.play('S: 421 4.3.2\nS: closed')
  settled.resolve()
  await waiting.play('S: 250 2.0.0\nS: 421 4.3.2\nS: closed')
  await closed
})

test('a TLS handshake under way comes to its end, and then to the 421', async () => {
  await using server = await openSubmission()
  using clear = await server.connect()
  await clear.play('S: 220\nC: EHLO x\nS: 250\nC: STARTTLS\nS: 220')
  const raw = connect({ port: server.port, host: '127.0.0.1' })
  await once(raw, 'connect')
  const there = () => server.told.some(({ fields }) => fields.listener === 'submissions')
  while (!there()) await new Promise(setImmediate)
  const closed = server.close()
  await clear.startTls()
  await clear.play('S: 421 4.3.2\nS: closed')
  const socket = connectTls({ socket: raw, rejectUnauthorized: false })
  using client = new Client(socket)
  await client.play('S: 421 4.3.2\nS: closed')
  await closed
})
