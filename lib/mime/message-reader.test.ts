import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { MessageReader } from './message-reader.ts'
import { type Leaf, type ParsedMessage, parseMessage } from './structure.ts'

const FOLDER = new URL('../../test/fixtures/mail/', import.meta.url)

function readIn(bytes: Uint8Array, chunkBytes: number): { parsed: ParsedMessage; held: number } {
  const reader = new MessageReader()
  let held = 0
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    reader.push(bytes.subarray(at, at + chunkBytes))
    held = Math.max(held, reader.held)
  }
  return { parsed: reader.finish(), held }
}

test('every fixture in pieces of any size is the message that it is as a whole', () => {
  for (const name of readdirSync(FOLDER)) {
    const bytes = readFileSync(new URL(name, FOLDER))
    const whole = parseMessage(bytes)
    for (const size of [1, 7, 64, 1000]) {
      assert.deepEqual(readIn(bytes, size).parsed, whole, `${name} by ${size}`)
    }
  }
})

test('a boundary may be cut anywhere, and so may one that begins with another', () => {
  const text = [
    'Content-Type: multipart/mixed; boundary=bb\r\n\r\npreamble\r\n--bb \r\n',
    'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nno: blank line\r\n--b\r\n\r\n-x\r\n--x\r\n--b--\r\n',
    '--bb\r\n--bb\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n--bb\r\n\r\n\r\n--bb--\r\nepilogue',
  ].join('')
  for (const bytes of [text, text.replaceAll('\r\n', '\n')].map((one) => Buffer.from(one))) {
    const whole = parseMessage(bytes)
    for (let cut = 0; cut <= bytes.length; cut++) {
      const reader = new MessageReader()
      reader.push(bytes.subarray(0, cut))
      reader.push(bytes.subarray(cut))
      assert.deepEqual(reader.finish(), whole, `${cut}`)
    }
    assert.deepEqual(readIn(bytes, 1).parsed, whole)
  }
})

test('leaves are told when they begin and when they end, without the line end of the boundary', () => {
  const told: Leaf[] = []
  const reader = new MessageReader((leaf) => told.push(leaf))
  const head = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n'
  reader.push(Buffer.from(head))
  // Whether a line follows could still matter to where the header ends.
  reader.push(Buffer.from('x'.repeat(1000)))
  assert.deepEqual(told, [{ start: head.length, end: undefined }])
  reader.push(Buffer.from('\r\n--b--'))
  reader.finish()
  assert.deepEqual(told.slice(1), [{ start: head.length, end: head.length + 1000 }])
})

const MB = 1024 * 1024
const HEADER = 'Content-Type: multipart/mixed; boundary=b\n\n--b\n'

test('what is hostile costs no memory, and tells the same as a whole', () => {
  const hostile: [name: string, text: string][] = [
    ['a header without an end', 'a: b\n'.repeat(2 * MB)],
    ['a field without an end', `Subject: ${'x'.repeat(8 * MB)}`],
    ['a header of dashes', `${HEADER}${'--c: d\n'.repeat(MB)}\n\n--b--`],
    ['a header with an end far down', `${HEADER}${'a: b\r\n'.repeat(MB)}\r\nbody\r\n--b--`],
    ['a header that ends at the limit', `${'a'.repeat(512 * 1024 - 1)}\r\n\r\nbody`],
    ['a header whose empty line is cut', `${'a'.repeat(512 * 1024 - 3)}\r\n\r\nbody`],
    ['a line without an end', `\n${'x'.repeat(8 * MB)}`],
    ['a boundary line without an end', `${HEADER}\nx\n--b${'x'.repeat(8 * MB)}\n\nlast\n--b--`],
    ['a thousand large headers', `${HEADER}${`a: ${'b'.repeat(9000)}\n\nx\n--b\n`.repeat(1000)}`],
    ['dashes only', `${HEADER}${'-'.repeat(8 * MB)}`],
  ]
  for (const [name, text] of hostile) {
    const bytes = Buffer.from(text)
    const { parsed, held } = readIn(bytes, 60_000)
    assert.deepEqual(parsed, parseMessage(bytes), name)
    assert(held < 700 * 1024, `${name}: ${held}`)
  }
})

test('of a header that is larger than any, the first half megabyte is told', () => {
  const text = `Subject: x\n${'a: b\n'.repeat(MB)}From: a@b.test\n\nbody\n`
  const { envelope, structure, headerEnd } = parseMessage(Buffer.from(text))
  assert.equal(envelope.subject, 'x')
  assert.deepEqual(envelope.from, [])
  assert.equal(headerEnd, text.length - 5)
  assert.deepEqual([structure.bodyStart, structure.end], [headerEnd, text.length])
  assert.equal(structure.lines, 1)
})
