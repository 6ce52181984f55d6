import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import {
  countUids,
  eachUid,
  formatUidSet,
  hasUid,
  intersectUids,
  parseUidSet,
  toUidSet,
  unionUids,
} from './uid-set.ts'

test('UIDs become few ranges', () => {
  const cases: [uids: number[], text: string][] = [
    [[], ''],
    [[7], '7'],
    [[1, 2, 3, 7], '1:3,7'],
    [[7, 3, 1, 2, 2], '1:3,7'],
    [[1, 3, 5], '1,3,5'],
    [[4294967295, 4294967294], '4294967294:4294967295'],
  ]
  for (const [uids, text] of cases) assert.equal(formatUidSet(toUidSet(uids)), text)
})

test('sets are read back, and in disorder too', () => {
  const cases: [text: string, canonical: string][] = [
    ['', ''],
    ['1:3,7', '1:3,7'],
    ['7,3:1', '1:3,7'],
    ['1:5,2:3,6', '1:6'],
    ['4294967295', '4294967295'],
  ]
  for (const [text, canonical] of cases) assert.equal(formatUidSet(parseUidSet(text)), canonical)
})

test('what is not a set', () => {
  const bad = ['0', '*', '1:*', ',', '1,', '1:2:3', '01', '-1', '1.5', '4294967296', 'a', ' 1']
  for (const text of [...bad, '1,'.repeat(1_000_001)]) {
    assert.throws(() => parseUidSet(text), Fault, text.slice(0, 20))
  }
})

test('sets answer what they hold', () => {
  const set = parseUidSet('2:4,8,10:12')
  const held = [2, 3, 4, 8, 10, 11, 12]
  assert.deepEqual([...eachUid(set)], held)
  assert.equal(countUids(set), 7)
  for (let uid = 0; uid < 15; uid++) assert.equal(hasUid(set, uid), held.includes(uid), `${uid}`)
  assert.equal(hasUid([], 1), false)
})

test('union and intersection agree with sets of numbers', () => {
  let seed = 7
  const next = () => {
    seed = (seed * 48271) % 0x7fffffff
    return seed
  }
  for (let round = 0; round < 200; round++) {
    const a = new Set(Array.from({ length: next() % 12 }, () => 1 + (next() % 20)))
    const b = new Set(Array.from({ length: next() % 12 }, () => 1 + (next() % 20)))
    const [left, right] = [toUidSet(a), toUidSet(b)]
    assert.deepEqual(unionUids(left, right), toUidSet(a.union(b)))
    assert.deepEqual(intersectUids(left, right), toUidSet(a.intersection(b)))
  }
})
