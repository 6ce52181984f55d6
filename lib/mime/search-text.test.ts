import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foldText, readTexts } from './search-text.ts'
import { parseMessage } from './structure.ts'

test('case and width do not count', () => {
  const same: string[][] = [
    ['abc', 'ABC', 'ＡＢＣ'],
    ['テスト', 'ﾃｽﾄ'],
    ['ガ', 'ｶﾞ', 'カ\u3099'],
    ['Straße', 'STRASSE'],
    ['ὀδυσσεύς', 'ὈΔΥΣΣΕΎΣ'],
    ['é', 'E\u0301'],
    ['①', '1'],
  ]
  for (const texts of same) {
    for (const text of texts) assert.equal(foldText(text), foldText(texts[0] ?? ''), text)
  }
  assert.notEqual(foldText('は'), foldText('ば'))
})

test('the texts that SEARCH BODY looks into', () => {
  const bytes = Buffer.from(
    [
      'Subject: outer',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain; charset=iso-2022-jp',
      '',
      '\x1b$BF|K\\\x1b(B',
      '--b',
      'Content-Type: text/html; charset=utf-8',
      'Content-Transfer-Encoding: base64',
      '',
      '5pel5pys6Kqe',
      '--b',
      'Content-Type: image/png',
      '',
      'png',
      '--b',
      'Content-Type: message/rfc822',
      '',
      'Subject: =?utf-8?Q?inn=65r?=',
      '',
      'x',
      '--b--',
    ].join('\r\n'),
    'latin1',
  )
  const { structure } = parseMessage(bytes)
  assert.deepEqual([...readTexts(bytes, structure, 100)], ['日本', '日本語', 'Subject: inner', 'x'])
  assert.equal([...readTexts(bytes, structure, 3)][1], '日')
})
