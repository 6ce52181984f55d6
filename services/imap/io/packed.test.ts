import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PackedMessages__Output } from '#proto/types/hikyaku/mailbox_store/PackedMessages.ts'
import { toPacked } from './packed.ts'

const LONG: PackedMessages__Output = {
  uids: Buffer.alloc(0),
  flags: Buffer.alloc(0),
  modSeqs: Buffer.alloc(0),
  flagWords: 1,
  uidSet: '',
  flagBytes: 0,
  modSeqBase: 0,
  modSeqOffsets: Buffer.alloc(0),
}

const bytes = (numbers: ArrayBufferView) =>
  Buffer.from(numbers.buffer as ArrayBuffer, numbers.byteOffset, numbers.byteLength)
const u16 = (...numbers: number[]) => bytes(Uint16Array.from(numbers))
const u32 = (...numbers: number[]) => bytes(Uint32Array.from(numbers))

test('packed messages in each form that the contract has', () => {
  const modSeqs = bytes(Float64Array.of(5, 6, 2 ** 40))
  const uids = { uidSet: '4:5,9' }
  const cases: [packed: Partial<PackedMessages__Output>, flags: number[], modSeqs: number[]][] = [
    [{ uids: u32(4, 5, 9), flags: u32(1, 0, 2), modSeqs }, [1, 0, 2], [5, 6, 2 ** 40]],
    [{ ...uids, flags: Buffer.of(1, 0, 2), flagBytes: 1, modSeqBase: 7 }, [1, 0, 2], [7, 7, 7]],
    [
      {
        ...uids,
        flags: Buffer.of(33),
        flagBytes: 1,
        modSeqBase: 7,
        modSeqOffsets: Buffer.of(0, 9, 1),
      },
      [33, 33, 33],
      [7, 16, 8],
    ],
    [
      {
        ...uids,
        flags: u16(256, 0, 1),
        flagBytes: 2,
        flagWords: 2,
        modSeqBase: 2 ** 40,
        modSeqOffsets: u16(0, 900, 1),
      },
      [256, 0, 0, 0, 1, 0],
      [2 ** 40, 2 ** 40 + 900, 2 ** 40 + 1],
    ],
    [
      {
        ...uids,
        flags: u32(1, 2),
        flagBytes: 8,
        flagWords: 2,
        modSeqBase: 1,
        modSeqOffsets: u32(0, 70_000, 1),
      },
      [1, 2, 1, 2, 1, 2],
      [1, 70_001, 2],
    ],
    [
      { ...uids, flags: u32(1, 0, 0, 3, 0, 4), flagBytes: 8, flagWords: 2, modSeqs },
      [1, 0, 0, 3, 0, 4],
      [5, 6, 2 ** 40],
    ],
  ]
  for (const [packed, flags, expected] of cases) {
    // As it comes: a piece of a frame that begins anywhere.
    const odd = (part: Uint8Array) => Buffer.concat([Buffer.alloc(3), part]).subarray(3)
    const whole = { ...LONG, ...packed }
    const read = toPacked({
      ...whole,
      uids: odd(whole.uids),
      flags: odd(whole.flags),
      modSeqs: odd(whole.modSeqs),
      modSeqOffsets: odd(whole.modSeqOffsets),
    })
    assert.deepEqual([...read.uids], [4, 5, 9])
    assert.deepEqual([...read.flags], flags)
    assert.deepEqual([...read.modSeqs], expected)
  }
})

test('one message alone, and none', () => {
  const one = { uidSet: '7', flags: Buffer.of(3), flagBytes: 1, modSeqBase: 9 }
  const read = toPacked({ ...LONG, ...one })
  assert.deepEqual([[...read.uids], [...read.flags], [...read.modSeqs]], [[7], [3], [9]])
  for (const none of [LONG, null]) {
    const { uids, flags, modSeqs, flagWords } = toPacked(none)
    assert.deepEqual([uids.length, flags.length, modSeqs.length, flagWords], [0, 0, 0, 1])
  }
})
