import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAddress } from '#lib/mail/address.ts'
import { formatReceived, formatReturnPath, type Hop } from './received.ts'

const HOP: Hop = {
  helo: 'client.example',
  address: '192.0.2.1',
  by: 'mx.example.test',
  esmtp: true,
  tls: true,
  smtpUtf8: false,
  id: '01j',
  recipients: [parseAddress('a..b@example.test')],
  time: Date.UTC(2026, 10, 2, 3, 4, 5),
}

test('the trace of one hop. RFC 5321 §4.4', () => {
  assert.equal(
    formatReceived(HOP),
    'Received: from client.example ([192.0.2.1])\r\n' +
      '\tby mx.example.test with ESMTPS id 01j for <a..b@example.test>;\r\n' +
      '\tMon, 2 Nov 2026 03:04:05 +0000\r\n',
  )
})

test('a client that the DNS knows is named', () => {
  const named = formatReceived({ ...HOP, name: 'mail.example.net' })
  assert.match(named, /^Received: from client\.example \(mail\.example\.net \[192\.0\.2\.1\]\)\r\n/)
})

test('recipients are not told of each other. RFC 5321 §7.2', () => {
  const recipients = [parseAddress('a@example.test'), parseAddress('b@example.test')]
  assert.doesNotMatch(formatReceived({ ...HOP, recipients }), /for/)
})

test('the protocol is named as it was spoken. RFC 3848, RFC 6531 §4.3', () => {
  const cases: [hop: Partial<Hop>, name: string][] = [
    [{ esmtp: false, tls: false }, 'SMTP'],
    [{ tls: false }, 'ESMTP'],
    [{}, 'ESMTPS'],
    [{ tls: false, smtpUtf8: true }, 'UTF8SMTP'],
    [{ smtpUtf8: true }, 'UTF8SMTPS'],
    [{ authenticated: true }, 'ESMTPSA'],
    [{ authenticated: true, smtpUtf8: true }, 'UTF8SMTPSA'],
  ]
  for (const [hop, name] of cases) {
    assert.match(formatReceived({ ...HOP, ...hop }), new RegExp(` with ${name} id `))
  }
})

test('what a stranger says can neither end the header nor open a comment', () => {
  const { length } = formatReceived(HOP).split('\r\n')
  for (const helo of ['a\r\nBcc: x', 'a(b', 'é', '', 'x'.repeat(5000)]) {
    const text = formatReceived({ ...HOP, helo })
    assert.match(text, /^Received: from [\w.?:[\]-]{1,255} \(\[192/, helo)
    assert.equal(text.split('\r\n').length, length)
  }
  assert.match(formatReceived({ ...HOP, address: '2001:db8::1' }), /\(\[IPv6:2001:db8::1\]\)/)
})

test('of a client that is to stay unknown nothing is told', () => {
  const { address: _, ...hidden } = HOP
  assert.equal(
    formatReceived({ ...hidden, helo: '[10.1.2.3]', authenticated: true }),
    'Received: by mx.example.test with ESMTPSA id 01j for <a..b@example.test>;\r\n' +
      '\tMon, 2 Nov 2026 03:04:05 +0000\r\n',
  )
})

test('Return-Path', () => {
  assert.equal(formatReturnPath(null), 'Return-Path: <>\r\n')
  assert.equal(formatReturnPath(parseAddress('a b@c.test')), 'Return-Path: <"a b"@c.test>\r\n')
})
