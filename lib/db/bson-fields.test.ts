import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Binary, Code, Decimal128, Double, Int32, Long, ObjectId, serialize, Timestamp } from 'bson'
import { decodeDocument, encodeDocument } from './bson.ts'
import { fieldsReader, headReader } from './bson-fields.ts'
import { type Chance, generator } from './contract/random.ts'
import type { Fields } from './path.ts'

const DOCUMENTS = 3000
const NAMES = ['a', 'b', 'ab', 'abc', 'flags', 'modSeq', '飛脚', '$d', 'é']

/** What the library reads, and of that the fields asked for. */
function slowly(bytes: Uint8Array, fields: readonly string[]): Fields {
  const document = decodeDocument(bytes)
  const known = ['_id', ...fields].filter((name) => document[name] !== undefined)
  return Object.fromEntries(known.map((name) => [name, document[name]]))
}

const LEAVES: readonly unknown[] = [
  ...[0, -0, 1, -1, 1.5, 2 ** 31, -(2 ** 31), 2 ** 31 - 1, 2 ** 53, -(2 ** 60), 1e-300, 1e300],
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ...[0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), true, false, null, undefined],
  ...[
    '',
    'x',
    'nul\0inside',
    '飛脚 🦊',
    'é'.repeat(300),
    'long '.repeat(100),
    '\ud800 alone',
    '\ufeffmark',
  ],
  ...[new Date(0), new Date(-1), new Date(1_700_000_000_123), new Date(8.64e15)],
  ...[new Uint8Array(), Buffer.from([0, 255, 1]), Buffer.alloc(300, 7)],
  ...[
    new Double(5),
    new Int32(-5),
    Long.fromString('123456789012'),
    new Binary(Buffer.from('u'), 4),
  ],
  ...[new ObjectId('0123456789abcdef01234567'), new Timestamp(7n), /pattern/i],
  ...[new Code('f()'), new Code('f()', { a: 1 }), Decimal128.fromString('1.5')],
]

test(`${DOCUMENTS} random documents: any of their fields are what the library reads`, () => {
  const chance = generator(3)
  for (let round = 0; round < DOCUMENTS; round++) {
    const document = { ...(chance(2) === 0 && { _id: `id${round}` }), ...anyFields(chance, 3) }
    const bytes = serialize(document)
    const fields = NAMES.filter(() => chance(2) === 0)
    assert.deepEqual(fieldsReader(fields)(bytes), slowly(bytes, fields), `round ${round}`)
  }
})

test('each kind of value, alone, in an array and in a document', () => {
  const read = fieldsReader(['v', 'list', 'sub'])
  for (const value of LEAVES) {
    const bytes = serialize({ before: value, v: value, list: [1, value], sub: { value }, z: 1 })
    const wanted = slowly(bytes, ['v', 'list', 'sub'])
    assert.deepEqual(read(bytes), wanted, String(value))
    for (const [name, one] of Object.entries(wanted)) {
      assert.equal(Object.getPrototypeOf(read(bytes)[name] ?? 0), Object.getPrototypeOf(one ?? 0))
    }
  }
  const binary = read(encodeDocument({ v: Buffer.from('bytes') })).v
  assert(Buffer.isBuffer(binary))
})

test('documents that lie within larger memory, and fields in any order', () => {
  const bytes = encodeDocument({ _id: 'i', list: [1, 'two', 3n], n: 1.25, at: new Date(9) })
  const memory = Buffer.alloc(bytes.length + 11, 0xff)
  memory.set(bytes, 3)
  const within = memory.subarray(3, 3 + bytes.length)
  const wanted = { _id: 'i', at: new Date(9), n: 1.25, list: [1, 'two', 3n] }
  assert.deepEqual(fieldsReader(['at', 'n', 'list', 'n', 'none'])(within), wanted)
  assert.deepEqual(fieldsReader([])(within), { _id: 'i' })
  assert.deepEqual(fieldsReader(['a'])(encodeDocument({})), {})
})

test('the beginning of a document tells what is in it, or that it does not suffice', () => {
  const chance = generator(4)
  for (let round = 0; round < 100; round++) {
    const bytes = serialize({ _id: `id${round}`, ...anyFields(chance, 2) })
    const fields = NAMES.filter(() => chance(2) === 0)
    const read = headReader(fields)
    const wanted = slowly(bytes, fields)
    for (let length = 4; length < bytes.length; length++) {
      const told = read(Buffer.concat([bytes.subarray(0, length)]))
      if (told !== undefined) assert.deepEqual(told, wanted, `round ${round}, ${length} bytes`)
    }
  }
  const message = encodeDocument({ _id: 'm', uid: 7, details: 'x'.repeat(1000) })
  // That there is no other field behind the long one is seen from its length.
  assert.deepEqual(headReader(['uid', 'gone'])(message.subarray(0, 50)), { _id: 'm', uid: 7 })
  const buried = encodeDocument({ _id: 'm', uid: 7, details: 'x'.repeat(1000), gone: true })
  assert.equal(headReader(['uid', 'gone'])(buried.subarray(0, 50)), undefined)
})

function anyFields(chance: Chance, depth: number): Record<string, unknown> {
  const names = NAMES.filter(() => chance(2) === 0)
  return Object.fromEntries(names.map((name) => [name, anyValue(chance, depth)]))
}

function anyValue(chance: Chance, depth: number): unknown {
  const shape = depth === 0 ? 9 : chance(10)
  if (shape === 0) return anyFields(chance, depth - 1)
  if (shape === 1) return Array.from({ length: chance(12) }, () => anyValue(chance, depth - 1))
  return LEAVES[chance(LEAVES.length)]
}
