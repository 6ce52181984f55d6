import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import { CommandReader } from './command-reader.ts'
import { findCharset, readAll, seeded } from './testing.ts'

const SEEDS = [
  'a LOGIN {3+}\r\nbob {4}\r\npass\r\n',
  'a APPEND INBOX (\\Seen) " 7-Feb-1994 21:52:25 -0800" {10+}\r\n0123456789\r\n',
  'a UID FETCH 1:* (FLAGS BODY.PEEK[1.2.HEADER.FIELDS (DATE "x")]<0.10> RFC822.SIZE)\r\n',
  'a SEARCH CHARSET UTF-8 OR (SEEN NOT FROM "x\\"y") SENTSINCE 1-Feb-1994 UID 1:5,*\r\n',
  'a STORE 1,2:* +FLAGS.SILENT (\\Deleted $x)\r\na LIST "" "%/&ZeVnLIqe-*"\r\n',
  'a STATUS {3}\r\nfoo (MESSAGES)\r\na ID ("name" NIL)\r\na AUTHENTICATE PLAIN AAA=\r\n',
].map((text) => Buffer.from(text))
const PIECES = [
  '{',
  '}',
  '+}\r\n',
  '\r\n',
  '"',
  '\\',
  '(',
  ')',
  ' ',
  '*',
  '\0',
  '\xff',
  '9999999999',
]

/** The seed is fixed so that a failure is seen again; change it to look further. */
test('no mutation of a command makes the reader throw, hang or grow', () => {
  const random = seeded(20_260_714)
  for (let round = 0; round < 20_000; round++) {
    const bytes = mutate(random)
    const reader = new CommandReader({ commandBytesMax: 300, findCharset })
    for (let at = 0; at < bytes.length; ) {
      const end = at + 1 + random(40)
      reader.push(bytes.subarray(at, end))
      at = end
      for (let item = reader.next(); item !== undefined; item = reader.next()) {
        if (item.kind === 'message')
          random(2) === 0 ? reader.acceptMessage() : reader.refuseMessage()
      }
      assert.ok(reader.pendingBytes <= 300 + 40, `holds ${reader.pendingBytes}`)
    }
  }
})

test('how a mutation is cut makes no difference', () => {
  const random = seeded(7)
  for (let round = 0; round < 1000; round++) {
    const bytes = mutate(random)
    const single = Array.from(bytes, (byte) => Buffer.of(byte))
    assert.deepEqual(readAll(single), readAll([bytes]), JSON.stringify(bytes.toString('latin1')))
  }
})

function mutate(random: (limit: number) => number): Buffer {
  const parts: Buffer[] = []
  for (let i = 0; i <= random(3); i++) {
    let bytes = SEEDS[random(SEEDS.length)] ?? Buffer.alloc(0)
    for (let change = random(4); change > 0; change--) {
      const at = random(bytes.length)
      const piece = Buffer.from(PIECES[random(PIECES.length)] ?? '', 'latin1')
      bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + random(3))])
    }
    parts.push(bytes)
  }
  return Buffer.concat(parts)
}
