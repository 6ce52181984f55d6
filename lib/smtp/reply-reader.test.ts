import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { formatReceived, type ReceivedReply, ReplyReader } from './reply-reader.ts'

function readAll(pieces: readonly Buffer[]): ReceivedReply[] {
  const reader = new ReplyReader()
  return pieces.flatMap((piece) => reader.push(piece))
}

const STREAM = Buffer.from(
  '220 mx.test ESMTP\r\n250-mx.test\r\n250-SIZE 100\r\n250 DSN\r\n354\r\n550-5.1.1 no such\n550 5.1.1 user é\r\n250 2.0.0 ok\r\n',
)
const REPLIES: ReceivedReply[] = [
  { code: 220, lines: ['mx.test ESMTP'] },
  { code: 250, lines: ['mx.test', 'SIZE 100', 'DSN'] },
  { code: 354, lines: [''] },
  { code: 550, status: '5.1.1', lines: ['5.1.1 no such', '5.1.1 user é'] },
  { code: 250, status: '2.0.0', lines: ['2.0.0 ok'] },
]

test('replies of one and several lines. RFC 5321 §4.2.1', () => {
  assert.deepEqual(readAll([STREAM]), REPLIES)
})

test('replies are the same in whatever pieces they come', () => {
  assert.deepEqual(readAll(Array.from(STREAM, (byte) => Buffer.of(byte))), REPLIES)
  for (let cut = 0; cut <= STREAM.length; cut++) {
    assert.deepEqual(readAll([STREAM.subarray(0, cut), STREAM.subarray(cut)]), REPLIES)
  }
})

test('a status of another class than the code is text', () => {
  const cases: [line: string, status: string | undefined][] = [
    ['250 2.1.0 ok', '2.1.0'],
    ['450 4.2.1', '4.2.1'],
    ['550 4.2.1 full', undefined],
    ['550 5.1.1000 x', undefined],
    ['550 user 5.1.1', undefined],
    ['354 3.0.0 x', undefined],
  ]
  for (const [line, status] of cases) {
    assert.equal(readAll([Buffer.from(`${line}\r\n`)])[0]?.status, status, line)
  }
})

test('the last line decides when codes differ; control characters do not get through', () => {
  const [reply] = readAll([Buffer.from('450-a\0b\r\n250 c\rd\x1b\r\n')])
  assert.deepEqual(reply, { code: 250, lines: ['a?b', 'c?d?'] })
})

test('what is no reply, or never ends, is refused', () => {
  const bad = [
    'hello\r\n',
    '\r\n',
    '99 x\r\n',
    '600 x\r\n',
    '2500 x\r\n',
    '250x\r\n',
    '150 x\r\n',
    'x'.repeat(8193),
    `250 ${'x'.repeat(8190)}\r\n`,
    '250-x\r\n'.repeat(101),
  ]
  for (const text of bad) {
    assert.throws(() => readAll([Buffer.from(text)]), Fault, JSON.stringify(text.slice(0, 20)))
  }
})

test('a reader says whether a reply has begun', () => {
  const reader = new ReplyReader()
  assert.equal(reader.partial, false)
  reader.push(Buffer.from('25'))
  assert.equal(reader.partial, true)
  reader.push(Buffer.from('0-x\r\n'))
  assert.equal(reader.partial, true)
  reader.push(Buffer.from('250 x\r\n'))
  assert.equal(reader.partial, false)
})

test('a reply is shown as it came, and cut when it is long', () => {
  assert.equal(formatReceived({ code: 550, lines: ['5.1.1 a', 'b'] }), '550-5.1.1 a\n550 b')
  assert.equal(formatReceived({ code: 354, lines: [''] }), '354')
  assert.equal(formatReceived({ code: 550, lines: ['x'.repeat(50)] }, 10), '550 xxxxxx…')
})
