import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { formatDateTime, parseDateTime } from './date.ts'
import { faultResponse } from './fault.ts'
import { listPattern } from './list-pattern.ts'
import { decodeMailboxName, encodeMailboxName } from './mailbox-name.ts'

test('modified UTF-7 there and back. RFC 3501 §5.1.3', () => {
  const cases: [wire: string, name: string][] = [
    ['INBOX', 'INBOX'],
    ['~peter/mail/&U,BTFw-/&ZeVnLIqe-', '~peter/mail/台北/日本語'],
    ['&-', '&'],
    ['R&-D/&AOk-t&AOk-', 'R&D/été'],
    ['&2D3eAA-', '😀'],
  ]
  for (const [wire, name] of cases) {
    assert.equal(decodeMailboxName(wire), name)
    assert.equal(encodeMailboxName(name), wire)
  }
  assert.equal(decodeMailboxName('\xe6\x97\xa5'), '日')
})

test('LIST patterns. RFC 9051 §6.3.9', () => {
  const cases: [pattern: string, yes: string[], no: string[]][] = [
    ['*', ['a', 'a/b', 'INBOX', '日本/x'], []],
    ['%', ['a', 'INBOX'], ['a/b']],
    ['a/%', ['a/b', 'a/'], ['a', 'a/b/c', 'b/a']],
    ['a*', ['a', 'ab', 'a/b/c'], ['ba']],
    ['*b', ['b', 'a/b'], ['bc']],
    ['%/b', ['a/b'], ['b', 'a/a/b']],
    ['a%*%c', ['ac', 'a/b/c'], ['a/b']],
    ['inbox', ['INBOX'], ['inbox2']],
    ['inb%', ['INBOX'], ['INBOX/a']],
    ['', [''], ['a']],
    ['a.b', ['a.b'], ['axb']],
  ]
  for (const [pattern, yes, no] of cases) {
    const matches = listPattern(pattern)
    for (const name of yes) assert.ok(matches(name), `${pattern} ${name}`)
    for (const name of no) assert.ok(!matches(name), `${pattern} not ${name}`)
  }
})

test('a LIST pattern made to take long does not', () => {
  const matches = listPattern('*a'.repeat(249))
  const started = performance.now()
  for (let i = 0; i < 20; i++) assert.equal(matches(`${'a'.repeat(240)}b`), false)
  assert.ok(performance.now() - started < 2000)
  assert.throws(() => listPattern('a'.repeat(501)), Fault)
})

test('date-time there and back. RFC 9051 §9', () => {
  assert.equal(formatDateTime(Date.UTC(1996, 6, 17, 9, 44, 25)), '17-Jul-1996 09:44:25 +0000')
  assert.equal(formatDateTime(0), ' 1-Jan-1970 00:00:00 +0000')
  assert.equal(formatDateTime(Number.NaN), ' 1-Jan-1970 00:00:00 +0000')
  assert.equal(parseDateTime('17-Jul-1996 02:44:25 -0700'), Date.UTC(1996, 6, 17, 9, 44, 25))
  assert.equal(parseDateTime('01-jan-2000 09:00:00 +0900'), Date.UTC(2000, 0, 1))
  for (const text of [
    '',
    '1-Jan-2000',
    '31-Feb-2000 00:00:00 +0000',
    '01-Jan-2000 24:00:00 +0000',
  ]) {
    assert.throws(() => parseDateTime(text), Fault, text)
  }
})

test('a fault says its code, and never more than one line. RFC 5530 §3', () => {
  assert.equal(faultResponse(new Fault('over-quota', 'Full')), 'NO [OVERQUOTA] Full')
  assert.equal(faultResponse(new Fault('invalid', 'a\r\nb OK')), 'BAD [CLIENTBUG] a b OK')
  assert.equal(faultResponse(new Error('secret')), 'NO [SERVERBUG] Internal error')
})
