import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Compact, compact } from './compact.ts'
import { View } from './view.ts'

type Row = readonly [uid: number, flags: readonly number[], modSeq: number]

function compactOf(rows: readonly Row[], flagWords = 1): Compact {
  return compact({
    uids: Uint32Array.from(rows, ([uid]) => uid),
    flags: Uint32Array.from(rows.flatMap(([, flags]) => flags)),
    modSeqs: Float64Array.from(rows, ([, , modSeq]) => modSeq),
    flagWords,
  })
}

function rowsOf(count: number, row: (index: number) => Row): Row[] {
  return Array.from({ length: count }, (_, index) => row(index))
}

function lengths(packed: Compact): string {
  const { uids, uidSet, flags, flagBytes, modSeqs, modSeqOffsets } = packed
  return `${uids.length || uidSet} ${flags.length}/${flagBytes} ${modSeqs.length || modSeqOffsets.length}`
}

test('a view takes the bytes that its messages differ by', () => {
  const cases: [rows: Row[], flagWords: number, expected: string][] = [
    [[], 1, ' 0/0 0'],
    [rowsOf(1000, (i) => [i + 1, [1], 7]), 1, '1:1000 1/1 0'],
    [rowsOf(1000, (i) => [i + 1, [i % 7], 7 + (i % 256)]), 1, '1:1000 1000/1 1000'],
    [rowsOf(1000, (i) => [i + 1 + (i > 500 ? 9 : 0), [1], i + 7]), 1, '1:501,511:1009 1/1 2000'],
    [rowsOf(1000, (i) => [i * 2 + 1, [256 * (i % 2)], i * 100]), 1, '4000 2000/2 4000'],
    [rowsOf(1000, (i) => [i + 1, [i % 2, 0], 1]), 2, '1:1000 1000/1 0'],
    [rowsOf(1000, (i) => [i + 1, [1, 1], 1]), 2, '1:1000 8/8 0'],
    [rowsOf(1000, (i) => [i + 1, [0, i], 1]), 2, '1:1000 8000/8 0'],
    [rowsOf(1000, (i) => [i + 1, [2 ** 31 + i], 1]), 1, '1:1000 4000/4 0'],
    [rowsOf(1000, (i) => [i + 1, [1], 1 + i * 2 ** 32]), 1, '1:1000 1/1 8000'],
  ]
  for (const [rows, flagWords, expected] of cases) {
    assert.equal(lengths(compactOf(rows, flagWords)), expected)
  }
})

test('the numbers of a compact view', () => {
  const packed = compactOf(rowsOf(300, (i) => [i + 4, [i % 3], 2 ** 40 + (i === 9 ? 300 : 0)]))
  assert.equal(packed.uidSet, '4:303')
  assert.deepEqual([...packed.flags.subarray(0, 4)], [0, 1, 2, 0])
  assert.equal(packed.modSeqBase, 2 ** 40)
  assert.equal(Buffer.from(packed.modSeqOffsets).readUInt16LE(18), 300)
  assert.equal(Buffer.from(packed.modSeqOffsets).readUInt16LE(20), 0)
})

test('a compact view is kept until a message changes, and counted', () => {
  const view = new View(100)
  const put = (uid: number) =>
    view.put({ uid, modSeq: uid, flags: [uid & 1], size: 1, internalDate: 0 })
  for (let uid = 1; uid <= 100; uid++) put(uid)
  const bytes = view.bytes
  const kept = view.compact()
  assert.equal(view.compact(), kept)
  assert(view.bytes > bytes)
  const changes: [what: string, change: () => void, flagWords: number, uidSet: string][] = [
    ['flags', () => view.setFlags(3, [4], 500), 1, '1:100'],
    ['append', () => put(101), 1, '1:101'],
    ['expunge', () => view.remove(new Set([101, 100])), 1, '1:99'],
    ['keywords', () => view.widen(2), 2, '1:99'],
    ['restored', () => view.restore(viewFrom(200).dump(0, 5)), 2, '1:99,200:204'],
  ]
  for (const [what, change, flagWords, uidSet] of changes) {
    const before = view.compact()
    change()
    assert.notEqual(view.compact(), before, what)
    assert.deepEqual([view.compact().flagWords, view.compact().uidSet], [flagWords, uidSet], what)
  }
  assert.deepEqual([...view.compact([0, 3]).flags], [1, 4])
})

function viewFrom(first: number): View {
  const view = new View(5)
  for (let i = 0; i < 5; i++) {
    view.put({ uid: first + i, modSeq: 1, flags: [0], size: 1, internalDate: 0 })
  }
  return view
}
