import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Deque } from './deque.ts'

test('it is an array, as far as one can see', () => {
  const deque = new Deque<number>()
  const array: number[] = []
  let seed = 3
  for (let n = 0; n < 5000; n++) {
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    const kind = seed % 7
    if (kind < 3 + Math.sin(n / 300)) {
      deque.push(n)
      array.push(n)
    } else if (kind === 6) {
      deque.unshift(n)
      array.unshift(n)
    } else {
      assert.equal(deque.shift(), array.shift())
    }
    assert.equal(deque.length, array.length)
  }
  while (array.length > 0) assert.equal(deque.shift(), array.shift())
  assert.equal(deque.shift(), undefined)
})
