/** Contract: what goes in comes out, and sorts as MongoDB sorts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import type { Value } from '../port.ts'
import { all, collectionOf, type Engine, idsOf, numbered } from './engine.ts'

const VALUES: readonly Value[] = [
  '',
  'text',
  'nul\0inside',
  '飛脚 🦊',
  0,
  1,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  -1e300,
  Number.POSITIVE_INFINITY,
  0n,
  -1n,
  2n ** 63n - 1n,
  -(2n ** 63n),
  true,
  false,
  null,
  new Date(0),
  new Date(-1),
  new Date('2026-11-22T11:22:33.444Z'),
  new Uint8Array(),
  new Uint8Array([0, 255, 1]),
  [],
  [[1, ['two']], null, { three: 3n }],
  {},
  { a: { b: { c: [new Date(5)] } } },
]

/** In MongoDB's order: by type, then by value. */
const ORDERED: readonly (Value | undefined)[] = [
  [],
  null,
  Number.NEGATIVE_INFINITY,
  -(2n ** 63n),
  -1.5,
  -1n,
  0,
  0.5,
  1n,
  9007199254740992n,
  9007199254740993n,
  2n ** 63n - 1n,
  1e300,
  '',
  '\0',
  'A',
  'a',
  'a\0',
  'aa',
  'ä',
  '飛',
  '🦊',
  {},
  { a: 1 },
  { a: 2 },
  { b: 1 },
  { a: 'x' },
  new Uint8Array(),
  new Uint8Array([9]),
  new Uint8Array([0, 0]),
  new Uint8Array([0, 1]),
  false,
  true,
  new Date(-1),
  new Date(0),
  new Date(1),
]

export function valuesContract(engine: () => Engine): void {
  test('every type comes back as it went in', async () => {
    const collection = await collectionOf(engine(), [], numbered(VALUES))
    for (const { _id, value } of numbered(VALUES)) {
      const read = await collection.findOne({ _id })
      assert.deepEqual(normal(read?.value), normal(value), String(value))
      assert.equal(typeof read?.value, typeof value)
    }
  })

  test('undefined is missing, null is not', async () => {
    const nested = { gone: undefined, here: null }
    const collection = await collectionOf(engine(), [], [{ _id: 'a', value: undefined, nested }])
    assert.deepEqual(await collection.findOne({ _id: 'a' }), { _id: 'a', nested: { here: null } })
  })

  for (const direction of [1, -1] as const) {
    test(`an index of direction ${direction} sorts values as MongoDB does`, async () => {
      const items = numbered(ORDERED).map((item) => ({ ...item, all: 1 }))
      const index = { name: 'all_value', fields: { all: 1, value: direction } } as const
      const collection = await collectionOf(engine(), [index], items)
      const ascending = items.map(({ _id }) => _id)
      const sort = { value: 1 } as const
      assert.equal(await idsOf(collection.find({ all: 1 }, { sort })), ascending.join(' '))
      const back = { value: -1 } as const
      const descending = ascending.toReversed().join(' ')
      assert.equal(await idsOf(collection.find({ all: 1 }, { sort: back })), descending)
    })
  }

  test('a document of 1 MB comes back, one beyond 16 MB is refused', async () => {
    const collection = await collectionOf(engine(), [])
    const bytes = new Uint8Array(1024 * 1024).map((_, at) => at % 251)
    await collection.insertOne({ _id: 'large', bytes })
    const [read] = await all(collection.find({ _id: 'large' }))
    assert.ok(Buffer.from(bytes).equals(read?.bytes as Uint8Array))
    const tooLarge = { _id: 'too large', bytes: new Uint8Array(16 * 1024 * 1024) }
    await assert.rejects(
      collection.insertOne(tooLarge),
      (error) => error instanceof Fault && error.code === 'too-large',
    )
  })
}

/** Buffer and Uint8Array are the same to us. */
function normal(value: Value | undefined): unknown {
  return value instanceof Uint8Array ? Buffer.from(value) : value
}
