import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { parseAppendHead, parseCommand } from './parse-command.ts'
import { findCharset } from './testing.ts'

const parse = (text: string) => parseCommand(text, findCharset)
const one = (ranges: [number, number][], byUid = false) => ({ byUid, ranges })
const whole = { part: [], text: '', fields: [] }

test('commands that RFC 3501 §6 and its extensions allow', () => {
  const cases: [text: string, command: object][] = [
    ['capability', { name: 'CAPABILITY' }],
    ['NOOP ', { name: 'NOOP' }],
    ['LOGOUT', { name: 'LOGOUT' }],
    ['STARTTLS', { name: 'STARTTLS' }],
    ['AUTHENTICATE plain', { name: 'AUTHENTICATE', mechanism: 'PLAIN' }],
    [
      'AUTHENTICATE PLAIN dGVzdAB0ZXN0AHRlc3Q=',
      { name: 'AUTHENTICATE', mechanism: 'PLAIN', initialResponse: 'dGVzdAB0ZXN0AHRlc3Q=' },
    ],
    ['AUTHENTICATE X =', { name: 'AUTHENTICATE', mechanism: 'X', initialResponse: '' }],
    ['LOGIN SMITH SESAME', { name: 'LOGIN', login: 'SMITH', password: 'SESAME' }],
    ['LOGIN "a b" "c\\"\\\\d"', { name: 'LOGIN', login: 'a b', password: 'c"\\d' }],
    ['LOGIN a "\xe9\xa3\x9b"', { name: 'LOGIN', login: 'a', password: '飛' }],
    ['LOGIN a "\xe9"', { name: 'LOGIN', login: 'a', password: 'é' }],
    ['ID NIL', { name: 'ID', fields: [] }],
    [
      'ID ("name" "x" "os" NIL)',
      {
        name: 'ID',
        fields: [
          ['name', 'x'],
          ['os', null],
        ],
      },
    ],
    ['NAMESPACE', { name: 'NAMESPACE' }],
    ['SELECT inbox', { name: 'SELECT', mailbox: 'inbox' }],
    ['EXAMINE blurdybloop', { name: 'EXAMINE', mailbox: 'blurdybloop' }],
    [
      'CREATE "~peter/mail/&U,BTFw-/&ZeVnLIqe-"',
      { name: 'CREATE', mailbox: '~peter/mail/台北/日本語' },
    ],
    ['DELETE {3}\r\nfoo', { name: 'DELETE', mailbox: 'foo' }],
    ['RENAME a b', { name: 'RENAME', mailbox: 'a', newName: 'b' }],
    ['SUBSCRIBE #news.comp.mail.mime', { name: 'SUBSCRIBE', mailbox: '#news.comp.mail.mime' }],
    ['UNSUBSCRIBE a]', { name: 'UNSUBSCRIBE', mailbox: 'a]' }],
    ['LIST "" *', { name: 'LIST', reference: '', pattern: '*' }],
    ['LIST ~/Mail/ %', { name: 'LIST', reference: '~/Mail/', pattern: '%' }],
    ['LSUB "#news." "comp.mail.*"', { name: 'LSUB', reference: '#news.', pattern: 'comp.mail.*' }],
    [
      'STATUS blurdybloop (UIDNEXT MESSAGES uidnext)',
      { name: 'STATUS', mailbox: 'blurdybloop', items: ['UIDNEXT', 'MESSAGES'] },
    ],
    [
      'STATUS a (DELETED deleted-storage)',
      { name: 'STATUS', mailbox: 'a', items: ['DELETED', 'DELETED-STORAGE'] },
    ],
    ['GETQUOTA ""', { name: 'GETQUOTA', root: '' }],
    ['GETQUOTA account', { name: 'GETQUOTA', root: 'account' }],
    ['GETQUOTAROOT INBOX', { name: 'GETQUOTAROOT', mailbox: 'INBOX' }],
    ['IDLE', { name: 'IDLE' }],
    ['CHECK', { name: 'CHECK' }],
    ['CLOSE', { name: 'CLOSE' }],
    ['UNSELECT', { name: 'UNSELECT' }],
    ['EXPUNGE', { name: 'EXPUNGE' }],
    ['UID EXPUNGE 3000:3002', { name: 'EXPUNGE', messages: one([[3000, 3002]], true) }],
    ['COPY 2:4 MEETING', { name: 'COPY', messages: one([[2, 4]]), mailbox: 'MEETING' }],
    ['UID MOVE 42:69 foo', { name: 'MOVE', messages: one([[42, 69]], true), mailbox: 'foo' }],
    [
      'STORE 2:4 +FLAGS (\\deleted $forwarded)',
      {
        name: 'STORE',
        messages: one([[2, 4]]),
        mode: 'add',
        silent: false,
        flags: ['\\Deleted', '$Forwarded'],
      },
    ],
    [
      'UID STORE * -flags.silent \\Seen \\Seen \\Recent',
      {
        name: 'STORE',
        messages: one([[Infinity, Infinity]], true),
        mode: 'remove',
        silent: true,
        flags: ['\\Seen'],
      },
    ],
    [
      'STORE 1 FLAGS ()',
      { name: 'STORE', messages: one([[1, 1]]), mode: 'replace', silent: false, flags: [] },
    ],
  ]
  for (const [text, command] of cases) assert.deepEqual(parse(text), command, text)
})

test('what FETCH can ask for. RFC 3501 §6.4.5', () => {
  const fields = { part: [], text: 'HEADER.FIELDS', fields: ['DATE', 'FROM'] }
  const section = { kind: 'section', peek: true }
  const fast = [{ kind: 'flags' }, { kind: 'internal-date' }, { kind: 'size' }]
  const cases: [text: string, attributes: object[]][] = [
    ['FAST', fast],
    ['all', [...fast, { kind: 'envelope' }]],
    ['FULL', [...fast, { kind: 'envelope' }, { kind: 'structure', extended: false }]],
    ['(UID FLAGS)', [{ kind: 'uid' }, { kind: 'flags' }]],
    ['BODYSTRUCTURE', [{ kind: 'structure', extended: true }]],
    ['BODY', [{ kind: 'structure', extended: false }]],
    ['RFC822', [{ kind: 'section', label: 'RFC822', section: whole, peek: false }]],
    [
      'rfc822.header',
      [{ ...section, label: 'RFC822.HEADER', section: { ...whole, text: 'HEADER' } }],
    ],
    [
      'RFC822.TEXT',
      [{ kind: 'section', label: 'RFC822.TEXT', section: { ...whole, text: 'TEXT' }, peek: false }],
    ],
    ['RFC822.SIZE', [{ kind: 'size' }]],
    ['BODY.PEEK[]', [{ ...section, label: 'BODY[]', section: whole }]],
    [
      'BODY[1.2.mime]<0.100>',
      [
        {
          kind: 'section',
          label: 'BODY[1.2.MIME]<0>',
          section: { part: [1, 2], text: 'MIME', fields: [] },
          peek: false,
          partial: { offset: 0, length: 100 },
        },
      ],
    ],
    [
      '(FLAGS BODY.PEEK[HEADER.FIELDS (DATE FROM)])',
      [
        { kind: 'flags' },
        { ...section, label: 'BODY[HEADER.FIELDS (DATE FROM)]', section: fields },
      ],
    ],
    [
      'BODY.PEEK[4.1.HEADER.FIELDS.NOT ("a b")]',
      [
        {
          ...section,
          label: 'BODY[4.1.HEADER.FIELDS.NOT ("a b")]',
          section: { part: [4, 1], text: 'HEADER.FIELDS.NOT', fields: ['a b'] },
        },
      ],
    ],
  ]
  for (const [text, attributes] of cases) {
    assert.deepEqual(
      parse(`FETCH 1 ${text}`),
      { name: 'FETCH', messages: one([[1, 1]]), attributes },
      text,
    )
  }
})

test('what SEARCH can look for. RFC 3501 §6.4.4', () => {
  const flag = (name: string) => ({ kind: 'flag', flag: name })
  const header = (name: string, value: string) => ({ kind: 'header', name, value })
  const not = (key: object) => ({ kind: 'not', key })
  const cases: [text: string, key: object | null][] = [
    ['ALL', { kind: 'all' }],
    [
      'FLAGGED SINCE 1-Feb-1994 NOT FROM "Smith"',
      {
        kind: 'and',
        keys: [
          flag('\\Flagged'),
          { kind: 'internal-day', from: 8797 },
          not(header('from', 'Smith')),
        ],
      },
    ],
    ['CHARSET UTF-8 TEXT {6}\r\n\xe6\x97\xa5\xe6\x9c\xac', { kind: 'text', value: '日本' }],
    ['CHARSET KLINGON TEXT x', null],
    ['TEXT "\xe9\xa3\x9b"', { kind: 'text', value: '飛' }],
    [
      '1:3,5',
      {
        kind: 'messages',
        messages: one([
          [1, 3],
          [5, 5],
        ]),
      },
    ],
    ['UID 7:*', { kind: 'messages', messages: one([[7, Infinity]], true) }],
    ['UNSEEN', not(flag('\\Seen'))],
    ['undraft', not(flag('\\Draft'))],
    ['NEW', { kind: 'none' }],
    ['RECENT', { kind: 'none' }],
    ['OLD', { kind: 'all' }],
    ['KEYWORD $forwarded', flag('$Forwarded')],
    ['UNKEYWORD x', not(flag('x'))],
    [
      'OR SEEN (DELETED DRAFT)',
      {
        kind: 'or',
        keys: [flag('\\Seen'), { kind: 'and', keys: [flag('\\Deleted'), flag('\\Draft')] }],
      },
    ],
    ['HEADER Message-ID <a@b>', header('message-id', '<a@b>')],
    ['HEADER X-Any ""', header('x-any', '')],
    ['BCC a', header('bcc', 'a')],
    ['SUBJECT a', header('subject', 'a')],
    ['BODY a', { kind: 'body', value: 'a' }],
    ['LARGER 1000', { kind: 'larger', sizeBytes: 1000 }],
    ['SMALLER 4294967295', { kind: 'smaller', sizeBytes: 4294967295 }],
    ['BEFORE "2-jan-1970"', { kind: 'internal-day', before: 1 }],
    ['ON 1-Jan-1970', { kind: 'internal-day', from: 0, before: 1 }],
    ['SENTBEFORE 31-Dec-1969', { kind: 'sent-day', before: -1 }],
    ['SENTSINCE 29-Feb-2000', { kind: 'sent-day', from: 11016 }],
    ['SENTON 1-Jan-1970', { kind: 'sent-day', from: 0, before: 1 }],
  ]
  for (const [text, key] of cases) {
    assert.deepEqual(parse(`SEARCH ${text}`), { name: 'SEARCH', byUid: false, key }, text)
  }
})

test('what is not allowed', () => {
  const bad = [
    '',
    'FOO',
    'LOGIN',
    'LOGIN a',
    'LOGIN a b c',
    'LOGIN "a b',
    'LOGIN {5}\r\nab',
    'NOOP x',
    'SELECT',
    'SELECT a b',
    'SELECT "a\x01"',
    'CREATE &x',
    'CREATE &AGE-',
    'CREATE &ZeV-',
    'CREATE "\xff"',
    'CREATE &2AA-',
    'CREATE &AAA-',
    'STATUS a ()',
    'STATUS a (FOO)',
    'STATUS a',
    'GETQUOTA',
    'GETQUOTA a b',
    'GETQUOTAROOT',
    'UID',
    'UID NOOP',
    'UID FETCH',
    'FETCH 1',
    'FETCH 0 FLAGS',
    'FETCH 1 ()',
    'FETCH 1 FOO',
    'FETCH 1 (ALL)',
    'FETCH 1 BODY[',
    'FETCH 1 BODY[0]',
    'FETCH 1 BODY[MIME]',
    'FETCH 1 BODY[HEADER.FIELDS]',
    'FETCH 1 BODY[HEADER.FIELDS ()]',
    'FETCH 1 BODY[1.]',
    'FETCH 1 BODY[]<1>',
    'FETCH 1 BODY[]<0.0>',
    'FETCH 1 __proto__',
    `FETCH 1 BODY[${'1.'.repeat(200)}1]`,
    'STORE 1 FLAGS',
    'STORE 1 FLAGS \\Foo',
    'STORE 1 FOO (a)',
    `STORE 1 FLAGS (${'a'.repeat(101)})`,
    `STORE 1 FLAGS ${'a '.repeat(101)}b`,
    'SEARCH',
    'SEARCH FOO',
    'SEARCH FOO x',
    'SEARCH ()',
    'SEARCH NOT',
    'SEARCH OR ALL',
    'SEARCH ON 30-Feb-2000',
    'SEARCH ON x',
    'SEARCH LARGER x',
    'SEARCH LARGER 4294967296',
    'SEARCH UNRECENT',
    'SEARCH KEYWORD \\Foo',
    `SEARCH ${'NOT '.repeat(60)}ALL`,
    `SEARCH ${'ALL '.repeat(1001)}ALL`,
    'ID ("a")',
    `ID (${'"a" "b" '.repeat(31)}"a" "b")`,
    'LIST "" (',
    'COPY 1',
    'MOVE 1:2:3 a',
    'EXPUNGE 1',
    'UID EXPUNGE',
    'APPEND INBOX x',
    'AUTHENTICATE',
    'AUTHENTICATE PLAIN !',
  ]
  for (const text of bad) assert.throws(() => parse(text), Fault, JSON.stringify(text))
})

test('the head of an APPEND. RFC 9051 §6.3.12', () => {
  assert.equal(parseAppendHead('APPEND '), undefined)
  assert.deepEqual(parseAppendHead('APPEND INBOX '), { mailbox: 'INBOX', flags: [] })
  assert.deepEqual(
    parseAppendHead('APPEND {5}\r\nINBOX (\\seen x) " 7-Feb-1994 21:52:25 -0800" '),
    { mailbox: 'INBOX', flags: ['\\Seen', 'x'], internalDate: 760_686_745_000 },
  )
  for (const text of ['NOOP ', 'APPEND', 'APPEND INBOX', 'APPEND INBOX (a)', 'APPEND INBOX ( ']) {
    assert.throws(() => parseAppendHead(text), Fault, text)
  }
})
