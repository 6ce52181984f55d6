import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DataLimits, DataReader } from './data.ts'

const LIMITS = { sizeBytesMax: 1000, lineBytesMax: 100 }

function read(pieces: readonly string[], limits: DataLimits = LIMITS) {
  let text = ''
  const reader = new DataReader(limits, (bytes) => {
    text += bytes.toString('latin1')
  })
  let rest = ''
  for (const piece of pieces) {
    const bytes = Buffer.from(piece, 'latin1')
    rest += reader.ended ? piece : reader.push(bytes).toString('latin1')
  }
  const { problem, ended, endInDoubt, received, sizeBytes } = reader
  return { text, rest, problem, ended, endInDoubt, received, sizeBytes }
}

/** In one piece, byte by byte, and cut in two at every point: all must come to the same. */
function readEachWay(wire: string, limits: DataLimits = LIMITS) {
  const whole = read([wire], limits)
  const compared = (one: typeof whole) => (one.problem ? { ...one, text: '', sizeBytes: 0 } : one)
  assert.deepEqual(compared(read([...wire], limits)), compared(whole), 'byte by byte')
  for (let cut = 1; cut < wire.length; cut++) {
    const halves = read([wire.slice(0, cut), wire.slice(cut)], limits)
    assert.deepEqual(compared(halves), compared(whole), `cut at ${cut}`)
  }
  return whole
}

test('the bytes are those that were sent, without the dots of SMTP. RFC 5321 §4.5.2', () => {
  const cases: [wire: string, text: string][] = [
    ['.\r\n', ''],
    ['\r\n.\r\n', '\r\n'],
    ['a: b\r\n\r\nc\r\n.\r\n', 'a: b\r\n\r\nc\r\n'],
    ['..\r\n.\r\n', '.\r\n'],
    ['...\r\n..a\r\na.\r\n.b\r\n.\r\n', '..\r\n.a\r\na.\r\nb\r\n'],
    ['\xff\x00\x80 \t\r\n.\r\n', '\xff\x00\x80 \t\r\n'],
  ]
  for (const [wire, text] of cases) {
    const result = readEachWay(wire)
    assert.equal(result.text, text, JSON.stringify(wire))
    assert.equal(result.sizeBytes, text.length)
    assert.deepEqual([result.ended, result.problem, result.rest], [true, undefined, ''])
  }
})

test('what follows the end is not part of the message', () => {
  const result = readEachWay('a\r\n.\r\nQUIT\r\n')
  assert.deepEqual([result.text, result.rest], ['a\r\n', 'QUIT\r\n'])
})

test('no other line end than CRLF ends the message, or passes. RFC 5321 §2.3.8', () => {
  for (const trick of ['\n.\r\n', '\n.\n', '\r\n.\n', '\r.\r\n', '\r\n.\r\r\n', '\r.\r', '\n.\r']) {
    const result = readEachWay(`a\r\n\r\nb${trick}MAIL FROM:<x@y.example>\r\n.\r\nNOOP\r\n`)
    assert.equal(result.problem, 'bare-line-end', JSON.stringify(trick))
    assert.equal(result.rest, 'NOOP\r\n', JSON.stringify(trick))
  }
})

test('a client that ends its lines with LF alone is noticed, since it waits for an answer', () => {
  for (const end of ['\n.\n', '\r\n.\n', '\n.\r\n']) {
    const result = readEachWay(`a: b\n\nc${end}`)
    assert.deepEqual([result.ended, result.endInDoubt], [false, true], JSON.stringify(end))
  }
  assert.equal(readEachWay('a\nb.\n.c\n').endInDoubt, false)
})

test('the limits hold to the byte', () => {
  const limits = { sizeBytesMax: 10, lineBytesMax: 6 }
  assert.equal(readEachWay('1234\r\n12\r\n.\r\n', limits).problem, undefined)
  assert.equal(readEachWay('1234\r\n123\r\n.\r\n', limits).problem, 'too-large')
  assert.equal(readEachWay('12345\r\n.\r\n', limits).problem, 'line-too-long')
  // A dot that SMTP added is part of the line, not of the message.
  assert.equal(readEachWay('..34\r\n..3\r\n..\r\n.\r\n', limits).problem, 'too-large')
  assert.equal(readEachWay('..34\r\n..3\r\n.\r\n', limits).problem, undefined)
})

test('Received headers are counted in the header only. RFC 5321 §6.3', () => {
  const header =
    'Received: a\r\n\tb\r\nRECEIVED: c\r\nreceivex: d\r\nreceived-spf: e\r\nx:received:\r\n'
  assert.equal(readEachWay(`${header}\r\nReceived: f\r\n.\r\n`).received, 2)
})

test('every short text of the four characters that matter is read as the RFC says, however it is cut', () => {
  const limits = { sizeBytesMax: 100, lineBytesMax: 100 }
  for (const wire of everyText('\r\n.a', 7)) {
    const end = wire.search(/(?<=^|\r\n)\.\r\n/)
    const message = end < 0 ? wire : wire.slice(0, end)
    const bare = /(?<!\r)\n|\r(?!\n)/.test(message)
    for (const pieces of [[wire], [...wire], [wire.slice(0, 3), wire.slice(3)]]) {
      const result = read(pieces, limits)
      const name = JSON.stringify(pieces)
      assert.equal(result.ended, end >= 0, name)
      if (end < 0) continue
      assert.equal(result.problem, bare ? 'bare-line-end' : undefined, name)
      assert.equal(result.rest, wire.slice(end + 3), name)
      if (!bare) assert.equal(result.text, message.replace(/(?<=^|\r\n)\./g, ''), name)
    }
  }
})

function* everyText(characters: string, lengthMax: number): Generator<string> {
  let texts = ['']
  for (let length = 1; length <= lengthMax; length++) {
    texts = texts.flatMap((text) => [...characters].map((character) => text + character))
    yield* texts
  }
}
