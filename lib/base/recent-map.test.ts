import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RecentMap } from './recent-map.ts'

test('what was set last is there, and never more than the most', () => {
  for (const max of [2, 10, 1001]) {
    const map = new RecentMap<number, string>(max)
    for (let i = 0; i < max * 5; i++) {
      map.set(i, `${i}`)
      assert(map.size <= max)
      for (let last = Math.max(0, i - Math.floor(max / 2) + 1); last <= i; last++) {
        assert.equal(map.get(last), `${last}`)
      }
    }
    assert.equal(map.get(0), undefined)
  }
})

test('setting again keeps an entry, as the last one', () => {
  const map = new RecentMap<string, number>(4)
  map.set('kept', 1)
  for (let i = 0; i < 100; i++) {
    map.set(`${i}`, i)
    map.set('kept', i)
    assert.equal(map.get('kept'), i)
    assert(map.size <= 4)
  }
})

test('what is deleted is gone, from whichever half', () => {
  const map = new RecentMap<number, number>(4)
  for (let i = 0; i < 4; i++) map.set(i, i)
  assert.deepEqual(
    [...map.entries()].map(([key]) => key),
    [0, 1, 2, 3],
  )
  for (const [key] of map.entries()) if (key % 2 === 0) map.delete(key)
  assert.deepEqual(
    [0, 1, 2, 3].map((key) => map.get(key)),
    [undefined, 1, undefined, 3],
  )
  map.clear()
  assert.equal(map.size, 0)
})
