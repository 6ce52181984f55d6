import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CsvReader, type CsvRecord } from './csv.ts'

function read(text: string, pieces = [text]): CsvRecord[] {
  const reader = new CsvReader()
  return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()]
}

const shorten = (records: CsvRecord[]) =>
  records.map(({ line, fields, problem }) => `${line}:${problem ? '!' : fields.join('|')}`)

test('CSV that RFC 4180 §2 allows, however it is cut', () => {
  const cases: [text: string, records: string[]][] = [
    ['a,b\r\nc,d\r\n', ['1:a|b', '2:c|d']],
    ['a,b\nc,d', ['1:a|b', '2:c|d']],
    ['\ufeffa,b\n', ['1:a|b']],
    ['"a","b,c"\n', ['1:a|b,c']],
    ['"a ""quoted"" word",b\n', ['1:a "quoted" word|b']],
    ['"two\r\nlines",b\r\nc,d\r\n', ['1:two\r\nlines|b', '3:c|d']],
    ['a,,\n,,\n', ['1:a||', '2:||']],
    ['\n\na\n \n', ['3:a']],
    ['"",a\n', ['1:|a']],
    ['山田,"有,栖"', ['1:山田|有,栖']],
    ['', []],
  ]
  for (const [text, records] of cases) {
    assert.deepEqual(shorten(read(text)), records, JSON.stringify(text))
    assert.deepEqual(shorten(read('', [...text])), records, `by character ${JSON.stringify(text)}`)
    for (let cut = 1; cut < text.length; cut++) {
      const pieces = [text.slice(0, cut), text.slice(cut)]
      assert.deepEqual(shorten(read('', pieces)), records, `${JSON.stringify(text)} at ${cut}`)
    }
  }
})

test('a bad record is one problem, and the rest is read', () => {
  const cases: [text: string, records: string[]][] = [
    ['a"b,c\nd\n', ['1:!', '2:d']],
    ['"a"b,c\nd\n', ['1:!', '2:d']],
    ['"a,b\nc,d\ne,f\n', ['1:!', '2:c|d', '3:e|f']],
    [`"${'x'.repeat(70_000)}\nc,d\n`, ['1:!', '2:c|d']],
    [`"a\n${'c,d\n'.repeat(20_000)}`, ['1:!', '2:c|d']],
  ]
  for (const [text, records] of cases) {
    const pieces = text.match(/[\s\S]{1,10000}/g) ?? []
    assert.deepEqual(shorten(read('', pieces)).slice(0, records.length), records, text.slice(0, 20))
  }
})
