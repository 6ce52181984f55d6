import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { idTime, newId } from '#lib/base/id.ts'
import { parseAddress } from '#lib/mail/address.ts'
import type { Envelope } from '#lib/mail/envelope.ts'
import { decodeHeaderText } from '#lib/mime/encoded-word.ts'
import { parseHeader } from '#lib/mime/header.ts'
import { type Part, parseMessage } from '#lib/mime/structure.ts'
import { makeNotice, type Notice, type NoticeRequest, wantsNotice } from './notice.ts'
import { NOTICE_HEAD_BYTES } from './returned.ts'
import { WORDS } from './words.ts'

const NOW = Date.UTC(2026, 10, 22, 9, 0)
const MAIL_ID = newId({ now: () => NOW - 60_000 }, (bytes) => new Uint8Array(bytes))
const ORIGINAL = [
  'Message-ID: <1@example.jp>',
  'From: Alice <alice@example.jp>',
  'Subject: =?UTF-8?B?44GT44KT44Gr44Gh44Gv?=',
  '',
  'Hello',
  '',
].join('\r\n')

test('a failure is told in the form of RFC 3464', () => {
  const { bytes, envelope } = makeNotice(request())
  const { structure } = parseMessage(bytes)
  const header = fieldsOf(bytes, structure)
  assert.equal(header['auto-submitted'], 'auto-replied')
  assert.equal(header['in-reply-to'], '<1@example.jp>')
  assert.equal(header.references, '<1@example.jp>')
  assert.equal(header.to, '<alice@example.jp>')
  assert.equal(header['message-id'], `<${envelope.mailId}@mx.example.jp>`)
  assert.match(decodeHeaderText(header.subject ?? ''), /届けられません.*could not be delivered/)
  assert.deepEqual(structure.parameters, [
    ['report-type', 'delivery-status'],
    ['boundary', `=_${envelope.mailId}`],
  ])
  assert.deepEqual(structure.parts.map(typeOf), [
    'text/plain',
    'message/delivery-status',
    'text/rfc822-headers',
  ])
  const [ofMail, ofRecipient] = statusOf(bytes, structure)
  assert.deepEqual(ofMail, {
    'original-envelope-id': 'QQ314159',
    'reporting-mta': 'dns; mx.example.jp',
    'arrival-date': 'Sun, 22 Nov 2026 08:59:00 +0000',
  })
  assert.deepEqual(ofRecipient, {
    'original-recipient': 'rfc822;bob@example.com',
    'final-recipient': 'rfc822;bob@example.com',
    action: 'failed',
    status: '5.1.1',
    'remote-mta': 'dns; mx.example.com',
    'diagnostic-code': 'smtp; 550 5.1.1 <bob@example.com>: User unknown',
    'last-attempt-date': 'Sun, 22 Nov 2026 09:00:00 +0000',
  })
  const text = textOf(bytes, structure)
  assert.ok(text.includes(WORDS['bad-mailbox'].ja) && text.includes(WORDS['bad-mailbox'].en))
  assert.ok(text.includes('<bob@example.com>') && text.includes('User unknown'))
  assert.match(text, /\r\n件名: こんにちは\r\n受付日時: 2026年11月22日 17:59:00\(日本時間\)\r\n/)
  assert.match(text, /\r\nSubject: こんにちは\r\nAccepted: Sun, 22 Nov 2026 17:59:00 \+0900\r\n/)
})

test('a delay tells until when we try, and asks nobody to send it again', () => {
  const [one] = request().recipients
  const until = NOW + 86_400_000
  const recipients = [{ ...one, reply: '552 full', reason: 'mailbox-full', until } as const]
  const { bytes } = makeNotice({ ...request(), kind: 'delayed', recipients } as NoticeRequest)
  const { structure } = parseMessage(bytes)
  const text = textOf(bytes, structure)
  assert.match(
    text,
    /メールボックスがいっぱいです。\r\n[\s\S]* 2026年11月23日 18:00:00\(日本時間\)まで試みます/,
  )
  assert.match(text, /The recipient's mailbox is full\.\r\n/)
  assert.doesNotMatch(text, /お送りください|send the message again/)
  const [, fields] = statusOf(bytes, structure)
  assert.equal(fields?.action, 'delayed')
  assert.equal(fields?.['will-retry-until'], 'Mon, 23 Nov 2026 09:00:00 +0000')
})

test('its envelope is that of nobody, and asks for no notice', () => {
  const { envelope, bytes } = makeNotice(request())
  assert.equal(envelope.sender, null)
  assert.equal(envelope.class, 'system')
  assert.equal(envelope.body, '7bit')
  assert.equal(envelope.sizeBytes, bytes.length)
  assert.deepEqual(envelope.recipients, [
    { address: parseAddress('alice@example.jp'), notify: ['never'] },
  ])
  assert.equal(envelope.client.tenant, 't1')
  const nobody = { ...request(), original: { ...original(), sender: null } }
  assert.throws(() => makeNotice(nobody), /without a sender/)
})

test('made twice it is one; of other recipients, kind or step it is another', () => {
  const { mailId } = makeNotice(request()).envelope
  assert.equal(idTime(mailId), NOW - 60_000)
  const two = [...request().recipients, { address: 'carol@example.com' }]
  assert.equal(makeNotice({ ...request(), now: NOW + 5 }).envelope.mailId, mailId)
  const ids = [
    mailId,
    makeNotice({ ...request(), kind: 'delayed' }).envelope.mailId,
    makeNotice({ ...request(), kind: 'delayed', step: 2 }).envelope.mailId,
    makeNotice({ ...request(), recipients: two }).envelope.mailId,
  ]
  assert.equal(new Set(ids).size, ids.length)
  const turned = makeNotice({ ...request(), recipients: two.toReversed() })
  assert.equal(turned.envelope.mailId, ids[3])
})

test('the whole message comes back when it was asked for and is small', () => {
  const ret = 'full'
  const whole = returned(makeNotice({ ...request(), original: { ...original(), ret } }))
  assert.deepEqual(whole, ['message/rfc822', ORIGINAL])
  const delayed = { ...request(), kind: 'delayed', original: { ...original(), ret } } as const
  assert.equal(returned(makeNotice(delayed))[0], 'text/rfc822-headers')
  const sizeBytes = NOTICE_HEAD_BYTES + 1
  const large = makeNotice({ ...request(), original: { ...original(), ret, sizeBytes } })
  const [type, header] = returned(large)
  assert.deepEqual([type, header], ['text/rfc822-headers', `${ORIGINAL.split('\r\n\r\n')[0]}\r\n`])
  const body = Buffer.from(`${ORIGINAL}日本語\r\n`)
  const eight = { ...original(), ret, sizeBytes: body.length } as const
  const notice = makeNotice({ ...request(), original: eight, header: body })
  assert.equal(returned(notice)[0], 'text/rfc822-headers', 'it must not need 8BITMIME')
  assert.ok(notice.bytes.every((byte) => byte < 0x80))
})

test('a header cut in the middle of a field comes back without that field', () => {
  const header = Buffer.from('From: a@example.jp\r\nSubject: some')
  const sizeBytes = 100_000
  const notice = makeNotice({ ...request(), header, original: { ...original(), sizeBytes } })
  assert.equal(returned(notice)[1], 'From: a@example.jp\r\n')
})

test('a header that is not plain text is quoted', () => {
  const header = Buffer.from('From: a@example.jp\r\nSubject: 日本語=\r\n\r\n')
  const { bytes, envelope } = makeNotice({ ...request(), header })
  assert.equal(envelope.body, '7bit')
  assert.match(Buffer.from(bytes).toString(), /Subject: =E6=97=A5=E6=9C=AC=E8=AA=9E=3D\r\n/)
})

test('an international address makes an international notice. RFC 6533 §4', () => {
  const sender = parseAddress('太郎@example.jp')
  const recipients = [{ address: '花子@example.com', reply: '550 5.1.1 いません' }]
  const mail = { ...original(), sender, smtpUtf8: true }
  const { bytes, envelope } = makeNotice({ ...request(), recipients, original: mail })
  const { structure } = parseMessage(bytes)
  assert.deepEqual([envelope.smtpUtf8, envelope.body], [true, '8bitmime'])
  assert.deepEqual(structure.parts.slice(1).map(typeOf), [
    'message/global-delivery-status',
    'message/global-headers',
  ])
  const status = Buffer.from(bodyOf(bytes, structure.parts[1]), 'base64').toString()
  assert.match(status, /Final-Recipient: utf-8;花子@example\.com\r\n/)
  assert.match(status, /Diagnostic-Code: smtp; 550 5\.1\.1 いません\r\n/)
})

test('who sent to an address that leads elsewhere does not learn where', () => {
  const address = 'secret.person@example.com'
  const reply = '550 5.1.1 <Secret.Person@EXAMPLE.com>: user secret.person unknown'
  const recipients = [{ address, original: 'bob@example.jp', reply }]
  const { bytes } = makeNotice({ ...request(), recipients })
  const { structure } = parseMessage(bytes)
  assert.doesNotMatch(Buffer.from(bytes).toString() + textOf(bytes, structure), /secret/i)
  assert.equal(statusOf(bytes, structure)[1]?.['final-recipient'], 'rfc822;bob@example.jp')
})

test('nothing that others chose can add a field, a line or a part', () => {
  const evil = 'x\r\n\r\n--=_boundary\r\nBcc: victim@example.com\r\nX\u0000\u2028\u0085: y'
  const long = 'z'.repeat(10_000)
  for (const text of [
    evil,
    long,
    `550 ${long}`,
    '550-\r\n'.repeat(5000),
    '\ud800',
    '日本'.repeat(999),
  ]) {
    const recipients = [{ address: 'bob@example.com', orcpt: text, reply: text, host: text }]
    const mail = { ...original(), envid: text, client: { ...original().client, helo: text } }
    const header = Buffer.from(`Message-ID: <${text}>\r\nSubject: a\r\n\r\n`)
    const { bytes } = makeNotice({ ...request(), recipients, original: mail, header })
    const { structure } = parseMessage(bytes)
    assert.equal(structure.parts.length, 3)
    assert.equal(fieldsOf(bytes, structure).bcc, undefined)
    const groups = /global/.test(typeOf(structure.parts[1])) ? [] : statusOf(bytes, structure)
    for (const fields of groups) assert.equal(fields.bcc, undefined)
    const lines = Buffer.from(bytes).toString('latin1').split('\r\n')
    assert.ok(lines.every((line) => line.length <= 998 && !/[\r\n\0]/.test(line)))
  }
})

test('the notices that a sender wants. RFC 3461 §4.1', () => {
  const kinds = ['failed', 'delayed', 'relayed', 'delivered', 'expanded'] as const
  const wanted = (notify?: ('never' | 'success' | 'failure' | 'delay')[]) =>
    kinds.filter((kind) => wantsNotice(kind, notify ? { notify } : {})).join(' ')
  assert.equal(wanted(), 'failed delayed')
  assert.equal(wanted(['never']), '')
  assert.equal(wanted(['failure']), 'failed')
  assert.equal(wanted(['success', 'delay']), 'delayed relayed delivered expanded')
})

test('the status of an outcome without a number is that of its class', () => {
  const cases = [
    ['failed', '552 full', 'mailbox-full', '5.2.2'],
    ['failed', '452-4.2.2 full', 'mailbox-full', '4.2.2'],
    ['failed', '452 4.2.2 full', 'expired', '5.4.7'],
    ['delayed', '552 5.2.2 full', 'mailbox-full', '4.2.2'],
    ['failed', '5.1.2 nowhere.example does not exist', 'bad-domain', '5.1.2'],
    ['delayed', 'connect ECONNREFUSED', 'connection-failed', '4.4.1'],
    ['relayed', '250 2.1.5 Ok', undefined, '2.1.5'],
    ['delivered', '', undefined, '2.0.0'],
  ] as const
  for (const [kind, reply, reason, status] of cases) {
    const recipients = [{ address: 'bob@example.com', reply, ...(reason && { reason }) }]
    const { bytes } = makeNotice({ ...request(), kind, recipients })
    const fields = statusOf(bytes, parseMessage(bytes).structure)[1]
    assert.deepEqual([fields?.action, fields?.status], [kind, status], reply)
  }
})

test('every class has words in both languages', () => {
  for (const { ja, en } of Object.values(WORDS)) {
    assert.match(ja, /^[^\n]*[ぁ-ん][^\n]*。$/)
    assert.match(en, /^[A-Z][ -~]*\.$/)
  }
})

const PYTHON = `
import email, email.policy, json, sys
mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
parts = list(mail.iter_parts())
fields = [dict(block.items()) for block in parts[1].get_payload()]
print(json.dumps({'defects': [str(one) for part in mail.walk() for one in part.defects],
  'type': mail.get_content_type(), 'report': mail['content-type'].params['report-type'],
  'subject': mail['subject'], 'text': parts[0].get_content(),
  'status': fields, 'types': [part.get_content_type() for part in parts]}))
`
const pythonMissing = spawnSync('python3', ['--version']).status !== 0

test('Python reads it', { skip: pythonMissing && 'install python3 to run this' }, () => {
  const original_ = { ...original(), ret: 'full' } as const
  const { bytes } = makeNotice({ ...request(), original: original_ })
  const { stdout, stderr } = spawnSync('python3', ['-c', PYTHON], { input: bytes })
  const read = JSON.parse(String(stdout) || assert.fail(String(stderr)))
  assert.deepEqual(read.defects, [])
  assert.deepEqual([read.type, read.report], ['multipart/report', 'delivery-status'])
  assert.deepEqual(read.types, ['text/plain', 'message/delivery-status', 'message/rfc822'])
  assert.equal(read.status.length, 2)
  assert.equal(read.status[1].Status, '5.1.1')
  assert.match(read.subject, /届けられませんでした/)
  assert.ok(read.text.includes(WORDS['bad-mailbox'].ja))
})

function original(): Envelope {
  return {
    mailId: MAIL_ID,
    class: 'personal',
    sender: parseAddress('alice@example.jp'),
    recipients: [{ address: parseAddress('bob@example.com') }],
    receivedAt: NOW - 60_000,
    sizeBytes: ORIGINAL.length,
    body: '7bit',
    smtpUtf8: false,
    envid: 'QQ314159',
    client: { address: '192.0.2.1', helo: 'pc', tls: true, account: 'a1', tenant: 't1' },
  }
}

function request(): NoticeRequest {
  return {
    kind: 'failed',
    original: original(),
    header: Buffer.from(ORIGINAL),
    recipients: [
      {
        address: 'bob@example.com',
        orcpt: 'rfc822;bob@example.com',
        reply: '550 5.1.1 <bob@example.com>: User unknown',
        reason: 'bad-mailbox',
        host: 'mx.example.com',
        at: NOW,
      },
    ],
    hostname: 'mx.example.jp',
    now: NOW,
  }
}

function typeOf(part: Part | undefined): string {
  return `${part?.type}/${part?.subtype}`
}

function bodyOf(bytes: Uint8Array, part: Part | undefined): string {
  return Buffer.from(bytes).toString('utf8', part?.bodyStart, part?.end)
}

function returned({ bytes }: Notice): [type: string, body: string] {
  const part = parseMessage(bytes).structure.parts[2]
  return [typeOf(part), bodyOf(bytes, part)]
}

function textOf(bytes: Uint8Array, structure: Part): string {
  return Buffer.from(bodyOf(bytes, structure.parts[0]), 'base64').toString()
}

type Fields = Partial<Record<string, string>>

function fieldsOf(bytes: Uint8Array, part: Part): Fields {
  const { fields } = parseHeader(bytes.subarray(part.headerStart, part.bodyStart))
  return Object.fromEntries(fields.map(({ key, value }) => [key, value]))
}

function statusOf(bytes: Uint8Array, structure: Part): Fields[] {
  const groups = bodyOf(bytes, structure.parts[1]).split(/\r\n\r\n/)
  return groups.map((group) => {
    const { fields } = parseHeader(Buffer.from(`${group}\r\n`))
    return Object.fromEntries(fields.map(({ key, value }) => [key, value]))
  })
}
