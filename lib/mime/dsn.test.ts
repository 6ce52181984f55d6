import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatEncodedField, formatField, toBase64Body, toQuotedPrintableBody } from './compose.ts'
import { formatDeliveryStatus, needsGlobalDsn } from './dsn.ts'
import { decodeHeaderText } from './encoded-word.ts'

const RECIPIENT = { final: 'bob@example.com', action: 'failed', status: '5.1.1' } as const

test('the fields of RFC 3464 §2, a blank line before each recipient', () => {
  const recipients = [RECIPIENT, { ...RECIPIENT, action: 'delayed', willRetryUntil: 0 } as const]
  assert.equal(
    formatDeliveryStatus({ reportingMta: 'mx.example.jp' }, recipients),
    [
      'Reporting-MTA: dns; mx.example.jp',
      '',
      'Final-Recipient: rfc822;bob@example.com',
      'Action: failed',
      'Status: 5.1.1',
      '',
      'Final-Recipient: rfc822;bob@example.com',
      'Action: delayed',
      'Status: 5.1.1',
      'Will-Retry-Until: Thu, 1 Jan 1970 00:00:00 +0000',
      '',
    ].join('\r\n'),
  )
})

test('only what a server said is of type smtp', () => {
  const tell = (diagnostic: string) =>
    formatDeliveryStatus({ reportingMta: 'a' }, [{ ...RECIPIENT, diagnostic }])
  assert.match(tell('550 no'), /^Diagnostic-Code: smtp; 550 no\r$/m)
  assert.match(tell('timed out'), /^Diagnostic-Code: X-Hikyaku; timed out\r$/m)
})

test('letters beyond ASCII stay in the global form alone. RFC 6533 §3', () => {
  const recipients = [{ ...RECIPIENT, final: '花@example.com', diagnostic: '550 無' }]
  assert.equal(needsGlobalDsn(recipients), true)
  const global = formatDeliveryStatus({ reportingMta: 'a' }, recipients, { global: true })
  assert.match(global, /Final-Recipient: utf-8;花@example\.com\r\n/)
  assert.match(formatDeliveryStatus({ reportingMta: 'a' }, recipients), /smtp; 550 \?\r\n/)
})

test('a long value is folded at blanks, and a word without any is cut', () => {
  const lines = formatField('Name', `${'word '.repeat(50)}${'x'.repeat(2000)}`).split('\r\n')
  assert.ok(lines.every((line) => line.length <= 998))
  assert.ok(lines.slice(0, 3).every((line) => line.length <= 78))
  assert.ok(lines.slice(1, -1).every((line) => line.startsWith(' ')))
  assert.equal(formatField('Name', 'a\r\nb: c'), 'Name: a b: c\r\n')
})

test('encoded words hold whole characters, and are read back', () => {
  const text = '届けられませんでした'.repeat(10)
  const field = formatEncodedField('Subject', text)
  assert.ok(field.split('\r\n').every((line) => line.length <= 85))
  assert.equal(
    decodeHeaderText(field.slice('Subject: '.length).replaceAll('\r\n', '')).trim(),
    text,
  )
  for (const [word] of field.matchAll(/=\?[^ ]+\?=/g)) assert.ok(word.length <= 75)
  assert.equal(formatEncodedField('Subject', 'Plain'), 'Subject: Plain\r\n')
})

test('bodies in base64 and quoted-printable', () => {
  assert.equal(toBase64Body(Buffer.alloc(60)).split('\r\n')[0]?.length, 76)
  assert.equal(toQuotedPrintableBody(Buffer.from('a=b \r\né')), 'a=3Db=20\r\n=C3=A9')
  const long = toQuotedPrintableBody(Buffer.from('é'.repeat(100)))
  assert.ok(long.split('\r\n').every((line) => line.length <= 76))
})
