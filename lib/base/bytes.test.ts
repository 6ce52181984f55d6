import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  concatBytes,
  fromLatin1,
  fromUtf8,
  indexOfBytes,
  toBuffer,
  toLatin1,
  toUtf8,
} from './bytes.ts'

test('a Buffer view shares the memory of its array', () => {
  const bytes = new Uint8Array([1, 2, 3, 4]).subarray(1, 3)
  const view = toBuffer(bytes)
  assert.deepEqual([...view], [2, 3])
  view[0] = 9
  assert.equal(bytes[0], 9)
  assert.equal(toBuffer(view), view)
})

test('chunks become one array, a single one without a copy', () => {
  const one = new Uint8Array([1])
  assert.equal(concatBytes([one]), one)
  assert.deepEqual([...concatBytes([one, new Uint8Array([2, 3])])], [1, 2, 3])
  assert.equal(concatBytes([]).length, 0)
})

test('searching finds bytes and text', () => {
  const bytes = new Uint8Array([65, 0xe9, 66, 65])
  assert.equal(indexOfBytes(bytes, 'A', 1), 3)
  assert.equal(indexOfBytes(bytes, 'é'), 1)
  assert.equal(indexOfBytes(bytes, new Uint8Array([66, 65])), 2)
  assert.equal(indexOfBytes(bytes, 'x'), -1)
})

test('latin1 keeps every byte; UTF-8 keeps every character', () => {
  const every = Uint8Array.from({ length: 256 }, (_, i) => i)
  assert.deepEqual(new Uint8Array(fromLatin1(toLatin1(every))), every)
  assert.equal(toLatin1(every, 65, 67), 'AB')
  assert.equal(toUtf8(fromUtf8('飛脚 €')), '飛脚 €')
  assert.equal(toUtf8(fromUtf8('飛脚'), 3), '脚')
  assert.equal(toUtf8(new Uint8Array([0xff])), '\uFFFD')
})
