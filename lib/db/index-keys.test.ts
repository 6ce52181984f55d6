import assert from 'node:assert/strict'
import { test } from 'node:test'
import { indexKeys, keysOf } from './index-keys.ts'
import { encodeKey } from './key-encoding.ts'
import type { Fields } from './path.ts'
import type { Index, Value } from './port.ts'

function keys(index: Omit<Index, 'name'>, document: Fields): string[] {
  return keysOf(indexKeys({ name: 'i', ...index }), document).map((key) => key.toString('hex'))
}

function expected(...rows: Value[][]): string[] {
  return rows.map((row) => encodeKey(row, [1, 1, 1]).toString('hex'))
}

test('an array has a key for each element, each once', () => {
  const fields = { a: 1, t: 1, z: 1 } as const
  const document = { a: 'x', t: [1, 2, 2n, null], z: true }
  assert.deepEqual(
    keys({ fields }, document),
    expected(['x', 1, true], ['x', 2, true], ['x', null, true]),
  )
  const rows = { rows: [{ k: 1 }, { other: 2 }, 'text', { k: [3, 4] }] }
  assert.deepEqual(keys({ fields: { 'rows.k': 1 } }, rows), expected([1], [null], [3], [4]))
})

test('missing is null, an empty array is neither', () => {
  const fields = { t: 1 } as const
  assert.deepEqual(keys({ fields }, {}), expected([null]))
  assert.equal(keys({ fields }, { t: [] }).length, 1)
  assert.notDeepEqual(keys({ fields }, { t: [] }), expected([null]))
})

test('a partial index leaves out what does not match', () => {
  const index = { fields: { n: 1 }, where: { live: true } } as const
  assert.deepEqual(keys(index, { n: 1, live: false }), [])
  assert.deepEqual(keys(index, { n: 1, live: true }), expected([1]))
})

// MongoDB refuses it too; FerretDB takes it, so the contract cannot ask.
test('two arrays in one index are refused', () => {
  assert.throws(() => keys({ fields: { a: 1, b: 1 } }, { a: [1], b: [2] }), TypeError)
})
