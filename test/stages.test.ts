import assert from 'node:assert/strict'
import { test } from 'node:test'
import { belongs, type Selection, stages } from './stages.ts'

const ALL: Selection = { clusterLong: false, unit: true, mongo: true }

test('everything runs on SQLite, and what a database matters to on MongoDB again', () => {
  assert.deepEqual(named(ALL), [
    'unit sqlite',
    'contract sqlite',
    'system sqlite',
    'cluster sqlite',
    'interop sqlite',
    'contract mongo',
    'system mongo',
    'cluster mongo',
    'drills mongo',
    'upgrade mongo',
  ])
})

test('without a MongoDB-speaking server nothing runs on it', () => {
  assert.ok(named({ ...ALL, mongo: false }).every((name) => name.endsWith('sqlite')))
})

test('the long run is of the cluster tests alone', () => {
  const long = stages({ ...ALL, clusterLong: true })
  assert.deepEqual(
    long.map(({ patterns }) => patterns),
    [['test/cluster/**/*.test.ts'], ['test/cluster/**/*.test.ts']],
  )
  assert.ok(long.every(({ env }) => env.HIKYAKU_CLUSTER_LONG === '1'))
})

test('a contract test is not run as a unit test, nor in vain on MongoDB', () => {
  const all = stages(ALL)
  const [unit, contract] = all
  const onMongo = all.find(({ database }) => database === 'mongo')
  assert.ok(unit && contract && onMongo)
  assert.equal(belongs('lib/db/sqlite.contract.test.ts', onMongo), false)
  assert.equal(belongs('lib/db/mongo.contract.test.ts', onMongo), true)
  assert.equal(belongs('lib/db/sqlite.contract.test.ts', unit), false)
  assert.equal(belongs('lib/db/sqlite.contract.test.ts', contract), true)
  assert.equal(belongs('lib/db/path.test.ts', unit), true)
})

function named(selection: Selection): string[] {
  return stages(selection).map(({ name, database }) => `${name} ${database}`)
}
