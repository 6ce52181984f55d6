import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planQuery } from './plan.ts'
import { type Filter, type Index, type Sort, UnindexedQuery } from './port.ts'

const INDEXES: readonly Index[] = [
  { name: 'a', fields: { a: 1 } },
  { name: 'a_b_c', fields: { a: 1, b: 1, c: -1 } },
  { name: 'u', fields: { a: 1, u: 1 }, unique: true },
  { name: 'due', fields: { next: 1 }, where: { state: 'open' } },
  { name: 'late', fields: { late: 1 }, where: { late: { $exists: true }, n: { $gte: 5, $lt: 9 } } },
]

function named(filter: Filter, sort?: Sort): string {
  try {
    const { index, backward, exact } = planQuery(INDEXES, filter, sort)
    return `${index.name}${backward ? ' backward' : ''}${exact ? '' : ' checked'}`
  } catch (error) {
    assert.ok(error instanceof UnindexedQuery)
    return 'refused'
  }
}

test('the index with the most equal fields serves, then one with a range', () => {
  const cases: [Filter, string][] = [
    [{}, '_id_'],
    [{ _id: 'x' }, '_id_'],
    [{ _id: 'x', a: 1 }, '_id_ checked'],
    [{ _id: { $gt: 'x' }, a: 1 }, 'a checked'],
    [{ a: 1 }, 'a'],
    [{ a: 1, z: 1 }, 'a checked'],
    [{ a: 1, b: 2 }, 'a_b_c'],
    [{ a: 1, b: { $gt: 2, $lte: 5 } }, 'a_b_c'],
    [{ a: 1, b: { $gt: 2 }, c: 1 }, 'a_b_c checked'],
    [{ a: 1, u: 2 }, 'u'],
    [{ a: { $in: [1, 2] }, b: { $in: [3] } }, 'a_b_c'],
    [{ a: { $gte: 1 }, b: 1 }, 'a checked'],
    [{ a: null }, 'a checked'],
    [{ a: { $gt: 1, $gte: 2 } }, 'a checked'],
    [{ a: { $gt: Number.NaN } }, 'a checked'],
    [{ a: 1, b: { $ne: 2 } }, 'a checked'],
    [{ b: 1 }, 'refused'],
    [{ a: { $ne: 1 } }, 'refused'],
    [{ a: { $exists: true } }, 'refused'],
    [{ a: { $eq: [1] } }, 'refused'],
  ]
  for (const [filter, wanted] of cases) assert.equal(named(filter), wanted, JSON.stringify(filter))
})

test('the order must be the index’s, or all of it reversed', () => {
  const cases: [Filter, Sort, string][] = [
    [{}, { _id: -1 }, '_id_ backward'],
    [{}, { a: 1 }, 'refused'],
    [{ a: 1 }, { b: 1 }, 'a_b_c'],
    [{ a: 1 }, { b: -1, c: 1 }, 'a_b_c backward'],
    [{ a: 1 }, { b: 1, c: 1 }, 'refused'],
    [{ a: 1 }, { a: -1, b: 1, c: -1 }, 'a_b_c'],
    [{ a: 1 }, { b: 1, a: -1, c: -1 }, 'a_b_c'],
    [{ a: 1 }, { c: 1 }, 'refused'],
    [{ a: 1, b: 1 }, { c: 1 }, 'a_b_c backward'],
    [{ a: { $in: [1, 2] } }, { b: 1 }, 'refused'],
    [{ a: { $in: [1, 1] } }, { b: 1 }, 'a_b_c'],
    [{ a: { $in: [1, 2] } }, { a: 1, b: 1 }, 'a_b_c'],
    [{ a: 1, b: { $gt: 1 } }, { c: 1 }, 'refused'],
    [{ _id: 'x' }, { a: 1 }, 'refused'],
  ]
  for (const [filter, sort, wanted] of cases) {
    assert.equal(named(filter, sort), wanted, JSON.stringify([filter, sort]))
  }
})

test('a partial index serves only what implies its condition', () => {
  const cases: [Filter, string][] = [
    [{ state: 'open' }, 'due checked'],
    [{ state: 'open', next: { $lt: 5 } }, 'due checked'],
    [{ state: { $in: ['open'] }, next: 1 }, 'due checked'],
    [{ next: 1 }, 'refused'],
    [{ state: 'done', next: 1 }, 'refused'],
    [{ state: { $in: ['open', 'done'] }, next: 1 }, 'refused'],
    [{ state: { $gte: 'open' }, next: 1 }, 'refused'],
    [{ late: { $gt: 0 }, n: 5 }, 'late checked'],
    [{ late: 1, n: { $gt: 5, $lt: 9 } }, 'late checked'],
    [{ late: { $exists: true }, n: { $gte: 6, $lte: 8 } }, 'late checked'],
    [{ late: null, n: 5 }, 'refused'],
    [{ late: 1, n: 9 }, 'refused'],
    [{ late: 1, n: { $gte: 5, $lte: 9 } }, 'refused'],
    [{ late: 1, n: { $gt: 4, $lt: 9 } }, 'refused'],
    [{ late: 1, n: { $gte: 5 } }, 'refused'],
    [{ late: 1, n: '5' }, 'refused'],
  ]
  for (const [filter, wanted] of cases) assert.equal(named(filter), wanted, JSON.stringify(filter))
})

test('a filter that is none is refused, as it would match everything', () => {
  const bad = [{ a: undefined }, { a: {} }, { a: { $near: 1 } }, { a: { b: 1 } }, { a: { $in: 1 } }]
  for (const filter of bad) assert.throws(() => planQuery(INDEXES, filter as never), TypeError)
})
