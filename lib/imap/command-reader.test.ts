import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { CommandReader, type Item } from './command-reader.ts'
import { findCharset, readAll } from './testing.ts'

/** An item in few words. */
function show(item: Item): string {
  switch (item.kind) {
    case 'command': {
      const { name, ...rest } = item.command
      const values = Object.values(rest).filter((value) => typeof value === 'string')
      return [item.tag, name, ...values].join(' ')
    }
    case 'bad':
      return `${item.tag} ${item.text}`
    case 'message':
      return `${item.tag} APPEND ${item.head.mailbox} ${item.sizeBytes}${item.synchronizing ? '' : '+'}`
    case 'content':
      return `content ${item.bytes}`
    default:
      return item.kind
  }
}

const LONG = 'x'.repeat(2000)
const CASES: [about: string, text: string, items: string[]][] = [
  ['one command', 'a NOOP\r\n', ['a NOOP']],
  ['pipelined commands', 'a NOOP\r\nb CHECK\r\n', ['a NOOP', 'b CHECK']],
  ['a bare LF', 'a NOOP\nb CHECK\n', ['a NOOP', 'b CHECK']],
  ['empty lines between', '\r\na NOOP\r\n\r\n\r\nb NOOP\r\n', ['a NOOP', 'b NOOP']],
  ['no tag', 'NOOP\r\n', ['* BAD Missing tag or command']],
  ['a tag that cannot be', '+ NOOP\r\n', ['* BAD Missing tag or command']],
  ['an unknown command', 'a FOO\r\nb NOOP\r\n', ['a BAD Unknown command', 'b NOOP']],
  ['a name that objects have', 'a CONSTRUCTOR\r\n', ['a BAD Unknown command']],
  [
    'RFC 9051 §4.3',
    'A001 LOGIN {11}\r\nFRED FOOBAR {7}\r\nfat man\r\n',
    ['continue', 'continue', 'A001 LOGIN FRED FOOBAR fat man'],
  ],
  [
    'RFC 7888 §4',
    'A001 LOGIN {11+}\r\nFRED FOOBAR {7+}\r\nfat man\r\n',
    ['A001 LOGIN FRED FOOBAR fat man'],
  ],
  ['an empty literal', 'a LOGIN {0+}\r\n x\r\n', ['a LOGIN  x']],
  [
    'a literal with line ends and braces',
    'a LOGIN {9+}\r\na\r\n{5}\r\n\r x\r\n',
    ['a LOGIN a\r\n{5}\r\n\r x'],
  ],
  [
    'a large literal that waits',
    'a LOGIN {5000}\r\nb NOOP\r\n',
    ['a NO [TOOBIG] Command too large', 'b NOOP'],
  ],
  [
    'a large literal that does not',
    `a LOGIN {2000+}\r\n${LONG} x\r\nb NOOP\r\n`,
    ['a NO [TOOBIG] Command too large', 'b NOOP'],
  ],
  [
    'more literals after it',
    `a LOGIN {2000+}\r\n${LONG} {3+}\r\nx\r\n\r\nb NOOP\r\n`,
    ['a NO [TOOBIG] Command too large', 'b NOOP'],
  ],
  ['a long line', `a LOGIN ${LONG} x\r\nb NOOP\r\n`, ['a NO [TOOBIG] Command too large', 'b NOOP']],
  [
    'a long line without a tag',
    `${LONG}\r\nb NOOP\r\n`,
    ['* NO [TOOBIG] Command too large', 'b NOOP'],
  ],
  [
    'RFC 9051 §6.3.12',
    'A003 APPEND saved-messages (\\Seen) {5}\r\nDate:\r\nb NOOP\r\n',
    ['A003 APPEND saved-messages 5', 'content Date:', 'appended', 'b NOOP'],
  ],
  [
    'APPEND without waiting',
    'a append INBOX {3+}\r\nxyz\r\nb NOOP\r\n',
    ['a APPEND INBOX 3+', 'content xyz', 'appended', 'b NOOP'],
  ],
  [
    'APPEND to a mailbox by literal',
    'a APPEND {5+}\r\nINBOX {3+}\r\nxyz\r\n',
    ['a APPEND INBOX 3+', 'content xyz', 'appended'],
  ],
  ['APPEND of nothing', 'a APPEND INBOX {0+}\r\n\r\n', ['a APPEND INBOX 0+', 'appended']],
  [
    'APPEND with more behind it',
    'a APPEND INBOX {1+}\r\nx {4+}\r\nmore\r\nb NOOP\r\n',
    ['a APPEND INBOX 1+', 'content x', 'a BAD Unexpected text after the message', 'b NOOP'],
  ],
  ['APPEND of a string', 'a APPEND INBOX "x"\r\nb NOOP\r\n', ['a BAD Unknown command', 'b NOOP']],
  [
    'APPEND with a bad date',
    'a APPEND INBOX "x" {2+}\r\nhi\r\nb NOOP\r\n',
    ['a BAD Bad date-time', 'b NOOP'],
  ],
  [
    'APPEND with a bad flag, waiting',
    'a APPEND INBOX (\\Foo) {2}\r\nb NOOP\r\n',
    ['a BAD There is no such system flag', 'b NOOP'],
  ],
]

for (const [about, text, expected] of CASES) {
  test(`reads ${about}, however it is cut`, () => {
    const bytes = Buffer.from(text, 'latin1')
    assert.deepEqual(readAll([bytes]).map(show), expected, 'at once')
    const single = Array.from(bytes, (byte) => Buffer.of(byte))
    assert.deepEqual(readAll(single).map(show), expected, 'one byte at a time')
    for (let cut = 1; cut < bytes.length; cut++) {
      const items = readAll([bytes.subarray(0, cut), bytes.subarray(cut)])
      assert.deepEqual(items.map(show), expected, `cut at ${cut}`)
    }
  })
}

test('a message that is refused is passed over where it comes unasked', () => {
  const waits = Buffer.from('a APPEND INBOX {5}\r\nb NOOP\r\n')
  assert.deepEqual(readAll([waits], { accept: false }).map(show), ['a APPEND INBOX 5', 'b NOOP'])
  const sends = Buffer.from('a APPEND INBOX {5+}\r\nhello\r\nb NOOP\r\n')
  const items = readAll([sends], { accept: false })
  assert.deepEqual(items.map(show), ['a APPEND INBOX 5+', 'b NOOP'])
})

test('a message that is given up half-way is passed over to its end', () => {
  const reader = new CommandReader({ commandBytesMax: 100, findCharset })
  reader.push(Buffer.from('a APPEND INBOX {5+}\r\nhe'))
  assert.equal(reader.next()?.kind, 'message')
  assert.equal(reader.next(), undefined)
  reader.acceptMessage()
  assert.equal(reader.next()?.kind, 'content')
  reader.refuseMessage()
  reader.push(Buffer.from('llo\r\nb NOOP\r\n'))
  assert.deepEqual(
    [reader.next()].map((item) => item && show(item)),
    ['b NOOP'],
  )
  assert.equal(reader.pendingBytes, 0)
})

test('what came before STARTTLS was answered is forgotten. RFC 9051 §6.2.1', () => {
  const reader = new CommandReader({ commandBytesMax: 100, findCharset })
  reader.push(Buffer.from('a STARTTLS\r\nb LOGIN x y\r\nc NO'))
  assert.equal(reader.next()?.kind, 'command')
  reader.discard()
  reader.push(Buffer.from('d NOOP\r\n'))
  const item = reader.next()
  assert.equal(item && show(item), 'd NOOP')
})

test('lines between commands', () => {
  const reader = new CommandReader({ commandBytesMax: 10, findCharset })
  reader.push(Buffer.from('DONE\r\nother\n'))
  assert.equal(reader.nextLine(), 'DONE')
  assert.equal(reader.nextLine(), 'other')
  assert.equal(reader.nextLine(), undefined)
  reader.commandBytesMax = 8
  reader.push(Buffer.from('longer line'))
  assert.throws(() => reader.nextLine(), Fault)
  reader.push(Buffer.from('\r\na NOOP\r\n'))
  assert.equal(reader.next()?.kind, 'command')
})

test('deciding on a message that was not announced is a bug', () => {
  const reader = new CommandReader({ commandBytesMax: 10, findCharset })
  assert.throws(() => reader.acceptMessage(), /announced/)
  reader.refuseMessage()
})

test('a bug is not taken for bad syntax', () => {
  const broken = () => {
    throw new TypeError('bug')
  }
  const reader = new CommandReader({ commandBytesMax: 100, findCharset: broken })
  reader.push(Buffer.from('a SEARCH CHARSET UTF-8 ALL\r\n'))
  assert.throws(() => reader.next(), TypeError)
})
