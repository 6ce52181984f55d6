import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { findFromDomain, formatDkimSignature, RelaxedBodyHash, relaxField } from './dkim.ts'
import { parseHeader } from './header.ts'

test('the body of RFC 8463, appendix A', () => {
  const body = 'Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n'
  assert.equal(hashOf(body), '2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=')
})

test('bodies in relaxed form. RFC 6376 §3.4.4', () => {
  const cases: [body: string, relaxed: string][] = [
    ['', ''],
    ['\r\n\r\n', ''],
    [' \t\r\n \r\n', ''],
    [' C \r\nD \t E\r\n\r\n\r\n', ' C\r\nD E\r\n'],
    ['no end', 'no end\r\n'],
    ['no end \t', 'no end\r\n'],
    ['a\r\n\r\n \t\r\nb\r\n', 'a\r\n\r\n\r\nb\r\n'],
    ['a\nb\n', 'a\r\nb\r\n'],
    ['a\rb\r', 'a\rb\r\r\n'],
    ['a \r\r\n', 'a \r\r\n'],
    ['日本\r\n', '日本\r\n'],
  ]
  for (const [body, relaxed] of cases) {
    const expected = createHash('sha256').update(relaxed).digest('base64')
    assert.equal(hashOf(body), expected, JSON.stringify(body))
    assert.equal(hashOf(body, 1), expected, `${JSON.stringify(body)} byte by byte`)
  }
})

test('a body much longer than what is kept', () => {
  const body = `${'x '.repeat(100_000)}\r\n`.repeat(3) + '\r\n'.repeat(100_000)
  const relaxed = `${'x '.repeat(100_000).trimEnd()}\r\n`.repeat(3)
  const expected = createHash('sha256').update(relaxed).digest('base64')
  assert.equal(hashOf(body, 1000), expected)
})

test('fields in relaxed form. RFC 6376 §3.4.5', () => {
  assert.equal(relaxField('A: X\r\n'), 'a:X')
  assert.equal(relaxField('B : Y\t\r\n\tZ  \r\n'), 'b:Y Z')
  assert.equal(relaxField('Empty:\r\n'), 'empty:')
})

test('the domain that a message is from', () => {
  const cases: [header: string, domain: string | undefined][] = [
    ['From: a@Example.JP\r\n', 'example.jp'],
    ['From: "b@evil.example" <a@example.jp>\r\n', 'example.jp'],
    ['From: a@日本.jp\r\n', 'xn--wgv71a.jp'],
    ['From: a@example.jp, b@example.jp\r\n', undefined],
    ['From: a@example.jp\r\nFrom: b@example.jp\r\n', undefined],
    ['From: nobody\r\n', undefined],
    ['From: a@exa mple\u0000.jp;d=x\r\n', undefined],
    ['From: list:;\r\n', undefined],
    ['Sender: a@example.jp\r\n', undefined],
  ]
  for (const [header, domain] of cases) {
    assert.equal(findFromDomain(parseHeader(Buffer.from(header)).fields), domain, header)
  }
})

test('the field names what it signs, From once more, and nothing that changes on the way', async () => {
  const names = [
    'Received',
    'Return-Path',
    'From',
    'To',
    'Subject',
    'Subject',
    'X-Other',
    'List-Id',
  ]
  const bytes = Buffer.from(names.map((name) => `${name}: a@example.jp\r\n`).join(''))
  const { privateKey } = generateKeyPairSync('ed25519')
  const key = { domain: 'example.jp', selector: 's1', algorithm: 'ed25519', privateKey } as const
  const field = await formatDkimSignature({ bytes, ...parseHeader(bytes) }, 'aGFzaA==', key, 5999)
  const [first, ...rest] = field.split('\r\n')
  assert.equal(first, 'DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;')
  assert.ok(rest.slice(0, -1).every((line) => line.startsWith('\t') && line.length <= 76))
  assert.match(field, /\tt=5;\r\n\th=from:from:subject:subject:to:list-id;\r\n\tbh=aGFzaA==;/)
  assert.doesNotMatch(field, /[ \t;][lx]=/)
})

function hashOf(body: string, chunk = 1_000_000): string {
  const hash = new RelaxedBodyHash()
  const bytes = Buffer.from(body)
  for (let at = 0; at < bytes.length; at += chunk) hash.update(bytes.subarray(at, at + chunk))
  return hash.digest()
}
