import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { type Client, openEdge } from './testing.ts'

const MEGABYTE = 1024 * 1024

test('no smuggling: what ends a message elsewhere does not end it here. RFC 5321 §2.3.8', async () => {
  const tricks = ['\n.\r\n', '\n.\n', '\r\n.\n', '\r.\r\n', '\r.\r', '\r\n.\r\r\n', '\n\n.\r\n']
  for (const trick of tricks) {
    await using edge = await openEdge()
    using client = await edge.connect()
    await client.begin()
    client.send(`a: b\r\n\r\nfirst${trick}`)
    client.send('MAIL FROM:<evil@b.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\nsecond\r\n.\r\n')
    const told = await client.reply()
    assert.match(told, /^550 5\.6\.0/, JSON.stringify(trick))
    // Either the connection is over, or the rest was part of the message that was refused.
    client.send('NOOP\r\n')
    assert.match(await client.reply(), /^(?:closed|250 2\.0\.0 OK)$/, JSON.stringify(trick))
    assert.equal(edge.published.length, 0, JSON.stringify(trick))
  }
})

test('a bare LF does not end a command', async () => {
  await using edge = await openEdge()
  using client = await edge.connect()
  await client.play('S: 220')
  for (const line of ['EHLO x\n', 'EHLO\rx\r\n', '\n', 'EHLO x\r\r\n']) {
    client.send(line)
    assert.match(await client.reply(), /^500 5\.5\.2/, JSON.stringify(line))
  }
})

test('declared to be too large, it is refused before it is sent. RFC 1870 §6.1', async () => {
  await using edge = await openEdge()
  using client = await edge.connect()
  await client.play(`
    S: 220
    C: EHLO x
    S: 250
    C: MAIL FROM:<a@b.test> SIZE=1000001
    S: 552 5.3.4
    C: MAIL FROM:<a@b.test> SIZE=1000000
    S: 250
  `)
})

test('too large without saying so: it is read to its end, and refused', async () => {
  await using edge = await openEdge()
  using client = await edge.connect()
  await client.begin()
  await sendLines(client, 2 * MEGABYTE)
  await client.play('C: .\nS: 552 5.3.4\nC: NOOP\nS: 250')
  assert.equal(edge.published.length, 0)
})

test('a client that goes on far beyond the limit is cut off', async () => {
  await using edge = await openEdge({ limits: { sizeBytesMax: 100_000 } })
  using client = await edge.connect()
  await client.begin()
  await sendLines(client, 30 * MEGABYTE)
  assert.match(await client.reply(), /^552 5\.3\.4|^closed/)
  assert.equal(edge.published.length, 0)
})

test('a large message passes through a file, byte for byte', async () => {
  await using edge = await openEdge({ limits: { sizeBytesMax: 20 * MEGABYTE } })
  using client = await edge.connect()
  await client.begin()
  const line = () => `${randomBytes(57).toString('base64')}\r\n`
  const text = Array.from({ length: 100_000 }, line).join('')
  client.send(`${text}.\r\n`)
  assert.match(await client.reply(), /^250 2\.0\.0/)
  const body = String(edge.published[0]?.body)
  assert.ok(body.endsWith(`+0000\r\n${text}`))
})

test('a line that is too long: as a command, and in a message', async () => {
  await using edge = await openEdge()
  using client = await edge.connect()
  await client.play('S: 220')
  client.send(`NOOP ${'x'.repeat(100_000)}\r\nNOOP\r\n`)
  await client.play('S: 500 5.5.2\nS: 250')
  client.send('RSET\r\n')
  assert.match(await client.reply(), /^250/)
  client.send(
    'EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\n' +
      `${'x'.repeat(10_000)}\r\n.\r\nNOOP\r\n`,
  )
  await client.play('S: 250\nS: 250\nS: 250\nS: 354\nS: 550 5.6.0\nS: 250')
  assert.equal(edge.published.length, 0)
})

test('who sends ahead more than is read waits, and loses nothing', async () => {
  let free = () => {}
  const first = new Promise<void>((resolve) => {
    free = resolve
  })
  await using edge = await openEdge({ publish: () => first })
  using client = await edge.connect()
  await client.begin()
  client.send(`.\r\n${'NOOP\r\n'.repeat(50_000)}QUIT\r\n`)
  // Server and client share the event loop: after so many turns all that will be read has been read.
  for (let i = 0; i < 200; i++) await turn()
  free()
  await client.play('S: 250 2.0.0 OK')
  let noops = 0
  for (let told = ''; !told.startsWith('221'); noops++) told = await client.reply()
  assert.equal(noops, 50_001)
})

test('with the limit off a line may be as long as it likes', async () => {
  await using edge = await openEdge({ limits: { commandBytesMax: Number.POSITIVE_INFINITY } })
  using client = await edge.connect()
  await client.play('S: 220')
  client.send(`NOOP ${'x'.repeat(1_000_000)}\r\n`)
  await client.play('S: 250')
})

test('garbage gets an answer each, and in the end a good-bye', async () => {
  await using edge = await openEdge()
  using client = await edge.connect()
  await client.play(`
    S: 220
    C: EHLO x
    S: 250
    C: XYZZY
    S: 500 5.5.2
    C: INTERNALCMD key:x
    S: 500 5.5.2
    C: PROXY TCP4 1.2.3.4 5.6.7.8 1 2
    S: 500 5.5.2
    C: DATA now
    S: 501 5.5.4
    C: QUIT now
    S: 501 5.5.4
    C: EHLO
    S: 501 5.5.4
    C: VRFY alice
    S: 252 2.0.0
    C: HELP
    S: 214 2.0.0
    C: EXPN list
    S: 502 5.5.1
    C: constructor
    S: 500
    C: __proto__
    S: 500
    C:
    S: 500
    S: 421 4.7.0
    S: closed
  `)
})

test('random bytes never bring it down', async () => {
  await using edge = await openEdge()
  for (let i = 0; i < 20; i++) {
    using client = await edge.connect()
    client.send(randomBytes(5000))
    client.send('\r\n')
    client.socket.end()
    await once(client.socket, 'close')
  }
  using client = await edge.connect()
  await client.play('S: 220')
})

test('half a message and a dropped connection leave nothing', async () => {
  await using edge = await openEdge()
  {
    using client = await edge.connect()
    await client.begin()
    client.send('Subject: half\r\n\r\nof it\r\n.')
    client.socket.end()
    await once(client.socket, 'close')
  }
  using client = await edge.connect()
  await client.begin()
  await client.play('C: .\nS: 250')
  assert.equal(edge.published.length, 1)
})

test('a mail that loops is stopped. RFC 5321 §6.3', async () => {
  await using edge = await openEdge()
  using client = await edge.connect()
  await client.begin()
  client.send(`${'Received: from a by b; now\r\n'.repeat(100)}\r\n.\r\n`)
  await client.play('S: 554 5.4.6')
  assert.equal(edge.published.length, 0)
})

test('who sends too many messages a minute is asked to slow down', async () => {
  await using edge = await openEdge({ messagesPerMinute: 1 })
  using client = await edge.connect()
  await client.begin()
  await client.play('C: .\nS: 250\nC: MAIL FROM:<a@b.test>\nS: 450 4.7.1')
})

test('who is silent is told so, and hung up on', async () => {
  await using edge = await openEdge({ limits: { commandTimeoutMs: 20, dataTimeoutMs: 20 } })
  using client = await edge.connect()
  await client.play('S: 220\nS: 421 4.4.2\nS: closed')
})

test('beyond the limit of connections there is a 421', async () => {
  await using edge = await openEdge({ connectionsMax: 1 })
  using first = await edge.connect()
  await first.play('S: 220')
  using second = await edge.connect()
  await second.play('S: 421 4.7.0\nS: closed')
})

test('behind a proxy the client is who the proxy says. PROXY v1', async () => {
  await using edge = await openEdge({ proxyFrom: '127.0.0.1' })
  using client = await edge.connect()
  client.send('PROXY TCP4 192.0.2.7 192.0.2.1 1000 25\r\n')
  await client.begin()
  await client.play('C: .\nS: 250')
  assert.equal(edge.published[0]?.envelope.client.address, '192.0.2.7')
  assert.match(String(edge.published[0]?.body), /^Received: from \S+ \(\[192\.0\.2\.7\]\)/)
})

test('a client whose address has a name is named in the trace', async () => {
  await using edge = await openEdge({ proxyFrom: '127.0.0.1' })
  using client = await edge.connect()
  client.send('PROXY TCP4 192.0.2.1 192.0.2.7 1000 25\r\n')
  await client.begin()
  await client.play('C: .\nS: 250')
  const trace = String(edge.published[0]?.body)
  assert.match(trace, /^Received: from \S+ \(client\.example\.net \[192\.0\.2\.1\]\)/)
})

async function sendLines(client: Client, bytes: number): Promise<void> {
  const piece = Buffer.from(`${'x'.repeat(98)}\r\n`.repeat(1000))
  for (let sent = 0; sent < bytes && !client.socket.destroyed; sent += piece.length) {
    if (!client.socket.write(piece)) {
      await Promise.race([once(client.socket, 'drain'), once(client.socket, 'close')])
    }
  }
}
