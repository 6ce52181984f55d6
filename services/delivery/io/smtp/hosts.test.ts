/** Where mail goes, by what the DNS and the routes say. RFC 5321 §5.1 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DnsRecords } from '../../../../test/clients/dns-server.ts'
import { attempted, openOutbound, outgoingTo } from './testing.ts'

const TO = 'b@example.test'

test('domains that take no mail', async () => {
  const cases: [records: DnsRecords, outcome: string, reason: string, reply: RegExp][] = [
    [{ 'example.test': { mx: [[0, '']] } }, 'failed', 'null-mx', /^5\.1\.10/],
    [{ 'example.test': { txt: ['nothing else'] } }, 'failed', 'bad-domain', /^5\.1\.2/],
    [{ 'example.test': { mx: [[1, 'none.test']] } }, 'failed', 'bad-domain', /^5\.1\.2/],
    [{ 'example.test': { fails: 'servfail' } }, 'deferred', 'dns-failed', /^4\.4\.3/],
    [{ 'example.test': { fails: 'silent' } }, 'deferred', 'dns-failed', /^4\.4\.3/],
    [
      { 'example.test': { mx: [[1, 'x.test']] }, 'x.test': { fails: 'servfail' } },
      'deferred',
      'dns-failed',
      /^4\.4\.3/,
    ],
  ]
  for (const [records, outcome, reason, reply] of cases) {
    await using outbound = await openOutbound({ records })
    const [result] = await outbound.send({ to: TO })
    const about = JSON.stringify(records)
    assert.deepEqual([result?.outcome, result?.reason], [outcome, reason], about)
    assert.match(result?.reply ?? '', reply, about)
    assert.equal(outbound.peers[0]?.connections.total, 0)
  }
})

test('a domain that is not there', async () => {
  await using outbound = await openOutbound()
  const [result] = await outbound.send({ to: 'b@nowhere.test' })
  assert.deepEqual([result?.outcome, result?.reason], ['failed', 'bad-domain'])
})

test('a domain without MX records is its own host', async () => {
  await using outbound = await openOutbound({ records: { 'example.test': { a: ['127.0.0.1'] } } })
  const [result] = await outbound.send({ to: TO })
  assert.deepEqual([result?.outcome, result?.host], ['relayed', 'example.test'])
})

test('hosts are tried by preference, and those without an address are passed over', async () => {
  await using outbound = await openOutbound({
    peers: [{}, {}],
    records: {
      'example.test': {
        mx: [
          [30, 'third.test'],
          [10, 'none.test'],
          [15, 'servfail.test'],
          [20, 'second.test'],
        ],
      },
      'servfail.test': { fails: 'servfail' },
      'second.test': { a: ['127.0.0.2'] },
      'third.test': { a: ['127.0.0.1'] },
    },
  })
  const [result] = await outbound.send({ to: TO })
  assert.deepEqual([result?.outcome, result?.host], ['relayed', 'second.test'])
})

test('the next host is tried when one does not answer, or has no time', async () => {
  const records = {
    'example.test': {
      mx: [
        [10, 'first.test'],
        [20, 'second.test'],
      ],
    },
    'first.test': { a: ['127.0.0.9', '127.0.0.1'] },
    'second.test': { a: ['127.0.0.2'] },
  } satisfies DnsRecords
  for (const stage of ['greeting', 'ehlo', 'mail', 'rcpt', 'data'] as const) {
    await using outbound = await openOutbound({
      records,
      peers: [{ on: { [stage]: '451 later' } }, {}],
    })
    const [result] = await outbound.send({ to: TO })
    assert.deepEqual([result?.outcome, result?.host], ['relayed', 'second.test'], stage)
  }
})

test('what a server refused for good, no other is asked', async () => {
  await using outbound = await openOutbound({
    peers: [{ on: { rcpt: '550 5.1.1 no such user' } }, {}],
    records: {
      'example.test': {
        mx: [
          [10, 'mx.example.test'],
          [20, 'second.test'],
        ],
      },
      'second.test': { a: ['127.0.0.2'] },
    },
  })
  assert.equal((await outbound.send({ to: TO }))[0]?.outcome, 'failed')
  assert.equal(outbound.peers[1]?.connections.total, 0)
})

test('hosts of one preference share the load', async () => {
  await using outbound = await openOutbound({
    peers: [{}, {}],
    settings: { DELIVERY_MESSAGES_PER_CONNECTION: '1' },
    records: {
      'example.test': {
        mx: [
          [10, 'first.test'],
          [10, 'second.test'],
        ],
      },
      'first.test': { a: ['127.0.0.1'] },
      'second.test': { a: ['127.0.0.2'] },
    },
  })
  for (let at = 0; at < 40; at++) await outbound.send({ to: TO })
  for (const peer of outbound.peers) assert.ok(peer.mails.length > 3, `${peer.mails.length}`)
})

test('our own host among the MX records, and all that is worse, is a loop', async () => {
  const records = {
    'example.test': {
      mx: [
        [10, 'better.test'],
        [20, 'out.us.test'],
        [20, 'same.test'],
        [30, 'worse.test'],
      ],
    },
    'better.test': { a: ['127.0.0.2'] },
    'out.us.test': { a: ['127.0.0.3'] },
    'same.test': { a: ['127.0.0.1'] },
    'worse.test': { a: ['127.0.0.1'] },
    'loop.test': {
      mx: [
        [10, 'ours.test'],
        [20, 'worse.test'],
      ],
    },
    'ours.test': { a: ['127.0.0.1'] },
    'loop2.test': { mx: [[10, 'alias.test']] },
    'alias.test': { a: ['127.0.0.77'] },
    'loop3.test': {
      mx: [
        [10, 'worse.test'],
        [10, 'alias.test'],
      ],
    },
  } satisfies DnsRecords
  const settings = { DELIVERY_OWN_HOSTS: 'Ours.test,127.0.0.77' }
  await using outbound = await openOutbound({ records, settings, peers: [{}, {}] })
  assert.equal((await outbound.send({ to: TO }))[0]?.host, 'better.test')
  // Hosts of one preference come in any order: each of them is seen in so many tries.
  const domains = ['loop.test', 'loop2.test', ...Array(12).fill('loop3.test')]
  for (const domain of domains) {
    const [result] = await outbound.send({ to: `b@${domain}` })
    assert.deepEqual([result?.outcome, result?.reason], ['failed', 'loop'], domain)
  }
  assert.equal(outbound.peers[0]?.connections.total, 0)
})

test('a private address in the DNS is none, unless a setting or a route says so', async () => {
  const settings = { DELIVERY_ALLOW_PRIVATE: 'no' }
  await using outbound = await openOutbound({ settings })
  const [result] = await outbound.send({ to: TO })
  assert.equal(result?.outcome, 'deferred')
  assert.equal((await outbound.send({ to: 'b@[127.0.0.1]' }))[0]?.outcome, 'deferred')
  assert.equal(outbound.peers[0]?.connections.total, 0)
  await using routed = await openOutbound({
    settings,
    routes: { 'example.test': { hosts: ['mx.example.test'] } },
  })
  assert.equal((await routed.send({ to: TO }))[0]?.outcome, 'relayed')
})

test('an address literal is where it says', async () => {
  await using outbound = await openOutbound()
  const [result] = await outbound.send({ to: 'b@[127.0.0.1]' })
  assert.deepEqual([result?.outcome, result?.address], ['relayed', '127.0.0.1'])
  assert.deepEqual(outbound.peers[0]?.mails[0]?.rcpt, ['<b@[127.0.0.1]>'])
})

test('both versions of IP are tried', async () => {
  await using outbound = await openOutbound({
    peers: [{ host: '::1' }],
    records: { 'mx.example.test': { a: ['127.0.0.9'], aaaa: ['::1'] } },
  })
  const [result] = await outbound.send({ to: TO })
  assert.deepEqual([result?.outcome, result?.address], ['relayed', '::1'])
})

test('the most specific route wins, and what it says holds', async () => {
  await using outbound = await openOutbound({ peers: [{}, {}, {}, {}] })
  const port = outbound.peers[0]?.port
  await outbound.setRoute('*', { hosts: [`127.0.0.1:${port}`] })
  await outbound.setRoute('*.example.test', { hosts: [`127.0.0.2:${port}`] })
  await outbound.setRoute('*.sub.example.test', { hosts: ['mx:sub.test'] })
  await outbound.setRoute('a.sub.example.test', { hosts: ['127.0.0.9', `127.0.0.4:${port}`] })
  outbound.dns.set({ 'sub.test': { mx: [[1, 'three.test']] }, 'three.test': { a: ['127.0.0.3'] } })
  const cases: [domain: string, address: string][] = [
    ['elsewhere.test', '127.0.0.1'],
    ['example.test', '127.0.0.1'],
    ['x.example.test', '127.0.0.2'],
    ['b.sub.example.test', '127.0.0.3'],
    ['a.sub.example.test', '127.0.0.4'],
    ['[192.0.2.1]', '127.0.0.1'],
  ]
  for (const [domain, address] of cases) {
    const [result] = await outbound.send({ to: `b@${domain}` })
    assert.deepEqual([result?.outcome, result?.address], ['relayed', address], domain)
  }
})

test('the smart host takes what has no route of its own', async () => {
  await using outbound = await openOutbound({
    settings: { DELIVERY_SMART_HOST: 'smart.test', DELIVERY_ALLOW_PRIVATE: 'no' },
    records: { 'smart.test': { a: ['127.0.0.1'] } },
  })
  assert.equal((await outbound.send({ to: 'b@anything.test' }))[0]?.host, 'smart.test')
  outbound.dns.set({ 'smart.test': undefined })
  await using broken = await openOutbound({ settings: { DELIVERY_SMART_HOST: 'none.test' } })
  const [result] = await broken.send({ to: 'b@anything.test' })
  assert.deepEqual([result?.outcome, result?.reason], ['deferred', 'dns-failed'])
})

test('a pool leaves from its own addresses, under their names', async () => {
  await using outbound = await openOutbound({
    settings: { DELIVERY_POOLS: 'default=127.0.0.5/five.us.test;bulk=127.0.0.6;six=2001:db8::7' },
    records: {
      'bulk.test': { mx: [[1, 'mx.example.test']] },
      'six.test': { mx: [[1, 'mx.example.test']] },
    },
    routes: { 'bulk.test': { pool: 'bulk' }, 'six.test': { pool: 'six' } },
  })
  const [first] = await outbound.send({ to: TO })
  assert.equal(first?.source, '127.0.0.5')
  const [second] = await outbound.send({ to: 'b@bulk.test' })
  assert.equal(second?.source, '127.0.0.6')
  const helos = outbound.peers[0]?.mails.map(({ helo, remote }) => `${helo} ${remote}`)
  assert.deepEqual(helos, ['five.us.test 127.0.0.5', 'out.us.test 127.0.0.6'])
  const [third] = await outbound.send({ to: 'b@six.test' })
  assert.equal(third?.outcome, 'deferred')
})

test('a DNS that is silent keeps nobody longer than there is time', async () => {
  await using outbound = await openOutbound({
    records: {
      'example.test': { mx: Array.from({ length: 10 }, (_, n) => [n, `mx${n}.silent.test`]) },
      ...Object.fromEntries(
        Array.from({ length: 10 }, (_, n) => [`mx${n}.silent.test`, { fails: 'silent' }] as const),
      ),
    },
  })
  const late = new AbortController()
  const sent = outbound.transport(
    { domain: 'example.test', pool: 'default' },
    outgoingTo({ to: TO }),
    late.signal,
  )
  while (!outbound.dns.asked.some((name) => name.includes('silent'))) {
    await new Promise(setImmediate)
  }
  late.abort()
  const [result] = attempted(await sent)
  assert.deepEqual([result?.outcome, result?.reason], ['deferred', 'dns-failed'])
  assert.equal(
    outbound.dns.asked.some((name) => name.includes('mx3')),
    false,
    'it asked on and on',
  )
})
