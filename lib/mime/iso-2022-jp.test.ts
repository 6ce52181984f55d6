import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeIso2022Jp } from './iso-2022-jp.ts'

function decode(latin1: string): string {
  return decodeIso2022Jp(Buffer.from(latin1, 'latin1'))
}

test('ISO-2022-JP', () => {
  const cases: [bytes: string, text: string][] = [
    ['', ''],
    ['plain ~\\\r\n', 'plain ~\\\r\n'],
    ['\x1b$BF|K\\8l\x1b(B', '日本語'],
    ['a\x1b$@F|\x1b(Jb\x1b$BK\\\x1b(Hc', 'a日b本c'],
    ['\x1b$(BF|\x1b$(@K\\\x1b(B', '日本'],
    ['\x1b(J\\~a\x1b(B\\', '¥‾a\\'],
    ['\x1b(I6@6E\x1b(B', 'ｶﾀｶﾅ'],
    ['\x0e6@6E\x0fx', 'ｶﾀｶﾅx'],
    ['\x1b$B-!!A-j\x1b(B', '①～㈱'],
    ['\x1b$B!!t!y!\x1b(B', '　堯纊'],
  ]
  for (const [bytes, text] of cases) assert.equal(decode(bytes), text, JSON.stringify(bytes))
})

test('what is broken spoils little', () => {
  const cases: [bytes: string, text: string][] = [
    ['\x1b$BF|\nplain', '日\nplain'],
    ['\x1b$BF|K', '日\uFFFD'],
    ['\x1b$BF|K\x1b(Bx', '日\uFFFDx'],
    ['\x1b$BF|  K\\', '日  本'],
    ['\x1b[31mx', '\uFFFD[31mx'],
    ['\x1b', '\uFFFD'],
    ['\x1b$(D"/"0\x1b(Bx', '\uFFFD\uFFFDx'],
    ['\x1b(I\x7e\x1b(B', '\uFFFD'],
    ['\x93\xfa\x96\x7b\xcc\xaa', '日本ﾌｪ'],
  ]
  for (const [bytes, text] of cases) assert.equal(decode(bytes), text, JSON.stringify(bytes))
})
