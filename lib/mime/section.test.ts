import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findPart, sectionRange } from './section.ts'
import { parseMessage } from './structure.ts'

/** The message of RFC 9051 §6.4.5.1, small: text, attachment, message with two parts, multipart with a message. */
const bytes = Buffer.from(
  [
    'Subject: outer',
    'Content-Type: multipart/mixed; boundary=o',
    '',
    '--o',
    'Content-Type: text/plain',
    '',
    'one',
    '--o',
    'Content-Type: application/x',
    '',
    'two',
    '--o',
    'Content-Type: message/rfc822',
    '',
    'Subject: three',
    'Content-Type: multipart/mixed; boundary=i',
    '',
    '--i',
    '',
    'three-one',
    '--i',
    'Content-Type: application/y',
    '',
    'three-two',
    '--i--',
    '--o',
    'Content-Type: multipart/mixed; boundary=j',
    '',
    '--j',
    'Content-Type: image/gif',
    '',
    'four-one',
    '--j',
    'Content-Type: message/rfc822',
    '',
    'Subject: four-two',
    '',
    'four-two-one',
    '--j--',
    '--o--',
    '',
  ].join('\r\n'),
)
const { structure } = parseMessage(bytes)

function read(path: number[], section: 'body' | 'header' | 'text' | 'mime' = 'body') {
  const range = sectionRange(structure, path, section)
  return range && bytes.toString('latin1', range.start, range.end)
}

test('part numbers. RFC 9051 §6.4.5.1', () => {
  assert.equal(read([]), bytes.toString())
  assert.equal(read([1]), 'one')
  assert.equal(read([2]), 'two')
  assert.match(read([3]) ?? '', /^Subject: three\r\n[\s\S]*--i--$/)
  assert.equal(read([3, 1]), 'three-one')
  assert.equal(read([3, 2]), 'three-two')
  assert.match(read([4]) ?? '', /^--j[\s\S]*--j--$/)
  assert.equal(read([4, 1]), 'four-one')
  assert.equal(read([4, 2]), 'Subject: four-two\r\n\r\nfour-two-one')
  assert.equal(read([4, 2, 1]), 'four-two-one')
})

test('HEADER, TEXT and MIME', () => {
  assert.match(read([], 'header') ?? '', /^Subject: outer\r\n.*\r\n\r\n$/)
  assert.match(read([], 'text') ?? '', /^--o\r\n[\s\S]*--o--\r\n$/)
  assert.equal(read([], 'mime'), undefined)
  assert.match(read([3], 'header') ?? '', /^Subject: three\r\n.*\r\n\r\n$/)
  assert.match(read([3], 'text') ?? '', /^--i\r\n[\s\S]*--i--$/)
  assert.equal(read([3], 'mime'), 'Content-Type: message/rfc822\r\n\r\n')
  assert.equal(read([4, 2], 'header'), 'Subject: four-two\r\n\r\n')
  assert.equal(read([4, 2], 'text'), 'four-two-one')
  assert.equal(read([1], 'mime'), 'Content-Type: text/plain\r\n\r\n')
})

test('what is not there has no range', () => {
  for (const path of [[0], [5], [1, 1], [3, 3], [3, 1, 1], [4, 2, 2], [4, 2, 1, 1], [1.5], [-1]]) {
    assert.equal(read(path), undefined, path.join('.'))
    assert.equal(findPart(structure, path), undefined)
  }
  assert.equal(read([1], 'header'), undefined)
  assert.equal(read([4], 'text'), undefined)
})

test('a message that is no multipart has one part', () => {
  const plain = Buffer.from('Subject: x\r\n\r\nbody')
  const { structure } = parseMessage(plain)
  assert.equal(findPart(structure, [1]), structure)
  assert.equal(findPart(structure, []), structure)
  assert.equal(findPart(structure, [2]), undefined)
  assert.equal(findPart(structure, [1, 1]), undefined)
  assert.deepEqual(sectionRange(structure, [1]), { start: 14, end: 18 })
  assert.deepEqual(sectionRange(structure, [1], 'mime'), { start: 0, end: 14 })
})
