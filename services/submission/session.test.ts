import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { formatAddress, parseAddress } from '#lib/mail/address.ts'
import { openSubmission } from './testing.ts'

const EHLO =
  'S: 250-smtp.example.test / 250-PIPELINING / 250-SIZE 1000000 / 250-STARTTLS / 250-ENHANCEDSTATUSCODES / 250-8BITMIME / 250-SMTPUTF8 / 250-DSN / 250 LIMITS RCPTMAX=5'

test('STARTTLS, AUTH, a message: it is in the spool as it was sent, with what was missing', async () => {
  await using server = await openSubmission()
  using client = await server.connect()
  await client.play(`
    S: 220 smtp.example.test ESMTP hikyaku
    C: EHLO client.example
    ${EHLO}
    C: AUTH PLAIN AGEAYg==
    S: 538 5.7.11
    C: MAIL FROM:<alice@example.test>
    S: 530 5.7.0 Log in first, after STARTTLS
  `)
  client.send('STARTTLS\r\nEHLO injected\r\n')
  await client.play('S: 220 2.0.0')
  await client.startTls()
  await client.play(`
    C: AUTH PLAIN =
    S: 503 5.5.1
    C: EHLO client.example
    S: 250-smtp.example.test / 250-PIPELINING / 250-SIZE 1000000 / 250-AUTH SCRAM-SHA-256 PLAIN LOGIN / 250-ENH
    C: MAIL FROM:<alice@example.test>
    S: 530 5.7.0
    C: AUTH PLAIN AGFsaWNlQGV4YW1wbGUudGVzdABzZWNyZXQ=
    S: 235 2.7.0
    C: AUTH PLAIN AGFsaWNlQGV4YW1wbGUudGVzdABzZWNyZXQ=
    S: 503 5.5.1
    C: STARTTLS
    S: 503
    C: MAIL FROM:<alice@example.test> BODY=8BITMIME SIZE=100 RET=HDRS ENVID=x+2By AUTH=<>
    S: 250 2.1.0
    C: RCPT TO:<bob@example.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;Bob@example.test
    S: 250 2.1.5
    C: RCPT TO:<someone@elsewhere.test>
    S: 250 2.1.5
    C: DATA
    S: 354
  `)
  const header = 'From: Alice <alice@example.test>\r\nSubject:  x\r\n\tfolded \r\n'
  const rest = '\r\n\xff\x00é.\r\n\t\r\n.dot\r\n'
  client.send(`${header}Bcc: carol@elsewhere.test,\r\n dave@elsewhere.test\r\n`)
  client.send(`${rest.replace('\r\n.dot', '\r\n..dot')}.\r\n`)
  const told = await client.reply()
  assert.match(told, /^250 2\.0\.0 OK [0-9a-z]{26}$/)
  await client.play('C: QUIT\nS: 221 2.0.0\nS: closed')

  const [{ envelope, body } = assert.fail('nothing published')] = server.published
  const id = told.split(' ').at(-1)
  const text = body.toString('latin1')
  assert.match(
    text.slice(0, text.indexOf('From:')),
    new RegExp(
      `^Received: from client\\.example \\(\\[127\\.0\\.0\\.1\\]\\)\\r\\n\\tby smtp\\.example\\.test with ESMTPSA id ${id};\\r\\n.*\\r\\n` +
        `Message-ID: <${id}@smtp\\.example\\.test>\\r\\nDate: .*\\r\\n$`,
    ),
  )
  assert.equal(text.slice(text.indexOf('From:')), header + rest)
  assert.deepEqual(
    { ...envelope, sender: envelope.sender && formatAddress(envelope.sender), receivedAt: 0 },
    {
      mailId: id,
      class: 'personal',
      sender: 'alice@example.test',
      recipients: [
        {
          address: { local: 'bob', domain: 'example.test', legacy: false },
          notify: ['success', 'failure'],
          orcpt: 'rfc822;Bob@example.test',
        },
        { address: { local: 'someone', domain: 'elsewhere.test', legacy: false } },
      ],
      receivedAt: 0,
      sizeBytes: body.length,
      body: '8bitmime',
      smtpUtf8: false,
      ret: 'hdrs',
      envid: 'x+y',
      client: {
        ...{ address: '127.0.0.1', helo: 'client.example', tls: true },
        ...{ account: 'a1', tenant: 't1' },
      },
    },
  )
  const [first, last] = server.asked
  assert.equal(first?.mail, undefined)
  assert.equal(last?.mail?.id, id)
  assert.deepEqual(last?.mail?.authors.map(formatAddress), ['alice@example.test'])
  assert.equal(last?.recipients.length, 2)
})

test('who may send as whom is asked before the bytes and after them', async () => {
  await using server = await openSubmission()
  using client = await server.connectTls()
  await client.logIn()
  await client.play(`
    C: MAIL FROM:<ceo@example.test>
    S: 550 5.7.1 You may not send as ceo@example.test
    C: MAIL FROM:<alice@example.test> SIZE=1000001
    S: 552 5.3.4 A message may have 1000000 bytes
    C: MAIL FROM:<alice@example.test>
    S: 250
    C: MAIL FROM:<alice@example.test>
    S: 503 5.5.1
    C: DATA
    S: 503 5.5.1
    C: RCPT TO:<bob@example.test>
    S: 250
    C: DATA
    S: 354
    C: From: CEO <ceo@example.test>
    C:
    C: .
    S: 550 5.7.1 You may not send as ceo@example.test
    C: DATA
    S: 503
  `)
  for (const header of ['Subject: x', 'From: alice@example.test, bob@example.test']) {
    await client.play(`
      C: MAIL FROM:<alice@example.test>
      S: 250
      C: RCPT TO:<bob@example.test>
      S: 250
      C: DATA
      S: 354
      C: ${header}
      C:
      C: .
      S: 550 5.6.0
    `)
  }
  assert.equal(server.published.length, 0)
})

test('recipients: here, elsewhere, unknown, suspended, too many, malformed, of Japanese carriers', async () => {
  await using server = await openSubmission()
  using client = await server.connectTls()
  await client.logIn()
  await client.play(`
    C: RCPT TO:<bob@example.test>
    S: 503 5.5.1
    C: MAIL FROM:<a..b@example.test>
    S: 250
    C: RCPT TO:<nobody@example.test>
    S: 550 5.1.1
    C: RCPT TO:<suspended@example.test>
    S: 550 5.2.1
    C: RCPT TO:<@@>
    S: 501 5.1.3
    C: RCPT TO:<bob@example.test> FOO=BAR
    S: 555 5.5.4
    C: RCPT TO:<a..b@example.test>
    S: 250
    C: RCPT TO:<"a..b"@example.test>
    S: 250
    C: RCPT TO:<.x..y.@carrier.test>
    S: 250
    C: RCPT TO:<a.@example.test>
    S: 250
    C: RCPT TO:<"a b"@elsewhere.test>
    S: 250
    C: RCPT TO:<postmaster>
    S: 250
    C: RCPT TO:<bob@example.test>
    S: 452 4.5.3 A message may have 5 recipients
    C: DATA
    S: 354
    C: From: a..b@example.test
    C:
    C: .
    S: 250 2.0.0
  `)
  const { sender, recipients } = server.published[0]?.envelope ?? assert.fail('nothing published')
  assert.equal(sender && formatAddress(sender), 'a..b@example.test')
  assert.deepEqual(
    recipients.map(({ address }) => formatAddress(address)),
    [
      ...['a..b@example.test', '.x..y.@carrier.test', 'a.@example.test', 'a b@elsewhere.test'],
      'postmaster@example.test',
    ],
  )
})

test('what the admission point says is done', async () => {
  const admitted = { hold: 'first mail', hideClient: true, recipientsMax: 1, sizeBytesMax: 200 }
  await using server = await openSubmission({ admitted: { ...admitted, class: 'bulk' } })
  using client = await server.connectTls()
  await client.logIn()
  await client.play(`
    C: MAIL FROM:<alice@example.test> SIZE=201
    S: 552 5.3.4 A message may have 200 bytes
    C: MAIL FROM:<alice@example.test>
    S: 250
    C: RCPT TO:<bob@example.test>
    S: 250
    C: RCPT TO:<alice@example.test>
    S: 452 4.5.3 A message may have 1 recipients
    C: DATA
    S: 354
    C: From: alice@example.test
    C:
    C: .
    S: 250
  `)
  const { envelope, body } = server.published[0] ?? assert.fail('nothing published')
  assert.equal(envelope.hold, 'first mail')
  assert.equal(envelope.class, 'bulk')
  assert.match(body.toString(), /^Received: by smtp\.example\.test with ESMTPSA id /)
  assert.doesNotMatch(body.toString(), /127\.0\.0\.1/)
  await client.play(`
    C: MAIL FROM:<alice@example.test>
    S: 250
    C: RCPT TO:<bob@example.test>
    S: 250
    C: DATA
    S: 354
    C: From: alice@example.test
    C:
    C: ${'x'.repeat(300)}
    C: .
    S: 552 5.3.4
  `)
})

test('the sender that the admission point gives goes on; users stay hidden when all are', async () => {
  const sender = parseAddress('bounces@example.test')
  await using server = await openSubmission({ admitted: { sender }, message: { hideClient: true } })
  using client = await server.connectTls()
  await client.begin()
  await client.play('C: From: alice@example.test\nC:\nC: .\nS: 250')
  const { envelope, body } = server.published[0] ?? assert.fail('nothing published')
  assert.deepEqual(envelope.sender, sender)
  assert.match(body.toString(), /^Received: by smtp\.example\.test with ESMTPSA id /)
})

test('UTF-8 in addresses needs SMTPUTF8. RFC 6531 §3.5', async () => {
  await using server = await openSubmission()
  using client = await server.connectTls()
  await client.logIn()
  const name = Buffer.from('用户').toString('latin1')
  await client.play(`
    C: MAIL FROM:<${name}@example.test>
    S: 553 5.6.7
    C: MAIL FROM:<\xff@example.test> SMTPUTF8
    S: 501 5.5.4
    C: MAIL FROM:<alice@example.test>
    S: 250
    C: RCPT TO:<${name}@elsewhere.test>
    S: 553 5.6.7
    C: RSET
    S: 250 2.0.0
    C: MAIL FROM:<alice@example.test> SMTPUTF8
    S: 250
    C: RCPT TO:<${name}@elsewhere.test>
    S: 250
    C: DATA
    S: 354
    C: From: alice@example.test
    C:
    C: .
    S: 250
  `)
  assert.match(String(server.published[0]?.body), /with UTF8SMTPSA id/)
})

test('what cannot be asked puts off, and refuses nothing', async () => {
  const away = () => Promise.reject(new Fault('unavailable', 'away'))
  await using server = await openSubmission({ recipient: { resolve: away } })
  using client = await server.connectTls()
  await client.logIn()
  await client.play(
    'C: MAIL FROM:<alice@example.test>\nS: 250\nC: RCPT TO:<bob@example.test>\nS: 451 4.3.0',
  )
  for (const broken of [away, () => Promise.reject(new TypeError('a bug'))]) {
    await using other = await openSubmission({ sender: { admit: broken } })
    using sender = await other.connectTls()
    await sender.logIn()
    await sender.play('C: MAIL FROM:<alice@example.test>\nS: 451 4.3.0')
    await using late = await openSubmission({ message: { admit: broken } })
    using writer = await late.connectTls()
    await writer.begin()
    await writer.play('C: From: alice@example.test\nC:\nC: .\nS: 451 4.3.0')
    assert.equal(late.published.length, 0)
  }
})

test('until the spool has it there is no 250', async () => {
  const cases: [error: Error, told: string][] = [
    [new Fault('busy', 'full'), '452 4.3.1'],
    [new Fault('unavailable', 'away'), '451 4.3.0'],
    [new Fault('invalid', 'odd'), '451 4.3.0'],
    [new TypeError('a bug'), '451 4.3.0'],
  ]
  for (const [error, told] of cases) {
    await using server = await openSubmission({ publish: () => Promise.reject(error) })
    using client = await server.connectTls()
    await client.begin()
    await client.play(`C: From: alice@example.test\nC:\nC: .\nS: ${told}\nC: NOOP\nS: 250`)
  }
})

test('under too much load no mail of a user begins, either', async () => {
  await using server = await openSubmission({ over: () => 'spool-full' })
  using client = await server.connectTls()
  await client.logIn()
  await client.play('C: MAIL FROM:<alice@example.test>\nS: 452 4.3.1\nC: NOOP\nS: 250')
  assert.deepEqual(server.asked, [])
})
