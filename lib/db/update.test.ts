import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Update } from './port.ts'
import { applyUpdate, checkUpdate, checkUpsert, documentFromFilter } from './update.ts'

test('the document given is never written to', () => {
  const before = { _id: 'x', a: { b: { c: 1 }, d: [1] }, n: 1 }
  const copy = structuredClone(before)
  const update: Update = { $set: { 'a.b.c': 2 }, $push: { 'a.d': 2 }, $inc: { n: 1 } }
  const after = applyUpdate(before, update)
  assert.deepEqual(before, copy)
  assert.deepEqual(after, { _id: 'x', a: { b: { c: 2 }, d: [1, 2] }, n: 2 })
})

test('$setOnInsert counts only when inserting', () => {
  const update: Update = { $set: { a: 1 }, $setOnInsert: { b: 2 } }
  assert.deepEqual(applyUpdate({ _id: 'x' }, update), { _id: 'x', a: 1 })
  assert.deepEqual(applyUpdate({ _id: 'x' }, update, true), { _id: 'x', a: 1, b: 2 })
})

test('sums stay what they are: numbers, or 64-bit integers within their range', () => {
  const increase = (old: number | bigint, by: number | bigint) =>
    applyUpdate({ v: old }, { $inc: { v: by } }).v
  assert.equal(increase(2 ** 31 - 1, 1), 2 ** 31)
  assert.equal(increase(2n ** 53n, 1n), 2n ** 53n + 1n)
  assert.throws(() => increase(1, 1n), TypeError)
  assert.throws(() => increase(1n, 1), TypeError)
  assert.throws(() => increase(2n ** 63n - 1n, 1n), TypeError)
})

test('two changes of one path are refused, in whatever order', () => {
  const bad: Update[] = [
    { $set: { a: 1 }, $unset: { a: true } },
    { $set: { 'a.b': 1 }, $inc: { a: 1 } },
    { $set: { a: 1 }, $inc: { 'a.b.c': 1 } },
    { $set: { 'a..b': 1 } },
    { $set: { '': 1 } },
  ]
  for (const update of bad) assert.throws(() => checkUpdate(update), TypeError)
  checkUpdate({ $set: { 'a.b': 1, ab: 2, 'a.c': 3 } })
})

test('an upsert begins with what the filter says is equal, and must have an _id', () => {
  const filter = { _id: 'x', 'a.b': { $eq: 1 }, c: { $gt: 2 }, d: null }
  assert.deepEqual(documentFromFilter(filter), { _id: 'x', a: { b: 1 }, d: null })
  checkUpsert({ a: 1 }, { $setOnInsert: { _id: 'made' } })
  assert.throws(() => checkUpsert({ a: 1 }, { $set: { b: 1 } }), TypeError)
})
