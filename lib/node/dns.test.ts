import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { openResolver } from './dns.ts'

const TYPES = { A: 1, PTR: 12, MX: 15, TXT: 16, AAAA: 28 }
const REFUSED = 5
const NXDOMAIN = 3

type Zone = Record<string, Buffer[] | number>

/** A name server that answers from a table: records as raw data, or a response code. RFC 1035 §4.1 */
async function serveZone(zone: Zone) {
  const socket = createSocket('udp4')
  socket.on('message', (query, peer) => {
    let end = 12
    while (query[end] !== 0) end += (query[end] ?? 0) + 1
    const question = query.subarray(12, end + 5)
    const labels: string[] = []
    for (let at = 12; query[at] !== 0; at += (query[at] ?? 0) + 1) {
      labels.push(query.toString('latin1', at + 1, at + 1 + (query[at] ?? 0)))
    }
    const type = query.readUInt16BE(end + 1)
    const found = zone[`${labels.join('.')} ${type}`] ?? NXDOMAIN
    const records = typeof found === 'number' ? [] : found
    const head = Buffer.from(query.subarray(0, 12))
    head.writeUInt16BE(0x8180 | (typeof found === 'number' ? found : 0), 2)
    head.writeUInt16BE(1, 4)
    head.writeUInt16BE(records.length, 6)
    head.writeUInt32BE(0, 8)
    const answers = records.map((record) => {
      const fixed = Buffer.alloc(12)
      fixed.writeUInt16BE(0xc00c, 0)
      fixed.writeUInt16BE(type, 2)
      fixed.writeUInt16BE(1, 4)
      fixed.writeUInt32BE(60, 6)
      fixed.writeUInt16BE(record.length, 10)
      return Buffer.concat([fixed, record])
    })
    socket.send(Buffer.concat([head, question, ...answers]), peer.port, peer.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const servers = [{ host: '127.0.0.1', port: socket.address().port }]
  const resolver = openResolver({ servers, timeoutMs: 10_000, tries: 1 })
  return { resolver, [Symbol.dispose]: () => socket.close() }
}

function name(text: string): Buffer {
  const labels = text.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)]))
  return Buffer.concat([...labels, Buffer.from([0])])
}
const mx = (priority: number, host: Buffer) => Buffer.concat([Buffer.from([0, priority]), host])

test('answers are the same whatever record they come from', async () => {
  using dns = await serveZone({
    [`example.test ${TYPES.MX}`]: [mx(20, name('b.example.test')), mx(10, name('a.example.test'))],
    [`null.test ${TYPES.MX}`]: [mx(0, Buffer.from([0]))],
    [`example.test ${TYPES.A}`]: [Buffer.from([192, 0, 2, 7])],
    [`example.test ${TYPES.AAAA}`]: [Buffer.from(`20010db8${'0'.repeat(23)}7`, 'hex')],
    [`example.test ${TYPES.TXT}`]: [Buffer.from('\x03v=s\x02pf')],
    [`7.2.0.192.in-addr.arpa ${TYPES.PTR}`]: [name('mail.example.test')],
  })
  const { resolver } = dns
  assert.deepEqual(
    (await resolver.mx('example.test')).map(({ exchange, priority }) => `${priority} ${exchange}`),
    ['10 a.example.test', '20 b.example.test'],
  )
  const [nullMx] = await resolver.mx('null.test')
  assert.equal(nullMx?.exchange, '')
  assert.deepEqual(await resolver.a('example.test'), ['192.0.2.7'])
  assert.deepEqual(await resolver.aaaa('example.test'), ['2001:db8::7'])
  assert.deepEqual(await resolver.txt('example.test'), ['v=spf'])
  assert.deepEqual(await resolver.ptr('192.0.2.7'), ['mail.example.test'])
})

test('what does not exist is an empty list', async () => {
  using dns = await serveZone({ [`empty.test ${TYPES.MX}`]: [] })
  for (const domain of ['none.test', 'empty.test', 'a..b']) {
    assert.deepEqual(await dns.resolver.mx(domain), [], domain)
  }
  assert.deepEqual(await dns.resolver.ptr('not an address'), [])
})

test('a server that refuses, or is not there, is no answer', async () => {
  using dns = await serveZone({ [`example.test ${TYPES.A}`]: REFUSED })
  await assert.rejects(dns.resolver.a('example.test'), { name: 'Fault', code: 'unavailable' })
})

test('a name server must be given by its address', () => {
  const servers = [{ host: 'ns.example.test', port: 53 }]
  assert.throws(() => openResolver({ servers, timeoutMs: 1, tries: 1 }), /NAME_SERVERS/)
})
