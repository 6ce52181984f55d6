import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DependentMap } from './dependent-map.ts'

function open() {
  return new DependentMap<string>(100_000, (value, key) => [key, ...value.split(' ')])
}

test('what depends on a name that changed is gone, the rest stays', () => {
  const map = open()
  map.set('a', 'x y', map.mark)
  map.set('b', 'z', map.mark)
  map.changed(['y'])
  assert.deepEqual([map.get('a'), map.get('b'), map.size], [undefined, 'z', 1])
  map.changed(['b'])
  assert.equal(map.get('b'), undefined)
  map.set('b', 'z', map.mark)
  assert.equal(map.get('b'), 'z', 'what was asked for after the change holds')
})

test('an answer that a change overtook is not there', () => {
  const map = open()
  const mark = map.mark
  map.changed(['x'])
  map.set('a', 'x', mark)
  map.set('b', 'y', mark)
  assert.deepEqual([map.get('a'), map.get('b')], [undefined, 'y'])
})

test('however many changes there are, few of them are kept, and none is missed', () => {
  const map = open()
  const mark = map.mark
  for (let i = 0; i < 100; i++) map.set(`k${i}`, `n${i}`, mark)
  map.changed(['n1'])
  for (let i = 0; i < 20_000; i++) map.changed([`other${i}`])
  map.changed(['n2'])
  assert.deepEqual([map.get('k1'), map.get('k2'), map.get('k3')], [undefined, undefined, 'n3'])
  map.set('late', 'n3', mark)
  assert.equal(map.get('late'), undefined, 'nobody knows what has changed since it was asked for')
})
