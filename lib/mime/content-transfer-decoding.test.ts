import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeContent } from './content-transfer-decoding.ts'

function decode(text: string, encoding: string, bytesMax?: number): string {
  return Buffer.from(decodeContent(Buffer.from(text, 'latin1'), encoding, bytesMax)).toString(
    'latin1',
  )
}

test('base64. RFC 2045 §6.8', () => {
  const cases: [text: string, plain: string][] = [
    ['', ''],
    ['YWJj', 'abc'],
    ['YW\r\nJj\r\nZA==\r\n', 'abcd'],
    ['YQ==YQ==', 'aa'],
    ['YQ==\r\nYWI=\r\nYWJj', 'aababc'],
    ['Y!W*Jj', 'abc'],
    ['YWJ', 'ab'],
    ['====', ''],
  ]
  for (const [text, plain] of cases) assert.equal(decode(text, 'base64'), plain, text)
})

test('quoted-printable. RFC 2045 §6.7', () => {
  const cases: [text: string, plain: string][] = [
    ['', ''],
    ['a=3Db=e9', 'a=b\xe9'],
    ['long=\r\n line', 'long line'],
    ['long=\nline=  \r\nend', 'longlineend'],
    ['a \t\r\nb  c  ', 'a\r\nb  c'],
    ['a=', 'a'],
    ['a=  ', 'a'],
    ['a=x =3', 'a=x =3'],
    ['a=\rb', 'a=\rb'],
    ['=\xff\xff', '=\xff\xff'],
    ['\x00\x80', '\x00\x80'],
  ]
  for (const [text, plain] of cases) {
    assert.equal(decode(text, 'quoted-printable'), plain, JSON.stringify(text))
  }
})

test('other encodings leave the bytes', () => {
  for (const encoding of ['7bit', '8bit', 'binary', 'x-uuencode', '']) {
    assert.equal(decode('=3D', encoding), '=3D')
  }
})

test('no more than asked for', () => {
  const base64 = Buffer.from('x'.repeat(1000)).toString('base64').replace(/.{76}/g, '$&\r\n')
  for (const max of [0, 1, 10, 999, 1000, 2000]) {
    assert.equal(decode(base64, 'base64', max), 'x'.repeat(Math.min(max, 1000)))
    assert.equal(decode('=78'.repeat(1000), 'quoted-printable', max).length, Math.min(max, 1000))
    assert.equal(decode('x'.repeat(1000), '7bit', max).length, Math.min(max, 1000))
  }
  assert.equal(decode('QQ=='.repeat(20_000), 'base64').length, 10_000)
  assert.equal(decode('a    b', 'quoted-printable', 3), 'a  ')
})
