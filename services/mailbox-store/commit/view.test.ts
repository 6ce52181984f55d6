import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { combine, sameWords, toNames, toWords, wordsFor } from './flag-words.ts'
import { View } from './view.ts'

function viewOf(uids: readonly number[]): View {
  const view = new View()
  for (const uid of uids)
    view.put({ uid, modSeq: uid, flags: [uid % 2], size: 10, internalDate: 0 })
  return view
}

test('UID sets select what is there. RFC 9051 §9', () => {
  const cases: [uids: number[], set: string, selected: string][] = [
    [[2, 4, 6], '1:*', '2 4 6'],
    [[2, 4, 6], '*', '6'],
    [[2, 4, 6], '9:*', '6'], // `*` is in it, whichever way round
    [[2, 4, 6], '*:4', '4 6'],
    [[2, 4, 6], '6,2,3,2', '2 6'],
    [[2, 4, 6], '7:9', ''],
    [[], '1:*', ''],
    [[], '*', ''],
  ]
  for (const [uids, set, selected] of cases) {
    const view = viewOf(uids)
    assert.equal(
      view
        .select(set)
        .map((index) => view.uidAt(index))
        .join(' '),
      selected,
      set,
    )
  }
  assert.throws(() => viewOf([1]).select('0'), Fault)
})

test('a view of thousands grows, widens and shrinks without mixing messages up', () => {
  const uids = Array.from({ length: 5000 }, (_, i) => i * 3 + 1)
  const view = viewOf(uids)
  view.setFlags(view.indexOf(4), [8, 0, 1], 20_000)
  view.remove(new Set(uids.filter((uid) => uid % 2 === 1)))
  assert.equal(view.length, 2500)
  assert.deepEqual([view.uidAt(0), view.modSeqAt(0), view.flagsAt(0)], [4, 20_000, [8, 0, 1]])
  assert.deepEqual(view.flagsAt(1), [0, 0, 0])
  assert.deepEqual(
    [view.hasBitAt(0, 64), view.hasBitAt(1, 64), view.hasBitAt(0, 99)],
    [true, false, false],
  )
  assert.deepEqual(
    view
      .changedSince(14_000)
      .map((index) => view.uidAt(index))
      .slice(0, 2),
    [4, 14_002],
  )
  const { uids: packed, flags, modSeqs, flagWords } = view.pack([0, 1])
  assert.deepEqual([packed.length, flags.length, modSeqs.length, flagWords], [8, 24, 16, 3])
  assert.equal(Buffer.from(flags).readUInt32LE(8), 1)
  assert.equal(view.indexOf(5), -1)
})

test('a dump gives back what it was made of, behind what is there, and only there', () => {
  const view = viewOf([1, 2, 3, 9])
  view.setFlags(1, [5, 7], 40)
  const dumps = [view.dump(0, 3), view.dump(3, 1)]
  const again = new View()
  assert(dumps.every((dump) => again.restore(dump)))
  assert.deepEqual(again.dump(0, 4), view.dump(0, 4))
  assert.equal(again.restore(dumps[1] ?? new Uint8Array()), false, 'UIDs ascend')
  assert.equal(again.length, 4)

  const wide = new View()
  wide.widen(3)
  assert(wide.restore(view.dump(0, 4)))
  assert.deepEqual(
    [wide.flagsAt(1), wide.modSeqAt(1), wide.sizeAt(3), wide.flagsAt(3)],
    [[5, 7, 0], 40, 10, [1, 0, 0]],
  )
  const [whole] = dumps
  assert(whole)
  const old = whole.slice()
  old[0] = 99
  const bad = [new Uint8Array(), whole.subarray(1), whole.subarray(0, whole.length - 4), old]
  for (const dump of bad) assert.equal(new View().restore(dump), false)
})

test('a view counts what it holds', () => {
  const view = viewOf([1, 2, 3])
  view.setFlags(2, [8], 5)
  assert.deepEqual(view.tally(), { exists: 3, unseen: 2, deleted: 1, bytes: 30 })
})

test('flags become words and come back, keywords without regard to case', () => {
  const { words, keywords } = toWords(
    ['\\seen', '\\Recent', 'Work', '$forwarded', 'WORK'],
    ['Home'],
  )
  assert.deepEqual([words, keywords], [[1 | (1 << 6) | (1 << 7)], ['Home', 'Work', '$Forwarded']])
  assert.deepEqual(toNames(words, keywords), ['\\Seen', 'Work', '$Forwarded'])
  for (const bad of ['\\Nonsense', 'a b', '', '"x"', 'é', 'x'.repeat(101)]) {
    assert.throws(() => toWords([bad], []), Fault, bad)
  }
  const many = Array.from({ length: 300 }, (_, i) => `k${i}`)
  assert.deepEqual(toNames(toWords(many, []).words, many), many)
  assert.throws(() => toWords(['one-more'], many), Fault)
  assert.deepEqual([0, 27, 28, 59, 60].map(wordsFor), [1, 1, 2, 2, 3])
})

test('flags are added, removed and replaced in every word', () => {
  assert.deepEqual(combine('add', [1], [2, 0x8000_0000]), [3, 0x8000_0000])
  assert.deepEqual(combine('remove', [3, 5], [1, 5]), [2])
  assert.deepEqual(combine('replace', [3, 5], [0, 0]), [0])
  assert(sameWords([1, 0], [1]) && !sameWords([1, 1], [1]))
})
