import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { mergeRanges, parseSequenceSet, type Range } from './sequence-set.ts'

const show = (ranges: readonly Range[]) => ranges.map(([a, b]) => `${a}-${b}`).join(' ')

test('sequence sets that RFC 9051 §9 allows', () => {
  const cases: [text: string, ranges: string][] = [
    ['1', '1-1'],
    ['2,4:7,9', '2-2 4-7 9-9'],
    ['4:2', '2-4'], // backwards is allowed
    ['*', 'Infinity-Infinity'],
    ['*:4', '4-Infinity'],
    ['4294967295', '4294967295-4294967295'],
  ]
  for (const [text, ranges] of cases) assert.equal(show(parseSequenceSet(text)), ranges, text)
})

test('sequence sets it does not allow', () => {
  const bad = '|0|01|-1|1:|:1|1:2:3|1,|1 2|1.5|1e3|**|4294967296'.split('|')
  for (const text of [...bad, `${'1,'.repeat(20_000)}1`]) {
    assert.throws(() => parseSequenceSet(text), Fault, JSON.stringify(text.slice(0, 20)))
  }
})

test('ranges that overlap or touch become one', () => {
  assert.equal(show(mergeRanges(parseSequenceSet('5:7,1,2,6:9,*,20:*'))), '1-2 5-9 20-Infinity')
  assert.equal(show(mergeRanges([])), '')
})
