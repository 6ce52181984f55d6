import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BloomFilter } from './bloom-filter.ts'

const ids = (count: number, prefix = 'a') =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`)
const salt = (n: number) => Uint8Array.of(n)

test('what was added is found, however little memory there is', () => {
  for (const bytes of [0, 1, 7, 64, 1000, 65_536, 200_000, 10_000_000, Number.POSITIVE_INFINITY]) {
    const filter = new BloomFilter(bytes, salt(1))
    for (const id of ids(3000)) filter.add(id)
    for (const id of ids(3000)) assert(filter.has(id), `${id} with ${bytes}`)
  }
})

test('nothing is found in an empty one', () => {
  const filter = new BloomFilter(1000, salt(1))
  for (const id of ids(1000)) assert(!filter.has(id))
})

test('with room for all, a stranger is seldom taken for one of them, also after growing', () => {
  const filter = new BloomFilter(1024 * 1024, salt(1))
  for (const id of ids(60_000)) filter.add(id)
  assert(filter.bytes > 64 * 1024)
  for (const id of ids(60_000)) assert(filter.has(id), id)
  const mistakes = ids(10_000, 'b').filter((id) => filter.has(id)).length
  assert(mistakes < 500, `${mistakes} of 10,000`)
})

test('it takes no more memory than it may, and no more than it needs', () => {
  const small = new BloomFilter(64 * 1024 * 1024, salt(1))
  small.add('a')
  assert.equal(small.bytes, 64 * 1024)
  const full = new BloomFilter(150_000, salt(1))
  for (const id of ids(60_000)) full.add(id)
  assert.equal(full.bytes, 150_000)
})

test('another salt mistakes others', () => {
  const mistakenWith = (n: number) => {
    const filter = new BloomFilter(1000, salt(n))
    for (const id of ids(2000)) filter.add(id)
    return new Set(ids(2000, 'b').filter((id) => filter.has(id)))
  }
  const [one, other] = [mistakenWith(1), mistakenWith(2)]
  assert(one.size > 100 && one.size < 1900)
  assert([...one].some((id) => !other.has(id)))
})
