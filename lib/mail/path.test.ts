import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { formatAddress, parseAddress } from './address.ts'
import { formatPath, parsePath } from './path.ts'

test('paths of MAIL FROM and RCPT TO', () => {
  const cases: [text: string, address: string | null, rest: string][] = [
    ['<>', null, ''],
    [' <> BODY=8BITMIME', null, ' BODY=8BITMIME'],
    ['<alice@example.test>', 'alice@example.test', ''],
    ['  <alice@Example.Test> SIZE=5 RET=HDRS', 'alice@example.test', ' SIZE=5 RET=HDRS'],
    ['<"a b"@x>', 'a b@x', ''],
    ['<"a..b"@x>', 'a..b@x', ''],
    ['<"a\\"\\\\>@b"@x> A=B', 'a"\\>@b@x', ' A=B'],
    ['<a..b@x>', 'a..b@x', ''],
    ['<.a@x>', '.a@x', ''],
    ['<a.@x>', 'a.@x', ''],
    ['<a+b=c@x>', 'a+b=c@x', ''],
    ['<@relay.example:a@x>', 'a@x', ''],
    ['<@one.example,@two.example:a@x>', 'a@x', ''],
    ['<a@[192.0.2.1]>', 'a@[192.0.2.1]', ''],
    ['<a@[IPv6:2001:db8::1]>', 'a@[IPv6:2001:db8::1]', ''],
    ['<飛脚@日本語.jp> SMTPUTF8', '飛脚@xn--wgv71a119e.jp', ' SMTPUTF8'],
    ['<"飛 脚"@x>', '飛 脚@x', ''],
    ['<😀@x>', '😀@x', ''],
  ]
  for (const [text, address, rest] of cases) {
    const actual = parsePath(text)
    assert.equal(actual.address && formatAddress(actual.address), address, text)
    assert.equal(actual.rest, rest, text)
  }
})

test('what is not a path', () => {
  const bad = [
    '',
    ' ',
    '<',
    '>',
    '<a',
    '<a>',
    '<a@>',
    '<@x>',
    '<a@x',
    'a@x',
    '<a@x>SIZE=1',
    '<a b@x>',
  ]
  bad.push('<a@b@x>', '<""@x>', '<"a@x>', '<"a".b@x>', '<a@x >', '< a@x>', '<<a@x>>', '<a@x,y>')
  bad.push(
    '<@a:>',
    '<@a,b:c@x>',
    '<"a\u0001"@x>',
    '<a\0@x>',
    '<"a\r\n"@x>',
    '<postmaster>',
    '<a@[x]>',
  )
  bad.push(`<${'@a,'.repeat(1000)}@b:c@x>`)
  for (const text of bad) assert.throws(() => parsePath(text), Fault, JSON.stringify(text))
})

test('missing angle brackets pass where the caller says so', () => {
  const options = { bare: true }
  assert.equal(parsePath('a@x SIZE=1', options).address?.local, 'a')
  assert.equal(parsePath('a@x SIZE=1', options).rest, ' SIZE=1')
  assert.equal(parsePath(' "a b"@x', options).address?.local, 'a b')
  assert.equal(parsePath('<>', options).address, null)
  for (const text of ['', 'a', 'a@x>', 'SIZE=1']) {
    assert.throws(() => parsePath(text, options), Fault, text)
  }
})

test('postmaster needs no domain. RFC 5321 §4.1.1.3', () => {
  const options = { postmasterDomain: 'Mail.example' }
  const { address } = parsePath('<Postmaster>', options)
  assert.deepEqual(address, { local: 'Postmaster', domain: 'mail.example', legacy: false })
  assert.throws(() => parsePath('<root>', options), Fault)
})

test('a path is written quoted where it must be, and legacy dots as asked', () => {
  const cases: [address: string, raw: string, quoted: string][] = [
    ['a.b@x', '<a.b@x>', '<a.b@x>'],
    ['a..b@x', '<a..b@x>', '<"a..b"@x>'],
    ['.a@x', '<.a@x>', '<".a"@x>'],
    ['a b@x', '<"a b"@x>', '<"a b"@x>'],
    ['a"\\@x', '<"a\\"\\\\"@x>', '<"a\\"\\\\"@x>'],
    ['飛脚@x', '<飛脚@x>', '<飛脚@x>'],
  ]
  for (const [text, raw, quoted] of cases) {
    const address = parseAddress(text)
    assert.equal(formatPath(address, 'raw'), raw)
    assert.equal(formatPath(address), quoted)
    assert.deepEqual(parsePath(raw).address, address)
    assert.deepEqual(parsePath(quoted).address, address)
  }
  assert.equal(formatPath(null), '<>')
})
