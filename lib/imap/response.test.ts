import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MessageEnvelope } from '#lib/mime/envelope.ts'
import type { Part } from '#lib/mime/structure.ts'
import { formatBodyStructure } from './body-structure.ts'
import { formatEnvelope } from './envelope.ts'
import { pickHeaderFields } from './header-fields.ts'
import {
  formatAppendUid,
  formatCopyUid,
  formatId,
  formatList,
  formatQuota,
  formatQuotaRoot,
  formatSearch,
  formatStatus,
} from './response.ts'
import { cutPartial, findSection } from './section.ts'
import { formatAstring, formatNString, formatString } from './text.ts'

const NOBODY = {
  date: null,
  subject: null,
  from: [],
  sender: [],
  replyTo: [],
  to: [],
  cc: [],
  bcc: [],
}
const TEXT: Part = {
  type: 'text',
  subtype: 'plain',
  parameters: [['charset', 'us-ascii']],
  encoding: '7bit',
  headerStart: 0,
  bodyStart: 100,
  end: 3128,
  lines: 92,
  parts: [],
}

test('strings as short as they can be sent. RFC 9051 §4.3', () => {
  assert.equal(formatString('a "b" \\'), '"a \\"b\\" \\\\"')
  assert.equal(formatString('飛脚'), '{6}\r\n飛脚')
  assert.equal(formatString('a\r\nb\0'), '{4}\r\na\r\nb')
  assert.equal(formatString('x'.repeat(1001)), `{1001}\r\n${'x'.repeat(1001)}`)
  assert.equal(formatNString(null), 'NIL')
  assert.equal(formatAstring('INBOX'), 'INBOX')
  assert.equal(formatAstring('nil'), '"nil"')
  assert.equal(formatAstring(''), '""')
})

test('the envelope of RFC 3501 §8', () => {
  const gray = { name: 'Terry Gray', mailbox: 'gray', host: 'cac.washington.edu' }
  const envelope: MessageEnvelope = {
    ...NOBODY,
    date: 'Wed, 17 Jul 1996 02:23:25 -0700 (PDT)',
    subject: 'IMAP4rev1 WG mtg summary and minutes',
    from: [gray],
    to: [{ name: null, mailbox: 'imap', host: 'cac.washington.edu' }],
    cc: [
      { name: null, mailbox: 'minutes', host: 'CNRI.Reston.VA.US' },
      { name: 'John Klensin', mailbox: 'KLENSIN', host: 'MIT.EDU' },
    ],
    inReplyTo: null,
    messageId: '<B27397-0100000@cac.washington.edu>',
  }
  const terry = '(("Terry Gray" NIL "gray" "cac.washington.edu"))'
  assert.equal(
    formatEnvelope(envelope),
    `("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev1 WG mtg summary and minutes" ` +
      `${terry} ${terry} ${terry} ((NIL NIL "imap" "cac.washington.edu")) ` +
      `((NIL NIL "minutes" "CNRI.Reston.VA.US")("John Klensin" NIL "KLENSIN" "MIT.EDU")) NIL NIL ` +
      `"<B27397-0100000@cac.washington.edu>")`,
  )
})

test('body structures. RFC 9051 §7.5.2', () => {
  const text = '("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 3028 92'
  assert.equal(formatBodyStructure(TEXT, false), `${text})`)
  assert.equal(formatBodyStructure(TEXT, true), `${text} NIL NIL NIL NIL)`)

  const image: Part = {
    ...TEXT,
    type: 'image',
    subtype: 'png',
    parameters: [],
    id: '<i>',
    md5: 'm',
    disposition: { type: 'inline', parameters: [] },
    language: ['de', 'en'],
    location: 'x',
  }
  assert.equal(
    formatBodyStructure(image, true),
    '("image" "png" NIL "<i>" NIL "7bit" 3028 "m" ("inline" NIL) ("de" "en") "x")',
  )
  const mixed: Part = { ...TEXT, type: 'multipart', subtype: 'mixed', parts: [TEXT, image] }
  assert.equal(
    formatBodyStructure({ ...mixed, language: ['de'] }, true),
    `(${formatBodyStructure(TEXT, true)}${formatBodyStructure(image, true)} "mixed" ` +
      '("charset" "us-ascii") NIL "de" NIL)',
  )
  assert.match(
    formatBodyStructure({ ...mixed, parts: [] }, false),
    /^\(\("text".* 0 0\) "mixed"\)$/,
  )

  const message: Part = { ...TEXT, type: 'message', subtype: 'rfc822', parameters: [] }
  const nobody = '(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)'
  const envelope = { ...NOBODY, inReplyTo: null, messageId: null }
  assert.equal(
    formatBodyStructure({ ...message, message: { envelope, structure: TEXT } }, false),
    `("message" "rfc822" NIL NIL NIL "7bit" 3028 ${nobody} ${text}) 92)`,
  )
  assert.match(formatBodyStructure(message, false), /3028 \(NIL .*\) \("text".* 0 0\) 92\)$/)
})

test('responses in one line each', () => {
  assert.equal(formatList('LIST', ['\\Sent'], 'R&D é'), '* LIST (\\Sent) "/" "R&-D &AOk-"')
  assert.equal(
    formatStatus('a', [
      ['MESSAGES', 2],
      ['UNSEEN', 0],
    ]),
    '* STATUS a (MESSAGES 2 UNSEEN 0)',
  )
  assert.equal(
    formatQuota('account', [
      { name: 'STORAGE', used: 10, limit: 512 },
      { name: 'MESSAGE', used: 3, limit: 100 },
    ]),
    '* QUOTA account (STORAGE 10 512 MESSAGE 3 100)',
  )
  assert.equal(formatQuota('', []), '* QUOTA "" ()')
  assert.equal(formatQuotaRoot('R&D', ['account', 'domain']), '* QUOTAROOT R&-D account domain')
  assert.equal(formatQuotaRoot('INBOX', []), '* QUOTAROOT INBOX')
  assert.equal(formatSearch([]), '* SEARCH')
  assert.equal(formatSearch(Uint32Array.of(2, 84)), '* SEARCH 2 84')
  const many = Uint32Array.from({ length: 5000 }, (_, index) => index + 1)
  assert.match(formatSearch(many), /^\* SEARCH 1 2 [0-9 ]* 4999 5000$/)
  assert.equal(
    formatCopyUid({ uidValidity: 7, sourceUids: '4,9', targetUids: '1:2' }),
    'COPYUID 7 4,9 1:2',
  )
  assert.equal(formatAppendUid(7, 3), 'APPENDUID 7 3')
  assert.equal(formatId({ name: 'hikyaku' }), '* ID ("name" "hikyaku")')
})

test('header fields are picked byte for byte. RFC 9051 §6.4.5.1', () => {
  const header = Buffer.from(
    'From: a\r\nX-Long: b\r\n\tc\r\nSUBJECT : d\r\nbroken\r\nfrom: e\r\n\r\n',
  )
  const pick = (text: 'HEADER.FIELDS' | 'HEADER.FIELDS.NOT', fields: string[]) =>
    pickHeaderFields(header, { part: [], text, fields }).toString()
  assert.equal(
    pick('HEADER.FIELDS', ['FROM', 'x-long']),
    'From: a\r\nX-Long: b\r\n\tc\r\nfrom: e\r\n\r\n',
  )
  assert.equal(pick('HEADER.FIELDS', ['nothing']), '\r\n')
  assert.equal(pick('HEADER.FIELDS.NOT', ['from', 'x-long']), 'SUBJECT : d\r\n\r\n')
  const open = pickHeaderFields(Buffer.from('a: b'), {
    part: [],
    text: 'HEADER.FIELDS',
    fields: ['a'],
  })
  assert.equal(open.toString(), 'a: b\r\n')
})

test('where sections lie. RFC 9051 §6.4.5.1', () => {
  const shape = { sizeBytes: 3128, headerEnd: 100, structure: TEXT }
  const section = { part: [], fields: [] }
  assert.deepEqual(findSection({ ...section, text: '' }, shape), { start: 0, end: 3128 })
  assert.deepEqual(findSection({ ...section, text: 'HEADER.FIELDS' }, shape), {
    start: 0,
    end: 100,
  })
  assert.deepEqual(findSection({ ...section, text: 'TEXT' }, shape), { start: 100, end: 3128 })
  assert.deepEqual(findSection({ part: [1], text: '', fields: [] }, shape), {
    start: 100,
    end: 3128,
  })
  assert.equal(findSection({ part: [2], text: '', fields: [] }, shape), undefined)
  assert.equal(findSection({ part: [1], text: 'HEADER', fields: [] }, shape), undefined)
  const range = { start: 10, end: 20 }
  assert.deepEqual(cutPartial(range, undefined), range)
  assert.deepEqual(cutPartial(range, { offset: 2, length: 3 }), { start: 12, end: 15 })
  assert.deepEqual(cutPartial(range, { offset: 50, length: 3 }), { start: 20, end: 20 })
})
