import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LineReader } from './line.ts'

/** What comes out, in whatever pieces the bytes come. */
function read(pieces: readonly string[], bytesMax = 10): string[] {
  const reader = new LineReader(bytesMax)
  const lines: string[] = []
  let ahead: Buffer | null = null
  for (const piece of pieces) {
    ahead = ahead === null ? Buffer.from(piece) : Buffer.concat([ahead, Buffer.from(piece)])
    while (ahead !== null) {
      const { line, problem, rest } = reader.take(ahead)
      if (line) lines.push(String(line))
      if (problem) lines.push(problem.text)
      ahead = rest
      if (!line && !problem) break
    }
  }
  return lines
}

test('lines end with CRLF and nothing else. RFC 5321 §2.3.8', () => {
  const bare = 'Lines must end with CRLF'
  const long = 'The line is too long'
  const cases: [wire: string, lines: string[]][] = [
    ['NOOP\r\nQUIT\r\nRS', ['NOOP\r\n', 'QUIT\r\n']],
    ['\r\n', ['\r\n']],
    ['\n', [bare]],
    ['NOOP\nNOOP\r\n', [bare, 'NOOP\r\n']],
    ['NO\rOP\r\n', [bare]],
    ['NOOP\r\r\n', [bare]],
    ['12345678\r\n', ['12345678\r\n']],
    ['123456789\r\nNOOP\r\n', [long, 'NOOP\r\n']],
    [`${'x'.repeat(100)}\r\nNOOP\r\n`, [long, 'NOOP\r\n']],
    ['x'.repeat(100), []],
  ]
  for (const [wire, lines] of cases) {
    assert.deepEqual(read([wire]), lines, JSON.stringify(wire))
    assert.deepEqual(read([...wire]), lines, `byte by byte ${JSON.stringify(wire)}`)
    for (let cut = 1; cut < wire.length; cut++) {
      assert.deepEqual(read([wire.slice(0, cut), wire.slice(cut)]), lines, `cut at ${cut}`)
    }
  }
})
