import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeText } from './charset.ts'

test('the charsets of mail', () => {
  const cases: [charset: string, hex: string, text: string][] = [
    ['utf-8', 'e697a5e69cac', '日本'],
    ['UTF8', 'efbbbf61', 'a'],
    ['utf-8', '61ff', 'a\uFFFD'],
    ['Shift_JIS', '93fa967b8740', '日本①'],
    ['sjis', 'b1b2', 'ｱｲ'],
    ['windows-31j', '93fa', '日'],
    ['euc-jp', 'c6fccbdcb8ec', '日本語'],
    ['iso-2022-jp', '1b24424e271b2842', '律'],
    ['ISO-2022-JP-MS', '1b2442467c1b2842', '日'],
    ['cp50221', '1b2849361b2842', 'ｶ'],
    ['iso-2022-jp', 'e697a5', '日'],
    ['iso-2022-jp', '93fa967b', '日本'],
    ['gb2312', 'd6d0cec4', '中文'],
    ['GB18030', '8130813081308130', '\u0080\u0080'],
    ['big5', 'a4a4a4e5', '中文'],
    ['euc-kr', 'c7d1b1db', '한글'],
    ['ks_c_5601-1987', 'c7d1', '한'],
    ['koi8-r', 'd0d2c9', 'при'],
    ['windows-1251', 'eff0e8', 'при'],
    ['windows-1252', '80', '€'],
    ['iso-8859-1', 'e980', 'é€'],
    ['iso-8859-15', 'a4', '€'],
    ['iso-8859-8-i', 'f9', 'ש'],
    ['x-euc-jp', 'c6fc', '日'],
    ['utf-7', '2b5a65552d', '日'],
    ['unicode-1-1-utf-7', '2b5a65552d', '日'],
    ['utf-16be', '65e5', '日'],
    ['us-ascii', '61e9', 'aé'],
    ['US-ASCII', 'e697a5', '日'],
    ['', '61', 'a'],
    [' utf-8 ', '61', 'a'],
  ]
  for (const [charset, hex, text] of cases) {
    assert.deepEqual(decodeText(Buffer.from(hex, 'hex'), charset), { text, known: true }, charset)
  }
})

test('of UTF-7, which is slow to read, there is a limit', () => {
  const { text } = decodeText(Buffer.alloc(1_000_000, 'x'), 'utf-7')
  assert.equal(text.length, 256 * 1024)
})

test('an unknown charset is a guess', () => {
  for (const charset of ['x-klingon', 'base64', 'hex', '__proto__', 'constructor', 'x-base64']) {
    assert.deepEqual(decodeText(Buffer.from('61e9', 'hex'), charset), { text: 'aé', known: false })
    assert.deepEqual(decodeText(Buffer.from('日'), charset), { text: '日', known: false })
  }
})
