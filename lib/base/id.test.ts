import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { idTime, newId } from './id.ts'

test('an id has 26 characters that nobody misreads', () => {
  for (let i = 0; i < 100; i++) {
    assert.match(
      newId({ now: () => 1_763_809_540_000 + i }, randomBytes),
      /^[0-9a-hjkmnp-tv-z]{26}$/,
    )
  }
  const zeros = newId({ now: () => 0 }, (bytes) => new Uint8Array(bytes))
  assert.equal(zeros, '0'.repeat(26))
  const ones = newId({ now: () => 2 ** 48 - 1 }, (bytes) => new Uint8Array(bytes).fill(255))
  assert.equal(ones, `7${'z'.repeat(25)}`)
})

test('ids sort by time', () => {
  const times = [0, 1, 31, 32, 1_763_809_540_000, 1_763_809_540_001, 2 ** 47]
  const ids = times.map((time) => newId({ now: () => time }, randomBytes))
  assert.deepEqual([...ids].sort(), ids)
  assert.deepEqual(ids.map(idTime), times)
})

test('what is not an id has no time', () => {
  for (const text of ['', 'x', 'u'.repeat(26), '8'.repeat(26), `0${'A'.repeat(25)}`]) {
    assert.equal(idTime(text), Number.NaN, text)
  }
})
