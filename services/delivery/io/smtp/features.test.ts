/** What servers offer, and what becomes of mail that needs what they do not. */

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { parseAddress } from '#lib/mail/address.ts'
import { bytesOf, openOutbound, outgoingTo } from './testing.ts'

const TO = 'b@example.test'

test('a message that is larger than the server takes is not sent. RFC 1870 §5', async () => {
  await using outbound = await openOutbound({ peers: [{ extensions: ['SIZE 1000'] }] })
  const [large] = await outbound.send({ to: TO, ...bytesOf(Buffer.alloc(1001, 'x\r\n')) })
  assert.deepEqual([large?.outcome, large?.reason], ['failed', 'message-too-large'])
  assert.match(large?.reply ?? '', /^5\.3\.4 .*1001.*1000/)
  assert.equal((await outbound.send({ to: TO }))[0]?.outcome, 'relayed')
  const mails = outbound.peers[0]?.commands.filter((line) => line.includes('MAIL'))
  assert.equal(mails?.length, 1)
})

test('a server that knows no EHLO is greeted with HELO, and offers nothing', async () => {
  await using outbound = await openOutbound({ peers: [{ on: { ehlo: '502 5.5.1 what?' } }] })
  const [result] = await outbound.send({ to: TO, envid: 'x', ret: 'full' })
  assert.deepEqual([result?.outcome, result?.dsnHandedOver], ['relayed', false])
  assert.equal(outbound.peers[0]?.mails[0]?.mail, '<a@us.test>')
})

test('without pipelining each command waits for its answer', async () => {
  await using outbound = await openOutbound({
    peers: [{ extensions: [], on: { rcpt: ['550 5.1.1 no'] } }],
  })
  const [first, second] = await outbound.send({ to: [TO, 'c@example.test'] })
  assert.deepEqual([first?.outcome, second?.outcome], ['failed', 'relayed'])
  assert.equal((await outbound.send({ to: TO }))[0]?.outcome, 'relayed')
  assert.equal(outbound.peers[0]?.connections.total, 1)
})

test('no DATA follows when nobody is left', async () => {
  await using outbound = await openOutbound({
    peers: [{ extensions: [], on: { rcpt: '550 5.1.1 no' } }],
  })
  await outbound.send({ to: TO })
  assert.equal(
    outbound.peers[0]?.commands.some((line) => line.includes('DATA')),
    false,
  )
})

test('what the sender asked to be told is handed over where that is offered. RFC 3461 §4', async () => {
  const recipient = {
    address: parseAddress(TO),
    notify: ['success', 'delay'],
    orcpt: 'rfc822;b+x@example.test',
  } as const
  const mail = {
    ...outgoingTo({ to: TO }),
    recipients: [recipient],
    envid: 'id=1',
    ret: 'hdrs',
  } as const
  await using offering = await openOutbound()
  const [told] = await offering.send({ to: TO, ...mail })
  assert.equal(told?.dsnHandedOver, true)
  const [peer] = offering.peers
  assert.match(peer?.mails[0]?.mail ?? '', /RET=HDRS ENVID=id\+3D1$/)
  assert.deepEqual(peer?.mails[0]?.rcpt, [
    '<b@example.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b+2Bx@example.test',
  ])
  await using other = await openOutbound({ peers: [{ extensions: ['PIPELINING'] }] })
  const [untold] = await other.send({ to: TO, ...mail })
  assert.equal(untold?.dsnHandedOver, false)
  assert.deepEqual(other.peers[0]?.mails[0]?.rcpt, ['<b@example.test>'])
})

test('SMTPUTF8 is said where it is offered, and mail that does without goes without', async () => {
  await using offering = await openOutbound()
  await offering.send({ to: 'ü@example.test' })
  assert.match(offering.peers[0]?.mails[0]?.mail ?? '', / SMTPUTF8/)
  await using other = await openOutbound({ peers: [{ extensions: ['8BITMIME'] }] })
  const results = await other.send({ to: ['ü@example.test', 'b@example.test'], smtpUtf8: true })
  assert.deepEqual(
    results.map(({ outcome, reason, reply }) => [outcome, reason, reply.slice(0, 5)]),
    [
      ['failed', 'not-supported', '5.6.7'],
      ['relayed', undefined, '250 2'],
    ],
  )
  const sender = parseAddress('é@us.test')
  assert.equal((await other.send({ to: TO, sender }))[0]?.outcome, 'failed')
  const header = bytesOf(Buffer.from('Subject: é\r\n\r\nx\r\n'))
  const [result] = await other.send({ to: TO, smtpUtf8: true, ...header })
  assert.match(result?.reply ?? '', /^5\.6\.9/)
  const body = bytesOf(Buffer.from('Subject: e\r\n\r\né\r\n'))
  assert.equal((await other.send({ to: TO, smtpUtf8: true, ...body }))[0]?.outcome, 'relayed')
})

test('what is called 8-bit and is not needs nothing. RFC 6152 §3', async () => {
  await using outbound = await openOutbound({ peers: [{ extensions: ['PIPELINING'] }] })
  const [result] = await outbound.send({ to: TO, body: '8bitmime' })
  assert.equal(result?.outcome, 'relayed')
  await using offering = await openOutbound()
  await offering.send({ to: TO, body: '8bitmime' })
  assert.match(offering.peers[0]?.mails[0]?.mail ?? '', / BODY=8BITMIME/)
})

test('a legacy address is written raw, and quoted for who wants it so (R143)', async () => {
  for (const local of ['foo..bar', 'foo.', '.foo']) {
    const to = `${local}@example.test`
    await using raw = await openOutbound()
    assert.equal((await raw.send({ to }))[0]?.outcome, 'relayed')
    assert.deepEqual(raw.peers[0]?.mails[0]?.rcpt, [`<${to}>`])

    const rcpt = (line: string) => (line.includes('"') ? undefined : '501 5.1.3 Bad address syntax')
    await using strict = await openOutbound({ peers: [{ on: { rcpt } }] })
    for (let at = 0; at < 2; at++) {
      assert.equal((await strict.send({ to }))[0]?.outcome, 'relayed')
      assert.deepEqual(strict.peers[0]?.mails[at]?.rcpt, [`<"${local}"@example.test>`])
    }
    // The second time it is known.
    const asked = strict.peers[0]?.commands.filter((line) => line.includes('RCPT'))
    assert.equal(asked?.length, 3)
    assert.equal(strict.peers[0]?.connections.total, 1)
  }
})

test('a legacy address that is refused for what it names is not written anew', async () => {
  await using outbound = await openOutbound({ peers: [{ on: { rcpt: '550 5.1.1 No such user' } }] })
  const [result] = await outbound.send({ to: 'foo..bar@example.test' })
  assert.deepEqual([result?.outcome, result?.reason], ['failed', 'bad-mailbox'])
  const asked = outbound.peers[0]?.commands.filter((line) => line.includes('RCPT'))
  assert.equal(asked?.length, 1)
})

test('a route says which form a legacy address has', async () => {
  await using outbound = await openOutbound({ routes: { '*': { legacyForm: 'quoted' } } })
  await outbound.send({ to: 'foo.@example.test', sender: parseAddress('.a@us.test') })
  const [mail] = outbound.peers[0]?.mails ?? []
  assert.deepEqual(mail?.rcpt, ['<"foo."@example.test>'])
  assert.match(mail.mail, /^<".a"@us.test>/)
})

test('more recipients than a server takes at a time go in several transactions', async () => {
  const to = Array.from({ length: 250 }, (_, at) => `r${at}@example.test`)
  await using many = await openOutbound()
  const results = await many.send({ to })
  assert.ok(results.every(({ outcome }) => outcome === 'relayed'))
  assert.deepEqual(
    many.peers[0]?.mails.map(({ rcpt }) => rcpt.length),
    [100, 100, 50],
  )
  let inOne = 0
  const rcpt = () => (++inOne > 2 ? '452 4.5.3 Too many recipients' : undefined)
  const mail = () => {
    inOne = 0
    return undefined
  }
  await using few = await openOutbound({ peers: [{ on: { rcpt, mail } }] })
  const split = await few.send({ to: to.slice(0, 5) })
  assert.ok(split.every(({ outcome }) => outcome === 'relayed'))
  assert.deepEqual(
    few.peers[0]?.mails.map(({ rcpt: taken }) => taken.length),
    [2, 2, 1],
  )
  assert.equal(few.peers[0]?.connections.total, 1)
})

test('a connection carries so many messages, and no more', async () => {
  await using outbound = await openOutbound({
    routes: { 'example.test': { messagesPerConnectionMax: 2 } },
  })
  for (let at = 0; at < 5; at++) await outbound.send({ to: TO })
  assert.deepEqual(
    outbound.peers[0]?.mails.map(({ connection }) => connection),
    [1, 1, 2, 2, 3],
  )
})

test('a message of 100 MB arrives whole, in bounded memory', { timeout: 60_000 }, async () => {
  await using outbound = await openOutbound({ peers: [{ keep: false }] })
  const line = Buffer.from(`.${'0123456789'.repeat(7)}\r\n`)
  const piece = Buffer.concat(Array.from({ length: 1000 }, () => line))
  const pieces = Math.ceil(100_000_000 / piece.length)
  const hash = createHash('sha256')
  for (let at = 0; at < pieces; at++) hash.update(piece)
  let before = 0
  let most = 0
  async function* stream() {
    before = process.memoryUsage().arrayBuffers
    for (let at = 0; at < pieces; at++) {
      // A copy each: what is kept shows.
      yield Buffer.from(piece)
      most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    }
  }
  const sizeBytes = pieces * piece.length
  const [result] = await outbound.send({ to: TO, sizeBytes, stream })
  assert.equal(result?.outcome, 'relayed')
  const [mail] = outbound.peers[0]?.mails ?? []
  assert.equal(mail?.sizeBytes, sizeBytes)
  assert.equal(mail.sha256, hash.digest('hex'))
  assert.ok(most < 60_000_000, `${most} bytes`)
})
