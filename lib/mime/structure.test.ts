import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Part, parseMessage } from './structure.ts'

/** The tree on one line: type, encoding where it is not 7bit, lines, and the body of leaves. */
function outline(bytes: Buffer, part: Part): string {
  const { type, subtype, parts, message, lines } = part
  const inner = message ? [message.structure] : parts
  const children = inner.map((child) => outline(bytes, child)).join(' ')
  const body = JSON.stringify(bytes.toString('latin1', part.bodyStart, part.end))
  return `${type}/${subtype}:${lines}${children ? `(${children})` : body}`
}

function parse(text: string): string {
  const bytes = Buffer.from(text, 'latin1')
  return outline(bytes, parseMessage(bytes).structure)
}

const MIXED = 'Content-Type: multipart/mixed; boundary=b'

test('messages of one part', () => {
  const cases: [text: string, expected: string][] = [
    ['', 'text/plain:0""'],
    ['\r\n', 'text/plain:0""'],
    ['Subject: x', 'text/plain:0""'],
    ['Subject: x\r\n', 'text/plain:0""'],
    ['Subject: x\r\n\r\nbody', 'text/plain:1"body"'],
    ['Subject: x\r\n\r\nbody\r\n', 'text/plain:1"body\\r\\n"'],
    ['Subject: x\n\nbody\nmore', 'text/plain:2"body\\nmore"'],
    ['\r\n--b\r\n', 'text/plain:1"--b\\r\\n"'],
    ['Content-Type: TEXT/HTML\r\n\r\nx', 'text/html:1"x"'],
    ['Content-Type: text\r\n\r\nx', 'text/plain:1"x"'],
    ['Content-Type: ;;;\r\n\r\nx', 'text/plain:1"x"'],
    ['Content-Type: a/b\r\nContent-Type: c/d\r\n\r\nx', 'a/b:1"x"'],
  ]
  for (const [text, expected] of cases) assert.equal(parse(text), expected, JSON.stringify(text))
})

test('a multipart and its parts. RFC 2046 §5.1.1', () => {
  const text = `${MIXED}\r\n\r\npreamble\r\n--b\r\n\r\none\r\n--b\r\nContent-Type: a/b\r\n\r\ntwo\r\n\r\n--b--\r\nepilogue`
  assert.equal(parse(text), 'multipart/mixed:11(text/plain:1"one" a/b:1"two\\r\\n")')
})

test('line ends of either kind, and none at the end', () => {
  const text = `${MIXED}\n\n--b\n\none\n--b\n\ntwo\n--b--`
  assert.equal(parse(text), 'multipart/mixed:7(text/plain:1"one" text/plain:1"two")')
  assert.equal(
    parse(text.replaceAll('\n', '\r\n')),
    'multipart/mixed:7(text/plain:1"one" text/plain:1"two")',
  )
})

test('parts without body, or even a header', () => {
  const cases: [text: string, expected: string][] = [
    ['--b\r\n\r\n\r\n--b--', 'text/plain:0""'],
    ['--b\r\n\r\n--b--', 'text/plain:0""'],
    ['--b\r\n--b--', 'text/plain:0""'],
    ['--b\r\nContent-Type: a/b\r\n--b--', 'a/b:0""'],
    ['--b', 'text/plain:0""'],
    ['--b\r\n\r\n\r\n\r\n--b--', 'text/plain:1"\\r\\n"'],
    ['--b\r\nno header\r\n\r\nx\r\n--b--', 'text/plain:1"x"'],
  ]
  for (const [text, expected] of cases) {
    assert.match(parse(`${MIXED}\r\n\r\n${text}`), /^multipart\/mixed:\d+\(/, text)
    const inner = parse(`${MIXED}\r\n\r\n${text}`).replace(/^[^(]*\(|\)$/g, '')
    assert.equal(inner, expected, JSON.stringify(text))
  }
})

test('boundaries that are missing', () => {
  assert.equal(parse(`${MIXED}\r\n\r\n--b\r\n\r\none`), 'multipart/mixed:3(text/plain:1"one")')
  assert.equal(parse(`${MIXED}\r\n\r\none\r\n`), 'text/plain:1"one\\r\\n"')
  assert.equal(parse(`${MIXED}\r\n\r\n--b--\r\nx`), 'text/plain:2"--b--\\r\\nx"')
  assert.equal(parse('Content-Type: multipart/mixed\r\n\r\n--b\r\n'), 'text/plain:1"--b\\r\\n"')
  const long = 'b'.repeat(201)
  assert.equal(
    parse(`Content-Type: multipart/mixed; boundary=${long}\r\n\r\n--${long}`),
    `text/plain:1"--${long}"`,
  )
})

test('an outer boundary ends what is open inside', () => {
  const inner =
    'Content-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\none\r\n--c\r\n\r\ntwo'
  const text = `${MIXED}\r\n\r\n--b\r\n${inner}\r\n--b\r\n\r\nthree\r\n--b--`
  assert.equal(
    parse(text),
    'multipart/mixed:13(multipart/alternative:6(text/plain:1"one" text/plain:1"two") text/plain:1"three")',
  )
})

test('of boundaries that begin alike, the longest wins', () => {
  const inner = 'Content-Type: multipart/mixed; boundary=bb\r\n\r\n--bb\r\n\r\none\r\n--bb--'
  const text = `${MIXED}\r\n\r\n--b\r\n${inner}\r\n--b\r\n\r\ntwo\r\n--b--`
  assert.equal(
    parse(text),
    'multipart/mixed:11(multipart/mixed:4(text/plain:1"one") text/plain:1"two")',
  )
  const outer = 'Content-Type: multipart/mixed; boundary=bb\r\n\r\n--bb\r\n'
  assert.equal(
    parse(`${outer}${MIXED}\r\n\r\n--b\r\n\r\none\r\n--b--\r\n--bb\r\n\r\ntwo\r\n--bb--`),
    'multipart/mixed:11(multipart/mixed:4(text/plain:1"one") text/plain:1"two")',
  )
  const twice = `${MIXED}\r\n\r\n--b\r\n${MIXED}\r\n\r\n--b\r\n\r\none\r\n--b--\r\n--b\r\n\r\ntwo\r\n--b--`
  assert.equal(
    parse(twice),
    'multipart/mixed:11(multipart/mixed:4(text/plain:1"one") text/plain:1"two")',
  )
})

test('what only looks like a boundary is text', () => {
  const body = ' --b\r\n-b\r\n--a\r\nx--b\r\n--\r\n- -b'
  assert.equal(
    parse(`${MIXED}\r\n\r\n--b\r\n\r\n${body}\r\n--b--`),
    `multipart/mixed:9(text/plain:6${JSON.stringify(body)})`,
  )
})

test('a quoted boundary may hold spaces and specials, and space may follow it', () => {
  const text =
    'Content-Type: multipart/mixed;\r\n\tboundary="a=_: b "\r\n\r\n--a=_: b \t\r\n\r\nx\r\n--a=_: b--  \r\n'
  assert.equal(parse(text), 'multipart/mixed:4(text/plain:1"x")')
})

test('messages in messages', () => {
  const inner = `Subject: in\r\n${MIXED}2\r\n\r\n--b2\r\n\r\nx\r\n--b2--`
  const text = `${MIXED}\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n${inner}\r\n--b--`
  const bytes = Buffer.from(text)
  const { structure } = parseMessage(bytes)
  assert.equal(
    outline(bytes, structure),
    'multipart/mixed:11(message/rfc822:7(multipart/mixed:4(text/plain:1"x")))',
  )
  assert.equal(structure.parts[0]?.message?.envelope.subject, 'in')
  assert.equal(structure.parts[0]?.message?.structure.headerStart, structure.parts[0]?.bodyStart)
})

test('a message that is all header, right before a boundary', () => {
  const message = 'Content-Type: message/rfc822\r\n\r\n'
  const cases: [text: string, expected: string][] = [
    [
      `--b\r\n${message}Subject: x\r\n\r\n--b--`,
      'multipart/mixed:6(message/rfc822:2(text/plain:0""))',
    ],
    [`--b\r\n${message}Subject: x\r\n--b--`, 'multipart/mixed:5(message/rfc822:1(text/plain:0""))'],
    [`--b\r\n${message}--b--`, 'multipart/mixed:4(message/rfc822:0(text/plain:0""))'],
    [
      '--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n--b--',
      'multipart/mixed:5(multipart/mixed:1(text/plain:0""))',
    ],
  ]
  for (const [text, expected] of cases) assert.equal(parse(`${MIXED}\r\n\r\n${text}`), expected)
})

test('a digest holds messages. RFC 2046 §5.1.5', () => {
  const text =
    'Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: x\r\n\r\none\r\n--b--'
  assert.equal(parse(text), 'multipart/digest:6(message/rfc822:3(text/plain:1"one"))')
})

test('a message in base64 is an attachment, since its parts have no place in these bytes', () => {
  const text =
    'Content-Type: message/rfc822; name=x.eml\r\nContent-Transfer-Encoding: base64\r\n\r\nU3Vi'
  assert.equal(parse(text), 'application/octet-stream:1"U3Vi"')
  const { structure } = parseMessage(Buffer.from(text))
  assert.deepEqual(structure.parameters, [['name', 'x.eml']])
})

test('what the header of a part says', () => {
  const { structure } = parseMessage(
    Buffer.from(
      [
        'Content-Type: Image/PNG; Name="a b.png"',
        'Content-Transfer-Encoding: BASE64 (yes)',
        'Content-Disposition: Attachment; filename="a b.png"; size=3',
        'Content-ID: <1@x>',
        'Content-Description: A\r\n picture',
        'Content-Language: ja, en',
        'Content-Location: http://x/a.png',
        'Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==',
        '',
        'AAAA',
      ].join('\r\n'),
    ),
  )
  const { headerStart, bodyStart, end, lines, ...rest } = structure
  assert.deepEqual(rest, {
    type: 'image',
    subtype: 'png',
    parameters: [['name', 'a b.png']],
    encoding: 'base64',
    disposition: {
      type: 'attachment',
      parameters: [
        ['filename', 'a b.png'],
        ['size', '3'],
      ],
    },
    id: '<1@x>',
    description: 'A picture',
    language: ['ja', 'en'],
    location: 'http://x/a.png',
    md5: 'Q2hlY2sgSW50ZWdyaXR5IQ==',
    parts: [],
  })
  assert.deepEqual([headerStart, end - bodyStart, lines], [0, 4, 1])
})

test('without a Content-Type it is plain text in US-ASCII. RFC 2045 §5.2', () => {
  const { structure, envelope, headerEnd } = parseMessage(Buffer.from('Subject: x\r\n\r\nbody'))
  assert.deepEqual(structure.parameters, [['charset', 'us-ascii']])
  assert.equal(structure.encoding, '7bit')
  assert.equal(envelope.subject, 'x')
  assert.equal(headerEnd, 14)
})

test('nesting stops at a limit', () => {
  let text = ''
  for (let i = 0; i < 200; i++)
    text += `Content-Type: multipart/mixed; boundary=b${i}.\r\n\r\n--b${i}.\r\n`
  let depth = 1
  let part = parseMessage(Buffer.from(text)).structure
  for (; part.parts[0]; part = part.parts[0]) depth++
  assert.equal(depth, 50)
  assert.equal(`${part.type}/${part.subtype}`, 'text/plain')

  let message = parseMessage(
    Buffer.from('Content-Type: message/rfc822\r\n\r\n'.repeat(200)),
  ).structure
  for (; message.message; message = message.message.structure) depth++
  assert.equal(depth, 99)
  assert.equal(`${message.type}/${message.subtype}`, 'application/octet-stream')
})

test('the number of parts stops at a limit, and the rest is one part', () => {
  const text = `${MIXED}\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(5000)}--b--\r\n`
  const { structure } = parseMessage(Buffer.from(text))
  assert.equal(structure.parts.length, 2000)
  const last = structure.parts.at(-1)
  assert.equal(last?.end, structure.end)
  assert.equal(last?.lines, 1 + 3 * 3000 + 1)
})

test('after the limit of parts, each open multipart gets one more', () => {
  const inner = `Content-Type: multipart/mixed; boundary=c\r\n\r\n${'--c\r\n\r\nx\r\n'.repeat(3000)}`
  const text = `${MIXED}\r\n\r\n--b\r\n${inner}--b\r\n\r\ny\r\n--b\r\n\r\nz\r\n--b--\r\n`
  const { structure } = parseMessage(Buffer.from(text))
  assert.deepEqual(
    structure.parts.map((part) => part.parts.length),
    [1999, 0],
  )
  assert.equal(structure.parts[1]?.end, structure.end)
})

test('a message costs time in proportion to its size', () => {
  const hostile = [
    `${MIXED}\n\n${'--'.repeat(500_000)}`,
    `${MIXED}\n\n${'\n--'.repeat(500_000)}`,
    `${MIXED}\n\n${'--b\n'.repeat(300_000)}`,
    'a:\n'.repeat(300_000),
    `${' '.repeat(1_000_000)}x`,
    `From: ${'('.repeat(500_000)}`,
    `From: ${'<'.repeat(500_000)}`,
    `Content-Type: text/plain; ${'a=";'.repeat(300_000)}`,
    `Content-Type: text/plain; ${'('.repeat(500_000)}`,
    `Content-Type: text/plain; ${'a '.repeat(300_000)}`,
    `Content-Type: multipart/mixed; boundary=b\n\n--b\n`.repeat(20_000),
  ]
  for (const text of hostile) {
    const start = performance.now()
    parseMessage(Buffer.from(text))
    const ms = performance.now() - start
    assert.ok(ms < 2000, `${text.slice(0, 30)}: ${ms} ms`)
  }
})
