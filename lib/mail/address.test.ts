import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import {
  addressKey,
  formatAddress,
  needsSmtpUtf8,
  parseAddress,
  parseDomain,
  sameAddress,
} from './address.ts'

test('canonical addresses', () => {
  const cases: [text: string, local: string, domain: string][] = [
    ['alice@example.test', 'alice', 'example.test'],
    ['Alice.B@Example.TEST', 'Alice.B', 'example.test'],
    ['a b@x', 'a b', 'x'],
    ['a@b@x', 'a@b', 'x'],
    ['a"\\b@x', 'a"\\b', 'x'],
    ['飛脚@日本語.jp', '飛脚', 'xn--wgv71a119e.jp'],
    ['a@[192.0.2.1]', 'a', '[192.0.2.1]'],
    ['a@[ipv6:2001:DB8:0:0::1]', 'a', '[IPv6:2001:db8::1]'],
    [`${'a'.repeat(64)}@x`, 'a'.repeat(64), 'x'],
  ]
  for (const [text, local, domain] of cases) {
    assert.deepEqual(parseAddress(text), { local, domain, legacy: false }, text)
  }
})

test('addresses that RFC 5321 §4.1.2 forbids and that exist are marked', () => {
  for (const text of ['a..b@x', '.a@x', 'a.@x', '.@x', `${'a'.repeat(128)}@x`]) {
    const address = parseAddress(text)
    assert.equal(address.legacy, true, text)
    assert.equal(formatAddress(address), text)
  }
})

test('what is not an address', () => {
  const bad = [
    '',
    '@',
    'a',
    'a@',
    '@x',
    'a@x..y',
    'a@-x',
    'a\n@x',
    'a\u0085@x',
    'a\ud800@x',
    'a@x y',
  ]
  bad.push(
    'a@[192.0.2]',
    'a@[192.0.2.256]',
    'a@[192.0.02.1]',
    'a@[::1]',
    'a@[IPv6:1:2]',
    'a@[192.0.2.1',
    'a@[IPv6:a.b]',
  )
  bad.push(`${'a'.repeat(129)}@x`, `${'é'.repeat(65)}@x`, `a@${'x'.repeat(600)}`)
  bad.push(`a@${`${'x'.repeat(60)}.`.repeat(4)}${'y'.repeat(9)}`)
  for (const text of bad) assert.throws(() => parseAddress(text), Fault, JSON.stringify(text))
  assert.equal(parseAddress(`a@${`${'x'.repeat(60)}.`.repeat(4)}${'y'.repeat(8)}`).legacy, false)
})

test('one mailbox has one key', () => {
  const same = ['Éa@日本語.jp', 'e\u0301A@XN--WGV71A119E.JP', 'éa@日本語。jp'].map(parseAddress)
  for (const address of same) {
    assert.equal(addressKey(address), 'éa@xn--wgv71a119e.jp')
    assert.ok(sameAddress(address, parseAddress('éa@日本語.jp')))
  }
  assert.ok(!sameAddress(parseAddress('a.b@x'), parseAddress('ab@x')))
})

test('only a local part beyond ASCII needs SMTPUTF8', () => {
  assert.equal(needsSmtpUtf8(parseAddress('飛脚@x')), true)
  assert.equal(needsSmtpUtf8(parseAddress('a@日本語.jp')), false)
})

test('domains by themselves', () => {
  assert.equal(parseDomain('EXAMPLE.test'), 'example.test')
  assert.throws(() => parseDomain('a b'), Fault)
})
