import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRoots } from './roots.ts'

test('the trees of nodes are read from a setting or from lines', () => {
  const roots = { 'node-1': '/old', 'node-3': '/a b' }
  assert.deepEqual(Object.fromEntries(parseRoots('node-1=/old,node-3=/a b')), roots)
  assert.deepEqual(Object.fromEntries(parseRoots('node-1=/old\n\n node-3=/a b \n')), roots)
  assert.deepEqual(Object.fromEntries(parseRoots('')), {})
})

test('what does not say a tree says nothing', () => {
  for (const text of ['node-1', 'node-1=relative', 'edge=/x', '=/x']) {
    assert.equal(parseRoots(text).size, 0, text)
  }
})
