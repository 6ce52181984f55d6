import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { type MessageSet, parseSequenceSet } from '#lib/imap/sequence-set.ts'
import { SessionView } from './session-view.ts'
import { counts, mailbox, NOTHING_NEW, pack } from './testing.ts'

const set = (text: string, byUid = false): MessageSet => ({ byUid, ranges: parseSequenceSet(text) })

function open(uids: readonly number[], flags: readonly number[] = [], keywords: string[] = []) {
  const messages = pack(uids.map((uid, index) => [uid, flags[index] ?? 0]))
  return new SessionView({ mailbox: mailbox('INBOX'), keywords, messages })
}

test('which messages a set means', () => {
  const view = open([4, 8, 9, 20])
  const cases: [text: string, byUid: boolean, sequences: number[]][] = [
    ['1:2', false, [1, 2]],
    ['*', false, [4]],
    ['3:*,1,1:1', false, [1, 3, 4]],
    ['9:*', false, [4]], // the last message is always in
    ['4,9:10', true, [1, 3]],
    ['*', true, [4]],
    ['600:*', true, [4]],
    ['5:7,10:19,21:4294967295', true, []],
    ['1:4294967295', true, [1, 2, 3, 4]],
  ]
  for (const [text, byUid, sequences] of cases) {
    assert.deepEqual(view.resolve(set(text, byUid)), sequences, text)
  }
  assert.throws(() => view.resolve(set('5')), Fault)
  assert.throws(() => view.resolve(set('1:5')), Fault)
})

test('an empty mailbox has no messages, and no errors for `*`', () => {
  const view = open([])
  assert.deepEqual(view.resolve(set('1:*')), [])
  assert.deepEqual(view.resolve(set('*')), [])
  assert.deepEqual(view.resolve(set('1:*', true)), [])
  assert.throws(() => view.resolve(set('1')), Fault)
})

test('messages that vanish keep their numbers until it is told', () => {
  const view = open([1, 2, 3, 4, 5])
  view.vanish([
    [2, 2],
    [4, 100],
  ])
  assert.equal(view.sequence(5), 5)
  assert.deepEqual(view.takeVanished(), [2, 3, 3])
  assert.deepEqual([view.exists, view.uid(1), view.uid(2)], [2, 1, 3])
  assert.equal(view.sequence(4), 0)
  assert.deepEqual(view.takeVanished(), [])
})

test('changes bring new messages, and the numbers of those with other flags', () => {
  const view = open([1, 2, 3], [0, 1, 0])
  const changed = pack(
    [
      [2, 1],
      [3, 8],
      [7, 1],
    ],
    11,
  )
  const told = view.apply({ ...NOTHING_NEW, counts: counts(11), changed, vanished: [[1, 1]] })
  assert.deepEqual(told, [3])
  assert.deepEqual(view.flags(3), ['\\Deleted'])
  assert.deepEqual([view.exists, view.uid(4), view.modSeq], [4, 7, 11])
  assert.deepEqual(view.takeVanished(), [1])
})

test('an answer older than what is known changes nothing', () => {
  const view = open([1], [0])
  view.setFlags([], pack([[1, 1]], 20))
  assert.deepEqual(view.setFlags([], pack([[1, 0]], 15)), [])
  assert.deepEqual(view.flags(1), ['\\Seen'])
})

test('keywords go on through as many words as it takes', () => {
  const view = open([1, 2], [1, 0x20], ['k0'])
  assert.deepEqual(view.flags(2), ['k0'])
  const keywords = Array.from({ length: 40 }, (_, i) => `k${i}`)
  const wide = {
    uids: Uint32Array.of(2, 3),
    flags: Uint32Array.of(0x20, 1 << 12, 0, 1 << 12),
    flagWords: 2,
    modSeqs: Float64Array.of(11, 11),
  }
  view.apply({ ...NOTHING_NEW, counts: counts(), keywords, changed: wide })
  assert.deepEqual(
    [view.flags(1), view.flags(2), view.flags(3)],
    [['\\Seen'], ['k0', 'k39'], ['k39']],
  )
  assert.equal(view.flagTest('K39')(3), true)
  assert.equal(view.flagTest('other')(3), false)
  assert.equal(view.firstUnseen(), 2)
})

test('it grows with a mailbox that grows', () => {
  const view = open([])
  for (let uid = 1; uid <= 1000; uid++) {
    view.apply({ ...NOTHING_NEW, counts: counts(), changed: pack([[uid, uid & 31]]) })
  }
  assert.equal(view.exists, 1000)
  assert.deepEqual(view.resolve(set('999:*', true)), [999, 1000])
  assert.deepEqual(view.flags(24), ['\\Deleted', '\\Draft'])
})
