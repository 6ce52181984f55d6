/** Servers that refuse, are slow, or go away: nothing is lost, and nothing sent twice that could be known. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Behaviour, Stage } from '../../../../test/clients/peer-mx.ts'
import type { Attempted } from '../../outbound/transport.ts'
import { attempted, bytesOf, openOutbound, outgoingTo } from './testing.ts'

const TO = 'b@example.test'

test('a refusal for good at a stage that is about the mail fails it', async () => {
  const stages: [stage: Stage, reason: string][] = [
    ['mail', 'sender-refused'],
    ['rcpt', 'bad-mailbox'],
    ['data', 'policy-refused'],
    ['dot', 'policy-refused'],
  ]
  for (const [stage, reason] of stages) {
    await using outbound = await openOutbound({ peers: [{ on: { [stage]: '550 no' } }] })
    const [result] = await outbound.send({ to: TO })
    assert.deepEqual([result?.outcome, result?.reason], ['failed', reason], stage)
    assert.equal(result?.reply, '550 no')
    assert.equal(result.host, 'mx.example.test')
  }
})

test('a refusal of our host is no refusal of the mail', async () => {
  for (const stage of ['greeting', 'ehlo'] as const) {
    const on = { [stage]: '554 5.7.1 not you', helo: '554 5.7.1 not you' }
    await using outbound = await openOutbound({ peers: [{ on }] })
    const [result] = await outbound.send({ to: TO })
    assert.equal(result?.outcome, 'deferred', stage)
    assert.equal(result.reply, '554 5.7.1 not you')
  }
})

test('a refusal for now defers, and the next attempt goes through', async () => {
  const stages: Stage[] = ['greeting', 'ehlo', 'mail', 'rcpt', 'data', 'dot']
  for (const stage of stages) {
    await using outbound = await openOutbound({ peers: [{ on: { [stage]: ['451 4.3.0 later'] } }] })
    const [first] = await outbound.send({ to: TO })
    assert.deepEqual([first?.outcome, first?.reply], ['deferred', '451 4.3.0 later'], stage)
    const [second] = await outbound.send({ to: TO })
    assert.equal(second?.outcome, 'relayed', stage)
    assert.equal(outbound.peers[0]?.mails.filter((mail) => mail.accepted).length, 1)
  }
})

test('421 ends the session at any moment, and is told. RFC 5321 §3.8', async () => {
  const stages: Stage[] = ['greeting', 'ehlo', 'mail', 'rcpt', 'data', 'dot']
  for (const stage of stages) {
    const on = { [stage]: ['421 4.3.2 going down'] }
    await using outbound = await openOutbound({ peers: [{ on }] })
    const [result] = await outbound.send({ to: TO })
    assert.deepEqual([result?.outcome, result?.reply], ['deferred', '421 4.3.2 going down'], stage)
    assert.equal((await outbound.send({ to: TO }))[0]?.outcome, 'relayed', stage)
  }
})

test('421 at one recipient is why the others were not taken either', async () => {
  await using outbound = await openOutbound({
    peers: [{ on: { rcpt: ['accept', '421 4.3.2 going down'] } }],
  })
  const results = await outbound.send({ to: [TO, 'c@example.test'] })
  assert.deepEqual(
    results.map(({ outcome, reply }) => `${outcome} ${reply}`),
    ['deferred 421 4.3.2 going down', 'deferred 421 4.3.2 going down'],
  )
})

test('a server that defers on a connection that was open is not asked again at once', async () => {
  await using outbound = await openOutbound()
  const [peer] = outbound.peers
  await outbound.send({ to: TO })
  peer?.on('rcpt', '450 4.2.0 later')
  assert.equal((await outbound.send({ to: TO }))[0]?.outcome, 'deferred')
  assert.equal(peer?.connections.total, 1)
  assert.equal(peer.commands.filter((line) => line.includes('RCPT')).length, 2)
})

test('a connection that is dropped before the final dot is tried again later', async () => {
  const cases: [stage: Stage, behaviour: Behaviour][] = [
    ['connect', 'drop'],
    ['ehlo', 'drop'],
    ['mail', 'drop'],
    ['rcpt', 'drop'],
    ['data', 'drop'],
    ['content', 'drop'],
    ['content', { dropAfterBytes: 30_000 }],
  ]
  for (const [stage, behaviour] of cases) {
    // More than what a socket holds: what is dropped in the middle must not have been sent to its end.
    const body = stage === 'content' ? bytesOf(Buffer.alloc(12_000_000, 'line of text\r\n')) : {}
    await using outbound = await openOutbound({ peers: [{ on: { [stage]: [behaviour] } }] })
    const [first] = await outbound.send({ to: TO, ...body })
    assert.equal(first?.outcome, 'deferred', stage)
    assert.ok(['connection-lost', 'other'].includes(first.reason ?? ''), `${stage} ${first.reason}`)
    assert.equal(
      outbound.telemetry.told.some(({ name }) => name.includes('final_dot')),
      false,
    )
    assert.equal((await outbound.send({ to: TO, ...body }))[0]?.outcome, 'relayed', stage)
    assert.equal(outbound.peers[0]?.mails.length, 1)
  }
})

test('a connection that is dropped after the final dot may have taken the message', async () => {
  await using outbound = await openOutbound({
    peers: [{ on: { dot: ['drop'] } }, {}],
    records: { 'mx.example.test': { a: ['127.0.0.1', '127.0.0.2'] } },
  })
  const [first, second] = outbound.peers
  second?.on('greeting', '421 4.3.2 not now')
  const [result] = await outbound.send({ to: TO })
  assert.deepEqual([result?.outcome, result?.reason], ['deferred', 'connection-lost'])
  assert.match(result?.reply ?? '', /may have arrived/)
  assert.equal(first?.mails.length, 1)
  const lost = outbound.telemetry.told.filter(({ name }) => name === 'mail_final_dot_lost_total')
  assert.equal(lost.length, 1)
})

test('a message that may have arrived is not sent to another server in the same attempt', async () => {
  await using outbound = await openOutbound({
    peers: [{ on: { dot: 'drop' } }, {}],
    records: {
      'example.test': {
        mx: [
          [10, 'mx.example.test'],
          [20, 'mx2.example.test'],
        ],
      },
      'mx2.example.test': { a: ['127.0.0.2'] },
    },
  })
  const [result] = await outbound.send({ to: TO })
  assert.equal(result?.outcome, 'deferred')
  assert.equal(outbound.peers[1]?.connections.total, 0)
})

test('no answer in time is a connection lost, at every stage', async () => {
  const settings = {
    DELIVERY_GREETING_TIMEOUT: '60ms',
    DELIVERY_HELLO_TIMEOUT: '60ms',
    DELIVERY_MAIL_TIMEOUT: '60ms',
    DELIVERY_RCPT_TIMEOUT: '60ms',
    DELIVERY_DATA_TIMEOUT: '60ms',
    DELIVERY_DOT_TIMEOUT: '60ms',
  }
  const stages: Stage[] = ['greeting', 'ehlo', 'mail', 'rcpt', 'data', 'dot']
  for (const stage of stages) {
    await using outbound = await openOutbound({ settings, peers: [{ on: { [stage]: 'silent' } }] })
    const [result] = await outbound.send({ to: TO })
    assert.equal(result?.outcome, 'deferred', stage)
    assert.match(result.reply, /did not answer in time/)
  }
})

test('a tar pit that sends a byte now and then has no more time than others', async () => {
  await using outbound = await openOutbound({
    settings: { DELIVERY_GREETING_TIMEOUT: '100ms' },
    peers: [{ on: { greeting: { dripMs: 20 } } }],
  })
  const [result] = await outbound.send({ to: TO })
  assert.deepEqual([result?.outcome, result?.reason], ['deferred', 'connection-lost'])
  assert.match(result?.reply ?? '', /did not answer in time/)
})

test('a server that takes nothing more of a message is left', async () => {
  await using outbound = await openOutbound({
    settings: { DELIVERY_BLOCK_TIMEOUT: '200ms' },
    peers: [{ on: { content: 'silent' } }],
  })
  const body = bytesOf(Buffer.alloc(30_000_000, 'line of text\r\n'))
  const [result] = await outbound.send({ to: TO, ...body })
  assert.deepEqual([result?.outcome, result?.reason], ['deferred', 'connection-lost'])
})

test('a slow server is waited for', async () => {
  const on = { greeting: { afterMs: 40 }, rcpt: { dripMs: 2 }, dot: { afterMs: 40 } }
  await using outbound = await openOutbound({ peers: [{ on }] })
  const [result] = await outbound.send({ to: TO })
  assert.deepEqual([result?.outcome, result?.reply], ['relayed', '250 2.0.0 Taken'])
})

test('what is not SMTP is no mail server', async () => {
  for (const greeting of ['HTTP/1.1 400 Bad Request', `220 ${'x'.repeat(9000)}`]) {
    await using outbound = await openOutbound({ peers: [{ on: { greeting } }] })
    assert.equal((await outbound.send({ to: TO }))[0]?.outcome, 'deferred')
  }
})

test('nobody listens: deferred', async () => {
  await using outbound = await openOutbound({
    records: { 'mx.example.test': { a: ['127.0.0.9'] } },
  })
  const [result] = await outbound.send({ to: TO })
  assert.deepEqual([result?.outcome, result?.reason], ['deferred', 'connection-failed'])
  assert.match(result?.reply ?? '', /127\.0\.0\.9/)
})

test('the final dot is not sent for a message that somebody else took over', async () => {
  await using outbound = await openOutbound()
  const [result] = await outbound.send({ to: TO, stillOurs: () => false })
  assert.equal(result?.outcome, 'deferred')
  assert.deepEqual(outbound.peers[0]?.mails, [])
})

test('a message that cannot be read to its end is not sent', async () => {
  await using outbound = await openOutbound()
  async function* broken() {
    yield Buffer.from('Subject: x\r\n\r\n')
    throw new Error('the database went away')
  }
  async function* short() {
    yield Buffer.from('Subject: x\r\n\r\n')
  }
  for (const stream of [broken, short]) {
    const [result] = await outbound.send({ to: TO, stream })
    assert.equal(result?.outcome, 'deferred')
  }
  assert.deepEqual(outbound.peers[0]?.mails, [])
})

test('who has no more time before DATA stops, and nothing was sent', async () => {
  await using outbound = await openOutbound({ peers: [{ on: { rcpt: 'silent' } }] })
  const stop = new AbortController()
  const [peer] = outbound.peers
  peer?.on('rcpt', () => {
    stop.abort()
    return 'silent'
  })
  const destination = { domain: 'example.test', pool: 'default' }
  const results = attempted(
    await outbound.transport(destination, outgoingTo({ to: TO }), stop.signal),
  )
  assert.equal(results[0]?.outcome, 'deferred')
  assert.match(results[0].reply, /in the time there was/)
})

test('who has no more time once the content is on its way is told how it ended', async () => {
  const stop = new AbortController()
  const ending = () => {
    stop.abort()
    return { afterMs: 20 }
  }
  await using outbound = await openOutbound({
    peers: [{ on: { dot: ending } }],
  })
  const destination = { domain: 'example.test', pool: 'default' }
  const results = attempted(
    await outbound.transport(destination, outgoingTo({ to: TO }), stop.signal),
  )
  assert.equal(results[0]?.outcome, 'relayed')
})

test('a connection that died while it waited is replaced, and no attempt is lost', async () => {
  await using outbound = await openOutbound()
  const [peer] = outbound.peers
  await outbound.send({ to: TO })
  peer?.hangUp()
  assert.equal((await outbound.send({ to: TO }))[0]?.outcome, 'relayed')
  peer?.on('rset', ['421 4.4.2 idle for too long'])
  assert.equal((await outbound.send({ to: TO }))[0]?.outcome, 'relayed')
  assert.equal(peer?.connections.total, 3)
})

test('a server that wants the content of a message for nobody gets none', async () => {
  await using outbound = await openOutbound({
    peers: [{ on: { rcpt: '550 5.1.1 no' }, wantsContentForNobody: true }],
  })
  const [peer] = outbound.peers
  const [result] = await outbound.send({ to: TO })
  assert.deepEqual([result?.outcome, result?.reason], ['failed', 'bad-mailbox'])
  assert.deepEqual(peer?.mails, [])
  // Nor is that connection used again: what came next would be the content.
  peer?.on('rcpt', 'accept')
  peer?.on('data', 'accept')
  assert.equal((await outbound.send({ to: TO }))[0]?.outcome, 'relayed')
  assert.deepEqual(
    peer?.mails.map(({ connection }) => connection),
    [2],
  )
})

test('what a server says in the middle of the content is its answer', async () => {
  await using outbound = await openOutbound({ peers: [{}] })
  const [peer] = outbound.peers
  peer?.on('content', '552 5.3.4 too much')
  const body = bytesOf(Buffer.alloc(20_000_000, 'line of text\r\n'))
  const [result] = await outbound.send({ to: TO, ...body })
  assert.deepEqual([result?.outcome, result?.reason], ['failed', 'message-too-large'])
  assert.deepEqual(peer?.mails, [])
})

test('who has the message is told before the next hundred are tried', async () => {
  await using outbound = await openOutbound()
  const [peer] = outbound.peers
  const to = Array.from({ length: 150 }, (_, n) => `r${n}@example.test`)
  const told: string[] = []
  const taken = async (results: readonly Attempted[]) => {
    told.push(`${results.length} after ${peer?.mails.length}`)
  }
  const results = await outbound.send({ to, taken })
  assert.ok(results.every(({ outcome }) => outcome === 'relayed'))
  assert.deepEqual(told, ['100 after 1'], 'the last are told by the result')
})
