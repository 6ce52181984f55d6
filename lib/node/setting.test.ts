import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  formatAddress,
  networkMatcher,
  parseAddress,
  parseCidrs,
  parseDuration,
  parseFlag,
  parseLimit,
  parsePort,
  parseReplicas,
  parseSize,
  splitList,
  unmapped,
} from './setting.ts'

const OFF = Number.POSITIVE_INFINITY

test('the text forms that settings may have', () => {
  const cases: [actual: unknown, expected: unknown][] = [
    [parsePort('0'), 0],
    [parsePort('65535'), 65_535],
    [parseAddress('localhost:25'), { host: 'localhost', port: 25 }],
    [parseAddress('[::1]:25'), { host: '::1', port: 25 }],
    [parseAddress('unix:/run/x.sock'), { path: '/run/x.sock' }],
    [parseDuration('250ms'), 250],
    [parseDuration('5s'), 5000],
    [parseDuration('30m'), 1_800_000],
    [parseDuration('2h'), 7_200_000],
    [parseDuration('7d'), 604_800_000],
    [parseDuration('off'), OFF],
    [parseSize('1000'), 1000],
    [parseSize('512k'), 524_288],
    [parseSize('25M'), 26_214_400],
    [parseSize('2g'), 2_147_483_648],
    [parseSize('off'), OFF],
    [parseLimit('0'), 0],
    [parseLimit('off'), OFF],
    [parseFlag('YES'), true],
    [parseFlag('0'), false],
    [parseReplicas('3'), 3],
    [splitList(' a, b ,'), ['a', 'b']],
    [splitList('none'), []],
    [
      parseCidrs('127.0.0.0/8, ::1'),
      [
        { address: '127.0.0.0', prefix: 8 },
        { address: '::1', prefix: 128 },
      ],
    ],
  ]
  for (const [actual, expected] of cases) assert.deepEqual(actual, expected)
})

test('the text forms that they may not have', () => {
  const cases: [parse: (text: string) => unknown, bad: string[]][] = [
    [parsePort, ['', '-1', '65536', '1.5', 'x']],
    [
      parseAddress,
      ['', 'host', ':25', 'host:', 'a b:1', '::1:25', '[host]:1', 'unix:x', 'http://x:1'],
    ],
    [parseAddress, [`unix:/${'x'.repeat(107)}`]],
    [parseDuration, ['', '5', 's', '-5s', '1.5h', '5 s', 'never']],
    [parseSize, ['', 'k', '-1', '1T', '1.5M']],
    [parseLimit, ['', '-1', '1e3', 'none']],
    [parseFlag, ['', 'maybe', '2']],
    [parseReplicas, ['0', '2', '']],
    [parseCidrs, ['x', '10.0.0.0/33', '::1/129', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0/8']],
  ]
  for (const [parse, bad] of cases) {
    for (const text of bad) assert.throws(() => parse(text), Error, `${parse.name} '${text}'`)
  }
})

test('an address is written as it is read', () => {
  for (const text of ['localhost:25', '[::1]:25', 'unix:/run/x.sock']) {
    assert.equal(formatAddress(parseAddress(text)), text)
  }
})

test('a network holds its addresses, in either form', () => {
  const matches = networkMatcher(parseCidrs('10.0.0.0/8,2001:db8::/32'))
  for (const address of ['10.255.0.1', '::ffff:10.0.0.1', '2001:db8:1::1']) {
    assert.equal(matches(address), true, address)
  }
  for (const address of ['11.0.0.1', '::ffff:11.0.0.1', '2001:db9::1', '', 'x']) {
    assert.equal(matches(address), false, address)
  }
  assert.equal(networkMatcher([])('127.0.0.1'), false)
  assert.equal(unmapped('::FFFF:192.0.2.1'), '192.0.2.1')
  assert.equal(unmapped('::1'), '::1')
})
