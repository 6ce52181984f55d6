import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseEnvelope } from './envelope.ts'
import { parseHeader } from './header.ts'

function parse(...lines: string[]) {
  return parseEnvelope(parseHeader(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)).fields)
}

const alice = { name: 'Alice', mailbox: 'alice', host: 'example.test' }

test('the envelope of RFC 9051 §7.5.2', () => {
  const envelope = parse(
    'DATE: Sun, 22 Nov 2026 11:05:40 +0900',
    'Subject: =?utf-8?Q?a?=\r\n b',
    'From: Alice <alice@example.test>',
    'Sender: <s@x>',
    'Reply-To: <r@x>',
    'To: <t@x>',
    'Cc: <c@x>',
    'Bcc: <b@x>',
    'In-Reply-To: <1@x>',
    'Message-Id: <2@x>',
  )
  const one = (mailbox: string) => [{ name: null, mailbox, host: 'x' }]
  assert.deepEqual(envelope, {
    date: 'Sun, 22 Nov 2026 11:05:40 +0900',
    subject: '=?utf-8?Q?a?= b',
    from: [alice],
    sender: one('s'),
    replyTo: one('r'),
    to: one('t'),
    cc: one('c'),
    bcc: one('b'),
    inReplyTo: '<1@x>',
    messageId: '<2@x>',
  })
})

test('Sender and Reply-To that are missing or empty are From', () => {
  const envelope = parse('From: Alice <alice@example.test>', 'Reply-To: ')
  assert.deepEqual(envelope.sender, [alice])
  assert.deepEqual(envelope.replyTo, [alice])
})

test('what is not there is null, what is empty is empty, the first of two counts', () => {
  assert.deepEqual(parse('Subject:', 'Date: 1', 'Date: 2'), {
    date: '1',
    subject: '',
    from: [],
    sender: [],
    replyTo: [],
    to: [],
    cc: [],
    bcc: [],
    inReplyTo: null,
    messageId: null,
  })
})
