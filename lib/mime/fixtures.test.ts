import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { decodeHeaderText } from './encoded-word.ts'
import { decodeParameter } from './parameter-value.ts'
import { readTexts } from './search-text.ts'
import { type Part, parseMessage } from './structure.ts'

const FOLDER = new URL('../../test/fixtures/mail/', import.meta.url)

function read(name: string) {
  const bytes = readFileSync(new URL(name, FOLDER))
  return { bytes, ...parseMessage(bytes) }
}

function outline({ type, subtype, parts, message }: Part): string {
  const children = message ? [message.structure] : parts
  const inner = children.map(outline).join(' ')
  return `${type}/${subtype}${inner && `(${inner})`}`
}

test('odd mails have these parts', () => {
  const expected: Record<string, string> = {
    'bare-lf.eml': 'multipart/mixed(text/plain text/html)',
    'bounce.eml': 'multipart/report(text/plain message/delivery-status text/rfc822-headers)',
    'broken-boundary.eml':
      'multipart/mixed(multipart/alternative(text/plain text/html) application/octet-stream)',
    'broken-types.eml': 'multipart/mixed(text/plain text/html application/x text/plain)',
    'cr-only.eml': 'text/plain',
    'digest.eml': 'multipart/digest(message/rfc822(text/plain) message/rfc822(text/plain))',
    'empty.eml': 'text/plain',
    'forwarded.eml':
      'multipart/mixed(text/plain message/rfc822(multipart/mixed(message/rfc822(text/plain))))',
    'header-only.eml': 'text/plain',
    'iso-2022-jp-cut.eml': 'text/plain',
    'iso-2022-jp.eml': 'text/plain',
    'long-line.eml': 'text/plain',
    'mbox-quoted.eml': 'text/plain',
    'nested.eml':
      'multipart/mixed(multipart/related(multipart/alternative(text/plain text/html) image/gif) application/pdf)',
    'no-final-newline.eml': 'text/plain',
    'no-such-boundary.eml': 'text/plain',
    'nul-bytes.eml': 'application/octet-stream',
    'odd-header.eml': 'text/plain',
    'raw-jis-header.eml': 'text/plain',
    'shift-jis-wrong-label.eml': 'text/plain',
    'utf-8-header.eml': 'text/plain',
  }
  const actual = readdirSync(FOLDER).map((name) => [name, outline(read(name).structure)])
  assert.deepEqual(Object.fromEntries(actual), expected)
})

test('odd mails have these subjects', () => {
  const cases: [name: string, subject: string | null][] = [
    ['iso-2022-jp.eml', '飛脚便のお知らせ、その二'],
    ['iso-2022-jp-cut.eml', '切れた文字列'],
    ['raw-jis-header.eml', '生のまま'],
    ['utf-8-header.eml', '生のUTF-8'],
    ['nul-bytes.eml', 'a\uFFFDb'],
    ['odd-header.eml', 'folded \tin odd ways'],
    ['empty.eml', null],
    ['cr-only.eml', null],
  ]
  for (const [name, expected] of cases) {
    const { subject } = read(name).envelope
    assert.equal(subject === null ? null : decodeHeaderText(subject), expected, name)
  }
})

test('odd mails have these texts', () => {
  const cases: [name: string, text: string][] = [
    ['iso-2022-jp.eml', '飛脚は走る。\r\nｶﾀｶﾅ ①\r\n'],
    ['shift-jis-wrong-label.eml', '日本語の本文①\r\n'],
    ['utf-8-header.eml', '本文\r\n'],
    ['no-final-newline.eml', 'one\r\ntwo'],
    ['nested.eml', '飛脚'],
  ]
  for (const [name, expected] of cases) {
    const { bytes, structure } = read(name)
    assert.equal([...readTexts(bytes, structure, 1000)][0], expected, name)
  }
})

test('names within odd mails', () => {
  const { structure } = read('nested.eml')
  const pdf = structure.parts[1]
  assert.equal(decodeParameter(pdf?.parameters ?? [], 'name'), '資料.pdf')
  assert.equal(decodeParameter(pdf?.disposition?.parameters ?? [], 'filename'), '資料.pdf')

  const { from, to } = read('odd-header.eml').envelope
  assert.deepEqual(
    from.map(({ name, mailbox, host }) => [name, mailbox, host]),
    [
      ['Alice, A', 'alice', 'example.test'],
      [null, 'Team', null],
      [null, 'bob', 'example.test'],
      ['C C', 'carol', 'example.test'],
      [null, null, null],
    ],
  )
  assert.equal(to[0]?.mailbox, 'undisclosed-recipients')
  const [yamada] = read('raw-jis-header.eml').envelope.from
  assert.equal(decodeHeaderText(yamada?.name ?? ''), '穐山姶良')
})

test('a line of a megabyte is one line', () => {
  const bytes = Buffer.from(`Subject: ${'s'.repeat(1_000_000)}\r\n\r\n${'x'.repeat(1_000_000)}\r\n`)
  const { structure, envelope } = parseMessage(bytes)
  assert.equal(structure.lines, 1)
  assert.equal(structure.end - structure.bodyStart, 1_000_002)
  assert.equal(envelope.subject?.length, 128 * 1024)
})
