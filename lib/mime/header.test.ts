import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findField, findFields, parseHeader, readHeader } from './header.ts'

function parse(text: string): { names: string; values: string[]; end: number } {
  const { fields, end } = parseHeader(Buffer.from(text, 'latin1'))
  return {
    names: fields.map((field) => field.name).join(','),
    values: fields.map((field) => field.value),
    end,
  }
}

test('fields, and where the body starts', () => {
  const cases: [text: string, names: string, values: string[], body: string][] = [
    ['', '', [], ''],
    ['\r\nbody', '', [], 'body'],
    ['\nbody', '', [], 'body'],
    ['A: 1\r\nB:2\r\n\r\nbody', 'A,B', ['1', '2'], 'body'],
    ['A: 1\nB: 2\n\nbody', 'A,B', ['1', '2'], 'body'],
    ['A: 1\r\n  2\r\n\t3\r\n\r\n', 'A', ['1  2\t3'], ''],
    ['A:\r\n 1\r\n\r\n', 'A', ['1'], ''],
    ['A: 1\r\n \r\nB: 2\r\n\r\n', 'A,B', ['1', '2'], ''],
    ['A : 1\r\n\r\n', 'A', ['1'], ''],
    ['A: 1', 'A', ['1'], ''],
    ['A:', 'A', [''], ''],
    ['A', '', ['A'], ''],
    ['A: a: b\r\n\r\n', 'A', ['a: b'], ''],
    ['X-Y_z!: 1\r\n\r\n', 'X-Y_z!', ['1'], ''],
  ]
  for (const [text, names, values, body] of cases) {
    const actual = parse(text)
    assert.equal(actual.names, names, JSON.stringify(text))
    assert.deepEqual(actual.values, values, JSON.stringify(text))
    assert.equal(text.slice(actual.end), body, JSON.stringify(text))
  }
})

test('a line that is no field does not end the header', () => {
  const cases: [text: string, names: string][] = [
    ['From a@x Sun Nov 22 11:05:40 2026\r\nA: 1\r\n\r\n', ',A'],
    ['rubbish\r\nA: 1\r\n\r\n', ',A'],
    [' continues nothing\r\n\tat all\r\nA: 1\r\n\r\n', ',A'],
    [': no name\r\nA: 1\r\n\r\n', ',A'],
    ['\xe9: 1\r\nA: 1\r\n\r\n', ',A'],
    ['--b\r\nA: 1\r\n\r\n', ',A'],
    ['\r\r\nA: 1\r\n\r\n', ',A'],
  ]
  for (const [text, names] of cases) assert.equal(parse(text).names, names, JSON.stringify(text))
})

test('a header may end at a line that its caller knows', () => {
  const bytes = Buffer.from('A: 1\r\n-x: 1\r\n--b\r\nB: 2\r\n\r\n')
  const asked: number[] = []
  const { fields, end } = readHeader(
    bytes,
    { from: 0, to: bytes.length },
    (line) => asked.push(line) === 2,
  )
  assert.equal(fields.length, 2)
  assert.deepEqual(asked, [6, 13])
  assert.equal(end, 13)
})

test('values hold no line end and no NUL', () => {
  const [value] = parse('A: a\rb\0c\r\n d\r\n\r\n').values
  assert.equal(value, 'a b\uFFFDc d')
  assert.deepEqual(parse('a\r\n b').values, ['a b'])
})

test('bytes beyond ASCII are UTF-8 where they can be, else latin1', () => {
  assert.deepEqual(parse('A: \xe6\x97\xa5\r\nB: \xe9\xa0\r\nC: \xe6\x97\r\n\r\n').values, [
    '日',
    'é\xa0',
    'æ\x97',
  ])
})

test('a field knows where it lies', () => {
  const text = 'A: 1\r\nB: 2\r\n 3\r\nC: 4\r\n\r\n'
  const { fields } = parseHeader(Buffer.from(text))
  assert.equal(
    fields.map(({ start, end }) => text.slice(start, end)).join('|'),
    'A: 1\r\n|B: 2\r\n 3\r\n|C: 4\r\n',
  )
  const late = parseHeader(Buffer.from(`xxx${text}`), 3)
  assert.deepEqual(
    late.fields.map(({ start }) => start - 3),
    fields.map(({ start }) => start),
  )
})

test('fields are found by name', () => {
  const { fields } = parseHeader(Buffer.from('Received: 1\r\nSubject: 2\r\nRECEIVED: 3\r\n\r\n'))
  assert.equal(findField(fields, 'received')?.value, '1')
  assert.equal(findField(fields, 'to'), undefined)
  assert.deepEqual(
    findFields(fields, 'received').map((field) => field.value),
    ['1', '3'],
  )
})

test('a huge header costs bounded memory', () => {
  const many = parseHeader(Buffer.from(`${'a: b\n'.repeat(2_000_000)}\nx`))
  assert.equal(many.fields.length, 10_000)
  assert.equal(many.end, 10_000_001)
  const long = parse(`A: ${'x'.repeat(10_000_000)}\r\n\r\n`)
  assert.equal(long.values[0]?.length, 128 * 1024)
  const wide = parse(`A: ${'\xe6\x97\xa5'.repeat(100_000)}\r\n\r\n`)
  assert.equal(wide.values[0], '日'.repeat(Math.floor((128 * 1024) / 3)))
})

test('a header that is cut anywhere is still read', () => {
  const text = 'From x\r\nA : 1\r\n 2\r\nB: \xe6\x97\xa5\r\n\r\nbody'
  for (let cut = 0; cut <= text.length; cut++) {
    const { fields, end } = parseHeader(Buffer.from(text.slice(0, cut), 'latin1'))
    assert.ok(end <= cut)
    for (const field of fields) assert.ok(field.end <= end && !/[\r\n]/.test(field.value))
  }
})
