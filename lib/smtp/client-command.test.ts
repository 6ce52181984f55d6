import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAddress } from '#lib/mail/address.ts'
import { formatMail, formatRcpt } from './client-command.ts'
import { NO_EXTENSIONS } from './client-extensions.ts'
import { parseMailCommand, parseRcptCommand } from './command.ts'

const ALL = { size: true, eightBitMime: true, smtpUtf8: true, dsn: true }

test('MAIL says what the server offers to take, and reads back as it was', () => {
  const mail = {
    sender: parseAddress('a@b.test'),
    ...({
      sizeBytes: 1234,
      body: '8bitmime',
      smtpUtf8: true,
      ret: 'hdrs',
      envid: 'x+y=1',
    } as const),
  }
  const line = formatMail(mail, ALL)
  assert.equal(
    line,
    'MAIL FROM:<a@b.test> SIZE=1234 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=x+2By+3D1',
  )
  assert.deepEqual(parseMailCommand(line.slice('MAIL '.length)), mail)
  assert.equal(formatMail(mail, NO_EXTENSIONS), 'MAIL FROM:<a@b.test>')
})

test('MAIL says nothing that the message does not need', () => {
  const mail = { sender: null, sizeBytes: 1, body: '7bit', smtpUtf8: false } as const
  assert.equal(formatMail(mail, ALL), 'MAIL FROM:<> SIZE=1')
})

test('RCPT hands over what the sender asked for. RFC 3461 §4', () => {
  const recipient = {
    address: parseAddress('c@d.test'),
    notify: ['success', 'failure'],
    orcpt: 'rfc822;c+d@é.test',
  } as const
  const line = formatRcpt(recipient, ALL, 'raw')
  assert.equal(line, 'RCPT TO:<c@d.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;c+2Bd@+C3+A9.test')
  assert.deepEqual(parseRcptCommand(line.slice('RCPT '.length), 'x'), recipient)
  assert.equal(formatRcpt(recipient, NO_EXTENSIONS, 'raw'), 'RCPT TO:<c@d.test>')
})

test('a local part that RFC 5321 forbids is written in either form', () => {
  const cases: [address: string, raw: string, quoted: string][] = [
    ['foo..bar@d.test', '<foo..bar@d.test>', '<"foo..bar"@d.test>'],
    ['foo.@d.test', '<foo.@d.test>', '<"foo."@d.test>'],
    ['.foo@d.test', '<.foo@d.test>', '<".foo"@d.test>'],
    ['foo@d.test', '<foo@d.test>', '<foo@d.test>'],
    ['f o"o@d.test', '<"f o\\"o"@d.test>', '<"f o\\"o"@d.test>'],
  ]
  for (const [text, raw, quoted] of cases) {
    const address = parseAddress(text)
    assert.equal(formatRcpt({ address }, ALL, 'raw'), `RCPT TO:${raw}`)
    assert.equal(formatRcpt({ address }, ALL, 'quoted'), `RCPT TO:${quoted}`)
    const mail = { sender: address, sizeBytes: 1, body: '7bit', smtpUtf8: false } as const
    assert.equal(formatMail(mail, NO_EXTENSIONS, 'quoted'), `MAIL FROM:${quoted}`)
  }
})
