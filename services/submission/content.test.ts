import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Content } from './content.ts'

function split(pieces: readonly Buffer[]) {
  let rest = ''
  let closed = false
  const content = new Content({
    add(bytes) {
      rest += bytes.toString('latin1')
      return undefined
    },
    close() {
      closed = true
    },
  })
  for (const piece of pieces) void content.add(piece)
  return {
    content,
    header: content.header.toString('latin1'),
    rest: () => rest,
    closed: () => closed,
  }
}

test('a message is split behind its empty line, in whatever pieces it comes', () => {
  const cases: [header: string, rest: string][] = [
    ['A: b\r\n\r\n', 'body\r\n\r\nmore'],
    ['A: b\r\nC: d\r\n\r\n', ''],
    ['\r\n', 'no header\r\n\r\n'],
    ['\r\n', ''],
    ['A: b\r\n', ''],
    ['', ''],
    ['A:\r\n \r\n\r\n', '\r\n\r\n'],
  ]
  for (const [header, rest] of cases) {
    const bytes = Buffer.from(header + rest)
    for (let cut = 0; cut <= bytes.length; cut++) {
      const halves = split([bytes.subarray(0, cut), bytes.subarray(cut)])
      assert.deepEqual([halves.header, halves.rest()], [header, rest], `cut at ${cut}`)
    }
    const bitten = split([...bytes].map((byte) => Buffer.of(byte)))
    assert.deepEqual([bitten.header, bitten.rest()], [header, rest])
    assert.equal(bitten.content.restBytes, rest.length)
  }
})

test('a header that does not end is given up, and its memory with it', () => {
  const { content, closed } = split(Array.from({ length: 300 }, () => Buffer.alloc(1024, 'x')))
  assert.equal(content.headerTooLarge, true)
  assert.equal(content.header.length, 0)
  assert.equal(closed(), true)
  assert.equal(content.add(Buffer.from('\r\n\r\nmore')), undefined)
  assert.equal(content.restBytes, 0)
})
