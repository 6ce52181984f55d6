import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatAddress } from '#lib/mail/address.ts'
import { ReplyFault } from '#lib/smtp/fault.ts'
import { finishDraft, parseDraft } from './draft.ts'

const ABOUT = { mailId: '01j', hostname: 'mx.example.test', time: Date.UTC(2026, 10, 2, 3, 4, 5) }

function finish(header: string): string {
  const draft = parseDraft(Buffer.from(header, 'latin1'))
  return Buffer.from(finishDraft(draft, ABOUT)).toString('latin1')
}

function authors(header: string): string {
  return parseDraft(Buffer.from(header)).authors.map(formatAddress).join(' ')
}

test('what is missing is added, in front. RFC 6409 §8.2, §8.3', () => {
  assert.equal(
    finish('From: a@b.test\r\n\r\n'),
    'Message-ID: <01j@mx.example.test>\r\nDate: Mon, 2 Nov 2026 03:04:05 +0000\r\nFrom: a@b.test\r\n\r\n',
  )
  const whole =
    'message-id: <x@y>\r\nDATE: yesterday\r\nFrom:  A\r\n <a@b.test>\r\nX: \xff\0\r\n\r\n'
  assert.equal(finish(whole), whole)
})

test('who was written to in secret stays secret, folded or not', () => {
  const rest = 'Message-ID: <x@y>\r\nDate: x\r\nFrom: a@b.test\r\nSubject: Bcc: x\r\n\tBcc: y\r\n'
  const secrets = [
    'Bcc: c@d.test\r\n',
    'BCC:\r\n c@d.test,\r\n\te@f.test\r\n',
    'Bcc : c@d.test\r\n',
    'Resent-Bcc: c@d.test\r\n',
    'Return-Path: <c@d.test>\r\n',
    'bcc:\r\n \r\n',
  ]
  for (const secret of secrets) {
    assert.equal(finish(`${secret}${rest}\r\n`), `${rest}\r\n`, secret)
    assert.equal(finish(`${rest}${secret}\r\n`), `${rest}\r\n`, secret)
    assert.equal(finish(`${rest}junk\r\n${secret}\r\n`), `${rest}junk\r\n\r\n`, secret)
    assert.equal(finish(rest + secret), rest, secret)
  }
})

test('whom a message is from', () => {
  assert.equal(authors('From: A <a@B.test>\r\n\r\n'), 'a@b.test')
  assert.equal(
    authors('From: a@b.test, c@d.test\r\nSender: c@d.test\r\n\r\n'),
    'a@b.test c@d.test c@d.test',
  )
  assert.equal(authors('From: "x <y@z>" <a..b@b.test>\r\n\r\n'), 'a..b@b.test')
  assert.equal(authors('From: =?utf-8?Q?a=2C?= <a@b.test>\r\n\r\n'), 'a@b.test')
})

test('messages that do not say it, or in two ways, are refused. RFC 5322 §3.6.2', () => {
  const bad = [
    '\r\n',
    'Subject: x\r\n\r\n',
    'From: \r\n\r\n',
    'From: undisclosed:;\r\n\r\n',
    'From: nobody\r\n\r\n',
    'From: a@b.test\r\nFrom: a@b.test\r\n\r\n',
    'From: a@b.test, c@d.test\r\n\r\n',
    'From: a@b.test\r\nSender: a@b.test, c@d.test\r\n\r\n',
    'From: <a@b.test> <c@d.test>\r\n\r\n',
    ' From: a@b.test\r\nFrom: a@b.test\r\n\r\n',
    `From: a@b.test\r\n${'x:\r\n'.repeat(6000)}Bcc: c@d.test\r\n\r\n`,
  ]
  for (const header of bad) {
    assert.throws(
      () => parseDraft(Buffer.from(header)),
      (error) => error instanceof ReplyFault && error.reply.code === 550,
      header.slice(0, 60),
    )
  }
})
