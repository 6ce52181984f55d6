/** Encryption on the way out: taken where it is offered, demanded where a route says so. RFC 3207 §4, RFC 7435 §4 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openOutbound } from './testing.ts'

const TO = 'b@example.test'

test('TLS is used where it is offered, and told', async () => {
  await using outbound = await openOutbound({ peers: [{ tls: 'good' }] })
  const [result] = await outbound.send({ to: TO })
  assert.equal(result?.outcome, 'relayed')
  assert.match(result.tls ?? '', /^TLSv1\.3 TLS_/)
  const [peer] = outbound.peers
  assert.equal(peer?.mails[0]?.tls, true)
  const commands = peer.commands.map((line) => line.split(' ')[1])
  assert.deepEqual(commands, ['EHLO', 'STARTTLS', 'EHLO', 'MAIL', 'RCPT', 'DATA'])
})

test('a handshake that breaks is followed by plain text, on a new connection', async () => {
  await using outbound = await openOutbound({ peers: [{ tls: 'broken' }] })
  const [result] = await outbound.send({ to: TO })
  assert.deepEqual([result?.outcome, result?.tls], ['relayed', undefined])
  assert.equal(outbound.peers[0]?.connections.total, 2)
})

test('a connection that is lost at STARTTLS is such a handshake too', async () => {
  await using outbound = await openOutbound({ peers: [{ tls: 'good', on: { starttls: 'drop' } }] })
  assert.equal((await outbound.send({ to: TO }))[0]?.outcome, 'relayed')
})

test('a server that refuses STARTTLS gets the mail in plain text', async () => {
  await using outbound = await openOutbound({
    peers: [{ tls: 'good', on: { starttls: '454 4.7.0 not now' } }],
  })
  const [result] = await outbound.send({ to: TO })
  assert.deepEqual([result?.outcome, result?.tls], ['relayed', undefined])
})

test('where a route demands TLS, nothing goes without', async () => {
  for (const peer of [
    { tls: 'none' },
    { tls: 'broken' },
    { tls: 'good', on: { starttls: '454 4.7.0 not now' } },
  ] as const) {
    await using outbound = await openOutbound({
      peers: [peer],
      routes: { 'example.test': { tls: 'required' } },
    })
    const [result] = await outbound.send({ to: TO })
    assert.deepEqual([result?.outcome, result?.reason], ['deferred', 'tls-failed'])
    assert.equal(
      outbound.peers[0]?.commands.some((line) => line.includes('MAIL')),
      false,
    )
  }
  await using outbound = await openOutbound({
    peers: [{ tls: 'good' }],
    routes: { 'example.test': { tls: 'required' } },
  })
  assert.equal((await outbound.send({ to: TO }))[0]?.outcome, 'relayed')
})

test('where a route says none, TLS is not tried', async () => {
  await using outbound = await openOutbound({
    peers: [{ tls: 'good' }],
    routes: { 'example.test': { tls: 'none' } },
  })
  assert.equal((await outbound.send({ to: TO }))[0]?.tls, undefined)
})

test('what came behind the answer to STARTTLS in plain text is never believed', async () => {
  await using outbound = await openOutbound({
    peers: [{ tls: 'good', on: { starttls: ['220 2.0.0 Go ahead\r\n250 2.0.0 injected'] } }],
  })
  const [result] = await outbound.send({ to: TO })
  // The first connection is given up; the second is in plain text, as after any broken handshake.
  assert.deepEqual([result?.outcome, result?.tls], ['relayed', undefined])
  assert.equal(outbound.peers[0]?.connections.total, 2)
})

test('a smart host is given user and password, over TLS only', async () => {
  const route = { hosts: ['127.0.0.1'], user: 'us', password: 'a secret' }
  for (const mechanism of ['PLAIN', 'LOGIN']) {
    const asked: string[] = []
    const auth = (line: string) => {
      asked.push(line)
      return undefined
    }
    const peer = { tls: 'good', extensions: [`AUTH ${mechanism}`], on: { auth } } as const
    await using outbound = await openOutbound({ peers: [peer], routes: { '*': route } })
    assert.equal((await outbound.send({ to: TO }))[0]?.outcome, 'relayed')
    assert.deepEqual(asked, [`AUTH ${mechanism} us a secret`])
  }
  await using plain = await openOutbound({
    peers: [{ extensions: ['AUTH PLAIN'] }],
    routes: { '*': route },
  })
  assert.equal((await plain.send({ to: TO }))[0]?.reason, 'tls-failed')
  assert.equal(
    plain.peers[0]?.commands.some((line) => line.includes('AUTH')),
    false,
  )
  await using trusted = await openOutbound({
    peers: [{ extensions: ['AUTH PLAIN'] }],
    routes: { '*': { ...route, tls: 'none' } },
  })
  assert.equal((await trusted.send({ to: TO }))[0]?.outcome, 'relayed')
})

test('a password that is refused bounces no mail', async () => {
  await using outbound = await openOutbound({
    peers: [{ tls: 'good', extensions: ['AUTH PLAIN'], on: { auth: '535 5.7.8 wrong' } }],
    routes: { '*': { hosts: ['127.0.0.1'], user: 'us', password: 'x' } },
  })
  const [result] = await outbound.send({ to: TO })
  assert.deepEqual([result?.outcome, result?.reason], ['deferred', 'authentication-failed'])
})

test('a password does not follow into plain text when the handshake breaks', async () => {
  for (const peer of [
    { tls: 'broken' },
    { tls: 'good', on: { starttls: 'drop' } },
    { tls: 'good', on: { starttls: '454 4.7.0 not now' } },
  ] as const) {
    await using outbound = await openOutbound({
      peers: [{ extensions: ['AUTH PLAIN'], ...peer }],
      routes: { '*': { hosts: ['127.0.0.1'], user: 'us', password: 'a secret' } },
    })
    const [result] = await outbound.send({ to: TO })
    assert.equal(result?.outcome, 'deferred')
    assert.equal(
      outbound.peers[0]?.commands.some((line) => line.includes('AUTH')),
      false,
    )
  }
})

test('where a route demands TLS and has a password, the certificate has to be right', async () => {
  await using outbound = await openOutbound({
    peers: [{ tls: 'good', extensions: ['AUTH PLAIN'] }],
    routes: { '*': { hosts: ['127.0.0.1'], tls: 'required', user: 'us', password: 'a secret' } },
  })
  const [result] = await outbound.send({ to: TO })
  assert.deepEqual([result?.outcome, result?.reason], ['deferred', 'tls-failed'])
  assert.match(result?.reply ?? '', /SELF_SIGNED/)
  assert.equal(
    outbound.peers[0]?.commands.some((line) => line.includes('AUTH')),
    false,
  )
})
