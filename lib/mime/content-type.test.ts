import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  findParameter,
  parseContentType,
  parseDisposition,
  parseEncoding,
  parseLanguages,
} from './content-type.ts'

function show(value: string): string | undefined {
  const found = parseContentType(value)
  if (!found) return undefined
  const parameters = found.parameters.map(([name, text]) => ` ${name}=${JSON.stringify(text)}`)
  return `${found.type}/${found.subtype}${parameters.join('')}`
}

test('content types. RFC 2045 §5.1', () => {
  const cases: [value: string, shown: string][] = [
    ['text/plain', 'text/plain'],
    [' Text / Plain ', 'text/plain'],
    ['text/plain; charset=us-ascii', 'text/plain charset="us-ascii"'],
    ['text/plain; charset=us-ascii (Plain text)', 'text/plain charset="us-ascii"'],
    ['text/plain (a) ; (b) CHARSET = "us-ascii" (c)', 'text/plain charset="us-ascii"'],
    ['application/vnd.a+xml;a=1;b=2;', 'application/vnd.a+xml a="1" b="2"'],
    ['text/plain; a="b\\"c\\\\d;e"', 'text/plain a="b\\"c\\\\d;e"'],
    [
      'multipart/mixed; boundary="gc0pJq0M:08jU534c0p"',
      'multipart/mixed boundary="gc0pJq0M:08jU534c0p"',
    ],
    ['a/b; name*0="x"; name*1*=%20', 'a/b name*0="x" name*1*="%20"'],
    ['a/b; x=""', 'a/b x=""'],
  ]
  for (const [value, shown] of cases) assert.equal(show(value), shown, value)
})

test('content types that are wrong in ways that mail has', () => {
  const cases: [value: string, shown: string][] = [
    ['text/html charset=utf-8', 'text/html charset="utf-8"'],
    ['text/html; charset=utf-8 format=flowed', 'text/html charset="utf-8" format="flowed"'],
    ['multipart/mixed; boundary=----=_Part_1', 'multipart/mixed boundary="----=_Part_1"'],
    ['a/b; name=The report (1).pdf; x=1', 'a/b name="The report (1).pdf" x="1"'],
    ['a/b; filename=a b ', 'a/b filename="a b"'],
    ['a/b; name="unended; x=1', 'a/b name="unended; x=1"'],
    ['a/b; name="a"rubbish; x=1', 'a/b name="a" x="1"'],
    ['a/b;;; ; x=1', 'a/b x="1"'],
    ['a/b; x; =y; z=1', 'a/b z="1"'],
    ['a/b; x=', 'a/b x=""'],
    ['a/b; (unended x=1', 'a/b x="1"'],
    ['a/b; "x=1"; y=2', 'a/b y="2"'],
    ['a/b, c/d', 'a/b'],
  ]
  for (const [value, shown] of cases) assert.equal(show(value), shown, value)
})

test('what is no content type', () => {
  for (const value of ['', 'text', '/plain', 'text/', 'text;plain', '"text"/plain', '; a=b']) {
    assert.equal(show(value), undefined, value)
  }
})

test('a type has a limited number of parameters', () => {
  const many = parseContentType(`a/b${';x=1'.repeat(500)}`)
  assert.equal(many?.parameters.length, 100)
})

test('dispositions. RFC 2183 §2', () => {
  assert.deepEqual(parseDisposition('INLINE'), { type: 'inline', parameters: [] })
  assert.deepEqual(parseDisposition('attachment; filename="a;b"'), {
    type: 'attachment',
    parameters: [['filename', 'a;b']],
  })
  for (const value of ['', ';x=1', '"inline"']) assert.equal(parseDisposition(value), undefined)
})

test('encodings and languages', () => {
  assert.equal(parseEncoding(' Base64 '), 'base64')
  assert.equal(parseEncoding('8bit;'), '8bit')
  assert.equal(parseEncoding(''), '7bit')
  assert.deepEqual(parseLanguages('ja, en-US (US), , b@d'), ['ja', 'en-US'])
  assert.deepEqual(parseLanguages(''), [])
})

test('a parameter is found by name', () => {
  const parameters = [
    ['a', '1'],
    ['a', '2'],
  ] as const
  assert.equal(findParameter(parameters, 'a'), '1')
  assert.equal(findParameter(parameters, 'b'), undefined)
})
