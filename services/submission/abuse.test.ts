import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { base64, openSubmission, PLAIN } from './testing.ts'

const MEGABYTE = 1024 * 1024
const MAIL = 'MAIL FROM:<alice@example.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n'
const HEADER = 'From: alice@example.test\r\n\r\n'

test('a whole group may be sent ahead; each command has its answer. RFC 2920 §3.1', async () => {
  await using server = await openSubmission()
  using client = await server.connectTls()
  client.send(
    `EHLO x\r\nAUTH PLAIN ${PLAIN}\r\n${MAIL}${HEADER}1\r\n.\r\n${MAIL}${HEADER}2\r\n.\r\nQUIT\r\n`,
  )
  const codes: string[] = []
  for (let told = ''; told !== 'closed'; codes.push(told.slice(0, 3))) told = await client.reply()
  assert.equal(codes.join(' '), '220 250 235 250 250 354 250 250 250 354 250 221 clo')
  assert.deepEqual(
    server.published.map(({ body }) => body.toString().trim().at(-1)),
    ['1', '2'],
  )
})

test('one byte at a time comes to the same', async () => {
  await using server = await openSubmission()
  using client = await server.connectTls()
  const text = `EHLO x\r\nAUTH LOGIN\r\n${base64('alice@example.test')}\r\n${base64('secret')}\r\n`
  const all = `${text}${MAIL}${HEADER}..dot\r\n.x\r\n.\r\nQUIT\r\n`
  for (const byte of Buffer.from(all)) {
    client.send(Buffer.of(byte))
    await turn()
  }
  await client.play(
    'S: 220\nS: 250\nS: 334\nS: 334\nS: 235\nS: 250\nS: 250\nS: 354\nS: 250\nS: 221',
  )
  assert.match(String(server.published[0]?.body), /\r\n\r\n\.dot\r\nx\r\n$/)
})

test('lines must end with CRLF: nothing is smuggled. RFC 5321 §2.3.8', async () => {
  const endings = ['\n.\n', '\r.\r', '\n.\r\n', '\r\n.\n', '\r\n.\r', '\r.\r\n']
  for (const ending of endings) {
    await using server = await openSubmission()
    using client = await server.connectTls()
    await client.begin()
    client.send(`${HEADER}x${ending}MAIL FROM:<alice@example.test>\r\n\r\n.\r\n`)
    assert.match(await client.reply(), /^550 5\.6\.0 Lines must end/, JSON.stringify(ending))
    assert.equal(server.published.length, 0)
  }
  await using server = await openSubmission()
  using client = await server.connectTls()
  await client.play('S: 220')
  client.send('EHLO x\nNOOP\r\n')
  await client.play('S: 500 5.5.2\nS: 250')
})

test('too large: refused, and the session goes on; far too large: the end of it', async () => {
  await using server = await openSubmission({ sender: { sizeBytesMax: 100_000 } })
  using client = await server.connectTls()
  await client.begin()
  client.send(`${HEADER}${'x'.repeat(98)}\r\n`.repeat(2000))
  await client.play('C: .\nS: 552 5.3.4\nC: NOOP\nS: 250')
  client.send(MAIL)
  await client.play('S: 250\nS: 250\nS: 354')
  client.socket.setMaxListeners(0)
  const piece = Buffer.from(`${'x'.repeat(98)}\r\n`.repeat(5000))
  for (let sent = 0; sent < 12 * MEGABYTE && !client.socket.destroyed; sent += piece.length) {
    if (client.socket.write(piece)) continue
    await Promise.race([once(client.socket, 'drain'), once(client.socket, 'close')])
  }
  assert.match(await client.reply(), /^552 5\.3\.4|^closed/)
  assert.equal(server.published.length, 0)
})

test('a header without end, and a mail that loops', async () => {
  await using server = await openSubmission()
  using client = await server.connectTls()
  await client.begin()
  client.send('X: y\r\n'.repeat(100_000))
  await client.play('C: .\nS: 552 5.3.4 The header')
  client.send(`${MAIL}${'Received: from a by b; now\r\n'.repeat(100)}${HEADER}.\r\n`)
  await client.play('S: 250\nS: 250\nS: 354\nS: 554 5.4.6')
  assert.equal(server.published.length, 0)
})

test('a large message passes through a file, byte for byte', async () => {
  await using server = await openSubmission({ sender: { sizeBytesMax: 20 * MEGABYTE } })
  using client = await server.connectTls()
  await client.begin()
  const line = () => `${randomBytes(57).toString('base64')}\r\n`
  const text = HEADER + Array.from({ length: 100_000 }, line).join('')
  client.send(`${text}.\r\n`)
  assert.match(await client.reply(), /^250 2\.0\.0/)
  const { envelope, body } = server.published[0] ?? assert.fail('nothing published')
  assert.ok(body.toString().endsWith(`+0000\r\n${text}`))
  assert.equal(envelope.sizeBytes, body.length)
})

test('one account sends only so many messages at the same time', async () => {
  await using server = await openSubmission({ dataPerAccount: 1 })
  using first = await server.connectTls()
  await first.begin()
  using second = await server.connectTls()
  await second.logIn()
  const again = 'C: DATA\nS: 452 4.3.2 At most 1 messages of one account at the same time'
  await second.play(`
    C: MAIL FROM:<alice@example.test>
    S: 250
    C: RCPT TO:<bob@example.test>
    S: 250
    ${again}
  `)
  first.send(`${HEADER}.\r\n`)
  await first.play('S: 250')
  await second.play('C: DATA\nS: 354')
  // Who goes away in the middle leaves its place.
  second.socket.destroy()
  for (let told = ''; !told.startsWith('354'); ) {
    first.send(`RSET\r\n${MAIL}`)
    await first.play('S: 250\nS: 250\nS: 250')
    told = await first.reply()
  }
  assert.equal(server.published.length, 1)
})

test('garbage gets an answer each, and in the end a good-bye', async () => {
  await using server = await openSubmission()
  using client = await server.connect()
  await client.play(`
    S: 220
    C: EHLO x
    S: 250
    C: XCLIENT ADDR=1.2.3.4
    S: 500 5.5.2
    C: XFORWARD ADDR=1.2.3.4
    S: 500 5.5.2
    C: WIZ x
    S: 500 5.5.2
    C: PROXY TCP4 1.2.3.4 5.6.7.8 1 2
    S: 500 5.5.2
    C: EHLO
    S: 501
    C: STARTTLS now
    S: 501 5.5.4
    C: VRFY alice
    S: 252
    C: HELP
    S: 214 2.0.0
    C: constructor
    S: 500
    C: __proto__
    S: 500
    C:
    S: 500
    C: BDAT 10
    S: 500
    S: 421 4.7.0
    S: closed
  `)
})

test('a line that is too long is passed over, also one that answers a challenge', async () => {
  await using server = await openSubmission()
  using client = await server.connectTls()
  await client.play('S: 220')
  client.send(`NOOP ${'x'.repeat(100_000)}\r\nEHLO x\r\nAUTH PLAIN\r\n`)
  await client.play('S: 500 5.5.2\nS: 250\nS: 334')
  client.send(`${'A'.repeat(100_000)}\r\nRCPT\r\n`)
  await client.play(`S: 500 5.5.6\nS: 530\nC: AUTH PLAIN ${PLAIN}\nS: 235`)
})

test('random bytes never bring it down, nor does what is no handshake', async () => {
  await using server = await openSubmission()
  for (let i = 0; i < 20; i++) {
    using client = i % 2 ? await server.connect() : await server.connectTls()
    client.send(randomBytes(5000))
    client.send('\r\n')
    client.socket.end()
    await once(client.socket, 'close')
  }
  const clear = connect(server.port, '127.0.0.1').on('error', () => {})
  clear.end('EHLO x\r\n').resume()
  await once(clear, 'close')
  using client = await server.connectTls()
  await client.play('S: 220')
})

test('half a message and a dropped connection leave nothing', async () => {
  await using server = await openSubmission()
  {
    using client = await server.connectTls()
    await client.begin()
    client.send(`${HEADER}half of it\r\n.`)
    client.socket.end()
    await once(client.socket, 'close')
  }
  using client = await server.connectTls()
  await client.begin()
  await client.play('C: From: alice@example.test\nC: .\nS: 250')
  assert.equal(server.published.length, 1)
})

test('who is silent is told so, and hung up on', async () => {
  await using server = await openSubmission({ limits: { commandTimeoutMs: 30 } })
  using client = await server.connectTls()
  await client.play('S: 220\nS: 421 4.4.2\nS: closed')
  await using other = await openSubmission({ limits: { dataTimeoutMs: 30 } })
  using writer = await other.connectTls()
  await writer.begin()
  await writer.play('S: 421 4.4.2\nS: closed')
})

test('beyond the limit of connections there is a 421; places come back, after STARTTLS too', async () => {
  await using server = await openSubmission({ connectionsMax: 1 })
  using first = await server.connect()
  await first.play('S: 220\nC: EHLO x\nS: 250\nC: STARTTLS\nS: 220')
  await first.startTls()
  await first.play('C: EHLO x\nS: 250')
  using second = await server.connect()
  await second.play('S: 421 4.7.0\nS: closed')
  first.socket.destroy()
  for (let told = ''; !told.startsWith('220'); ) {
    using next = await server.connect()
    told = await next.reply()
  }
})
