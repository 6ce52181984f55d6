import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DotStuffing } from './client-content.ts'
import { DataReader } from './data.ts'

function stuff(pieces: readonly Buffer[]): string {
  const stuffing = new DotStuffing()
  const out = pieces.flatMap((piece) => stuffing.push(piece))
  return Buffer.concat([...out, stuffing.end()]).toString('latin1')
}

const CASES: [message: string, sent: string][] = [
  ['', '.\r\n'],
  ['a\r\nb\r\n', 'a\r\nb\r\n.\r\n'],
  ['.\r\n', '..\r\n.\r\n'],
  ['.a\r\n..b\r\nc.\r\n', '..a\r\n...b\r\nc.\r\n.\r\n'],
  ['a', 'a\r\n.\r\n'],
  ['a\r\n.', 'a\r\n..\r\n.\r\n'],
  // A CR or LF alone: what others might take for the end of the message is none.
  ['a\n.\nb', 'a\r\n..\r\nb\r\n.\r\n'],
  ['a\n.\r\nb\r\n', 'a\r\n..\r\nb\r\n.\r\n'],
  ['a\r.\rb\r\n', 'a\r\n..\r\nb\r\n.\r\n'],
  ['a\r', 'a\r\n.\r\n'],
  ['a\r\r\n\n\r', 'a\r\n\r\n\r\n\r\n.\r\n'],
  ['\n\n', '\r\n\r\n.\r\n'],
  ['\r\n.\r\nMAIL FROM:<x>\r\n', '\r\n..\r\nMAIL FROM:<x>\r\n.\r\n'],
]

test('dots are stuffed, and lines end with CRLF. RFC 5321 §4.5.2', () => {
  for (const [message, sent] of CASES) {
    assert.equal(stuff([Buffer.from(message)]), sent, JSON.stringify(message))
  }
})

test('what is sent is the same in whatever pieces it comes', () => {
  for (const [message, sent] of CASES) {
    const bytes = Buffer.from(message)
    assert.equal(stuff(Array.from(bytes, (byte) => Buffer.of(byte))), sent)
    for (let cut = 0; cut <= bytes.length; cut++) {
      assert.equal(stuff([bytes.subarray(0, cut), bytes.subarray(cut)]), sent)
    }
  }
})

test('a server reads back the bytes that there were', () => {
  const message = Buffer.from('.\r\n..\r\na\r\n\r\n.b \xff\0.\r\n', 'latin1')
  const pieces: Buffer[] = []
  const limits = { sizeBytesMax: 1000, lineBytesMax: 1000 }
  const reader = new DataReader(limits, (bytes) => pieces.push(bytes))
  assert.equal(reader.push(Buffer.from(`${stuff([message])}QUIT`, 'latin1')).toString(), 'QUIT')
  assert.equal(reader.problem, undefined)
  assert.deepEqual(Buffer.concat(pieces), message)
})

test('it counts what it was given', () => {
  const stuffing = new DotStuffing()
  stuffing.push(Buffer.from('.a\r\n'))
  stuffing.push(Buffer.from('.b'))
  assert.equal(stuffing.takenBytes, 6)
})
