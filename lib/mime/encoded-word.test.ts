import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeHeaderText } from './encoded-word.ts'

test('encoded words', () => {
  const cases: [value: string, text: string][] = [
    ['', ''],
    ['plain text', 'plain text'],
    ['=?ISO-8859-1?Q?Keld_J=F8rn?= Simonsen', 'Keld Jørn Simonsen'],
    ['=?utf-8?B?5pel5pys6Kqe?=', '日本語'],
    ['a =?utf-8?q?b?= c', 'a b c'],
    ['=?us-ascii*en?Q?Keith?=', 'Keith'],
    ['=?iso-2022-jp?B?GyRCRnxLXDhsGyhC?=', '日本語'],
    ['=?Shift_JIS?B?k/qWew==?=', '日本'],
    ['=?utf-8?Q?=e6=97=a5=3F?=', '日?'],
    ['=?utf-8?Q?a b?=', 'a b'],
    ['=?x-klingon?Q?=E9?=', 'é'],
    ['=?utf-8?Q??=x', 'x'],
  ]
  for (const [value, text] of cases) assert.equal(decodeHeaderText(value), text, value)
})

test('the examples of RFC 2047 §8', () => {
  const cases: [value: string, text: string][] = [
    ['(=?ISO-8859-1?Q?a?=)', '(a)'],
    ['(=?ISO-8859-1?Q?a?= b)', '(a b)'],
    ['(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)', '(ab)'],
    ['(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)', '(ab)'],
    ['(=?ISO-8859-1?Q?a_b?=)', '(a b)'],
    ['(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)', '(a b)'],
  ]
  for (const [value, text] of cases) assert.equal(decodeHeaderText(value), text, value)
})

test('a character, or a switch of ISO-2022-JP, may be cut between words', () => {
  assert.equal(decodeHeaderText('=?utf-8?B?5pc=?= =?utf-8?Q?=A5?='), '日')
  const first = Buffer.from('\x1b$BF|', 'latin1').toString('base64')
  const second = Buffer.from('K\\\x1b(B', 'latin1').toString('base64')
  const value = `=?ISO-2022-JP?B?${first}?= =?iso-2022-jp?B?${second}?=`
  assert.equal(decodeHeaderText(value), '日本')
})

test('what is no encoded word stays', () => {
  for (const value of [
    '=?utf-8?X?abc?=',
    '=?utf-8?Q?abc',
    '=??Q?abc?=',
    '=?',
    '?=',
    '=?a b?Q?c?=',
  ]) {
    assert.equal(decodeHeaderText(value), value)
  }
})

test('ISO-2022-JP that nobody encoded', () => {
  assert.equal(decodeHeaderText('Re: \x1b$BF|K\\8l\x1b(B'), 'Re: 日本語')
  assert.equal(decodeHeaderText('日\x1b$BF|'), '日\x1b$BF|')
})
