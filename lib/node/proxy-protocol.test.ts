import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { type ProxySource, parseProxyHeader } from './proxy-protocol.ts'

const SIGNATURE = '0d0a0d0a000d0a515549540a'
const v2 = (rest: string) => Buffer.from(`${SIGNATURE}${rest.replaceAll(' ', '')}`, 'hex')

const ACCEPTED: [name: string, header: Buffer, source: ProxySource | undefined][] = [
  [
    'v1 over IPv4',
    Buffer.from('PROXY TCP4 192.0.2.7 192.0.2.1 56324 25\r\n'),
    { address: '192.0.2.7', port: 56_324 },
  ],
  [
    'v1 over IPv6',
    Buffer.from('PROXY TCP6 2001:db8::7 2001:db8::1 1 65535\r\n'),
    { address: '2001:db8::7', port: 1 },
  ],
  ['v1 unknown', Buffer.from('PROXY UNKNOWN\r\n'), undefined],
  ['v1 unknown with words', Buffer.from('PROXY UNKNOWN ffff:: x 1 2\r\n'), undefined],
  [
    'v2 over IPv4',
    v2('21 11 000c c0000207 c0000201 dc04 0019'),
    { address: '192.0.2.7', port: 56_324 },
  ],
  [
    'v2 over IPv6 with extensions',
    v2(`21 21 0028 20010db8${'00'.repeat(11)}07 20010db8${'00'.repeat(11)}01 0001 0019 04 0001 00`),
    { address: '2001:db8::7', port: 1 },
  ],
  ['v2 local', v2('20 00 0000'), undefined],
  ['v2 over a unix socket', v2(`21 31 00d8 ${'00'.repeat(216)}`), undefined],
]

test('a header tells whose connection it is, however it is cut', () => {
  for (const [name, header, source] of ACCEPTED) {
    const more = Buffer.concat([header, Buffer.from('EHLO there\r\n')])
    for (let length = 0; length <= more.length; length++) {
      const parsed = parseProxyHeader(more.subarray(0, length))
      if (length < header.length) assert.deepEqual(parsed, { kind: 'incomplete' }, name)
      else assert.deepEqual(parsed, complete(header.length, source), name)
    }
  }
})

test('what is no header is the peer speaking for itself', () => {
  for (const text of ['EHLO', 'PROX1', 'proxy TCP4', '\r\n\r\nEHLO', '\x16\x03\x01', 'P Q']) {
    assert.deepEqual(parseProxyHeader(Buffer.from(text)), { kind: 'absent' }, text)
  }
})

test('what begins like a header and is none is refused', () => {
  const bad = [
    'PROXY TCP4 192.0.2.7 192.0.2.1 56324\r\n',
    'PROXY TCP4 2001:db8::7 192.0.2.1 1 2\r\n',
    'PROXY TCP5 192.0.2.7 192.0.2.1 1 2\r\n',
    'PROXY TCP4 192.0.2.7 192.0.2.1 1 65536\r\n',
    'PROXY TCP4 192.0.2.7 192.0.2.1 1 2 3\r\n',
    `PROXY TCP4 ${'1'.repeat(200)}`,
  ]
  for (const text of bad) {
    assert.throws(() => parseProxyHeader(Buffer.from(text)), Fault, text)
  }
  const badV2 = ['31 11 000c', '22 11 000c', '21 11 0400', '21 11 0004 c0000207']
  for (const rest of badV2) assert.throws(() => parseProxyHeader(v2(rest)), Fault, rest)
})

function complete(bytes: number, source: ProxySource | undefined) {
  return source === undefined ? { kind: 'complete', bytes } : { kind: 'complete', bytes, source }
}
