import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDisposition } from './content-type.ts'
import { decodeParameter } from './parameter-value.ts'

test('file names in all the ways they come', () => {
  const cases: [parameters: string, name: string | undefined][] = [
    ['', undefined],
    ['filename=a.txt', 'a.txt'],
    ['filename="a b.txt"', 'a b.txt'],
    ['filename="=?utf-8?B?5pel5pys?="', '日本'],
    ["filename*=utf-8'ja'%E6%97%A5%E6%9C%AC.txt", '日本.txt'],
    ["filename*=UTF-8''%e6%97%a5; filename=fallback", '日'],
    ["filename*=''abc", 'abc'],
    ['filename*=no quotes', 'no quotes'],
    ["filename*0*=iso-2022-jp'ja'%1B$BF%7CK; filename*1*=%5C%1B%28B; filename*2=.txt", '日本.txt'],
    ["filename*0*=utf-8''%E6%97; filename*1*=%A5%", '日%'],
    ['filename*0="a "; filename*1="b"; filename*3="lost"', 'a b'],
    ["filename*0*=utf-8''%41; filename*1=\"%41'b'c\"", "A%41'b'c"],
    ['filename*0="%41\'b\'c"', "%41'b'c"],
    ["filename*=shift_jis''%93%FA%96{", '日本'],
  ]
  for (const [text, name] of cases) {
    const parameters = parseDisposition(`attachment; ${text}`)?.parameters ?? []
    assert.equal(decodeParameter(parameters, 'filename'), name, text)
  }
})
