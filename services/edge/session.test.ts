import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import type { Overload } from '#lib/base/pressure.ts'
import { formatAddress } from '#lib/mail/address.ts'
import { openEdge } from './testing.ts'

test('a message comes in as it was sent, with one trace header. RFC 5321 §4.4', async () => {
  await using edge = await openEdge()
  using client = await edge.connect()
  await client.play(`
    S: 220 mx.example.test ESMTP
    C: EHLO client.example
    S: 250-mx.example.test / 250-PIPELINING / 250-SIZE 1000000 / 250-STARTTLS / 250-ENHANCED
    C: MAIL FROM:<someone@elsewhere.test> BODY=8BITMIME
    S: 250 2.1.0
    C: RCPT TO:<alice@example.test>
    S: 250 2.1.5
    C: DATA
    S: 354
  `)
  const sent = 'Subject:  x\r\n\tfolded \r\nno header line\r\n\r\n\xff\x00é.\r\n\t\r\n.dot\r\n'
  client.send(`${sent.replace('\r\n.dot', '\r\n..dot')}.\r\n`)
  const reply = await client.reply()
  assert.match(reply, /^250 2\.0\.0 OK [0-9a-z]{26}$/)
  await client.play('C: QUIT\nS: 221 2.0.0')
  assert.equal(await client.reply(), 'closed')

  const [{ envelope, body } = assert.fail('nothing published')] = edge.published
  const text = body.toString('latin1')
  assert.equal(text.slice(-sent.length), sent)
  const header = text.slice(0, -sent.length)
  const id = reply.split(' ').at(-1)
  assert.match(header, /^Received: from client\.example \(\[127\.0\.0\.1\]\)\r\n\tby mx\.example/)
  assert.ok(header.includes(`with ESMTP id ${id} for <alice@example.test>;`), header)
  assert.equal(envelope.mailId, id)
  assert.equal(envelope.sizeBytes, body.length)
  assert.equal(envelope.body, '8bitmime')
  assert.deepEqual(envelope.client, {
    ...{ address: '127.0.0.1', helo: 'client.example', tls: false },
  })
})

test('recipients: ours, unknown, elsewhere, suspended, malformed', async () => {
  await using edge = await openEdge()
  using client = await edge.connect()
  await client.play(`
    S: 220
    C: RCPT TO:<alice@example.test>
    S: 503 5.5.1
    C: MAIL FROM:<a@b.test>
    S: 503 5.5.1
    C: EHLO x
    S: 250
    C: MAIL FROM:<>
    S: 250 2.1.0
    C: MAIL FROM:<>
    S: 503 5.5.1
    C: DATA
    S: 503 5.5.1
    C: RCPT TO:<nobody@example.test>
    S: 550 5.1.1
    C: RCPT TO:<alice@elsewhere.test>
    S: 550 5.7.1
    C: RCPT TO:<suspended@example.test>
    S: 450 4.2.1
    C: RCPT TO:<@@>
    S: 501 5.1.3
    C: RCPT TO:<alice@example.test> FOO=BAR
    S: 555 5.5.4
    C: RCPT TO:<alice@example.test>
    S: 250 2.1.5
    C: RSET
    S: 250 2.0.0
    C: RCPT TO:<alice@example.test>
    S: 503 5.5.1
  `)
})

test('addresses as Japanese carriers issued them pass, in both places and forms', async () => {
  await using edge = await openEdge()
  using client = await edge.connect()
  await client.play(`
    S: 220
    C: EHLO x
    S: 250
    C: MAIL FROM:<.x..y.@carrier.test>
    S: 250 2.1.0
    C: RCPT TO:<a..b@example.test>
    S: 250 2.1.5
    C: RCPT TO:<.a@example.test>
    S: 250 2.1.5
    C: RCPT TO:<a.@example.test>
    S: 250 2.1.5
    C: RCPT TO:<"a..b"@example.test>
    S: 250 2.1.5
    C: RCPT TO:<"a b"@example.test>
    S: 250 2.1.5
    C: RCPT TO:<bob@example.test>
    S: 452 4.5.3
    C: DATA
    S: 354
    C: .
    S: 250
  `)
  const { sender, recipients } = edge.published[0]?.envelope ?? assert.fail('nothing published')
  assert.equal(sender && formatAddress(sender), '.x..y.@carrier.test')
  assert.deepEqual(
    recipients.map(({ address }) => formatAddress(address)),
    ['a..b', '.a', 'a.', 'a..b', 'a b'].map((local) => `${local}@example.test`),
  )
})

test('a whole group may be sent ahead; each command has its answer. RFC 2920 §3.1', async () => {
  await using edge = await openEdge()
  using client = await edge.connect()
  const mail =
    'MAIL FROM:<a@b.test>\r\nRCPT TO:<alice@example.test>\r\nRCPT TO:<no@example.test>\r\n'
  client.send(
    `EHLO x\r\n${mail}DATA\r\nSubject: 1\r\n\r\n1\r\n.\r\n${mail}DATA\r\n2\r\n.\r\nQUIT\r\n`,
  )
  const codes: string[] = []
  for (let told = ''; told !== 'closed'; codes.push(told.slice(0, 3))) told = await client.reply()
  const each = '250 250 550 354 250'
  assert.equal(codes.join(' '), `220 250 ${each} ${each} 221 clo`)
  assert.deepEqual(
    edge.published.map(({ body }) => body.toString().trim().at(-1)),
    ['1', '2'],
  )
})

test('UTF-8 in addresses needs SMTPUTF8. RFC 6531 §3.5', async () => {
  await using edge = await openEdge()
  using client = await edge.connect()
  const name = Buffer.from('用户').toString('latin1')
  await client.play(`
    S: 220
    C: EHLO x
    S: 250
    C: MAIL FROM:<${name}@b.test>
    S: 553 5.6.7
    C: MAIL FROM:<\xff@b.test> SMTPUTF8
    S: 501 5.5.4
    C: MAIL FROM:<${name}@b.test> SMTPUTF8
    S: 250 2.1.0
    C: RCPT TO:<alice@example.test>
    S: 250
    C: DATA
    S: 354
    C: .
    S: 250
  `)
  assert.match(String(edge.published[0]?.body), /with UTF8SMTP id/)
})

test('HELO speaks plain SMTP. RFC 5321 §4.1.1.1', async () => {
  await using edge = await openEdge()
  using client = await edge.connect()
  await client.play(`
    S: 220
    C: HELO old.example
    S: 250 mx.example.test
    C: MAIL FROM:<a@b.test>
    S: 250
    C: RCPT TO:<alice@example.test>
    S: 250
    C: DATA
    S: 354
    C: .
    S: 250
  `)
  assert.match(String(edge.published[0]?.body), /with SMTP id/)
})

test('until the spool has it there is no 250, and what it says is passed on', async () => {
  const cases: [error: Error, reply: string][] = [
    [new Fault('busy', 'full'), '452 4.3.1'],
    [new Fault('unavailable', 'away'), '451 4.3.0'],
    [new Fault('invalid', 'odd'), '451 4.3.0'],
    [new TypeError('a bug'), '451 4.3.0'],
  ]
  for (const [error, reply] of cases) {
    await using edge = await openEdge({ publish: () => Promise.reject(error) })
    using client = await edge.connect()
    await client.begin()
    await client.play(`
      C: .
      S: ${reply}
      C: NOOP
      S: 250
    `)
  }
})

test('without the directory, what is not known is put off, never refused', async () => {
  const resolve = () => Promise.reject(new Fault('unavailable', 'away'))
  await using edge = await openEdge({ recipient: { resolve } })
  using client = await edge.connect()
  await client.play(`
    S: 220
    C: EHLO x
    S: 250
    C: MAIL FROM:<a@b.test>
    S: 250
    C: RCPT TO:<alice@example.test>
    S: 451 4.3.0
  `)
})

test('under too much load no mail begins, and goes on as soon as there is less', async () => {
  let over: Overload | undefined
  await using edge = await openEdge({ over: () => over })
  using client = await edge.connect()
  await client.play('S: 220\nC: EHLO client.example\nS: 250')
  over = 'spool-full'
  await client.play('C: MAIL FROM:<a@b.test>\nS: 452 4.3.1')
  over = 'spool-slow'
  await client.play('C: MAIL FROM:<a@b.test>\nS: 451 4.3.2')
  over = undefined
  await client.play(`
    C: MAIL FROM:<a@b.test>
    S: 250
    C: RCPT TO:<alice@example.test>
    S: 250
    C: DATA
    S: 354
  `)
  // What has begun may end.
  over = 'event-loop'
  await client.play('C: .\nS: 250')
  assert.equal(edge.published.length, 1)
})
