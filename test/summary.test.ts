import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Result, summarize } from './summary.ts'

const PASSED: Result = {
  title: 'unit on SQLite',
  ms: 1,
  tests: 2,
  passed: 2,
  failed: 0,
  skipped: [],
}
const HERE = { ci: false, aborted: false }
const CI = { ci: true, aborted: false }

test('a run passes when no test failed', () => {
  assert.equal(summarize([PASSED], [], CI).passed, true)
  assert.equal(summarize([PASSED, { ...PASSED, failed: 1 }], [], HERE).passed, false)
})

test('a run that was stopped has not passed', () => {
  assert.equal(summarize([PASSED], [], { ci: false, aborted: true }).passed, false)
})

test('what is left out for want of a tool fails in CI only', () => {
  const { text, passed } = summarize([PASSED], ['swaks'], HERE)
  assert.match(text, /Left out:\n {2}swaks/)
  assert.equal(passed, true)
  assert.equal(summarize([PASSED], ['swaks'], CI).passed, false)

  const skipped = { ...PASSED, skipped: [{ test: 'x', reason: 'needs swaks' }] }
  assert.equal(summarize([skipped], [], HERE).passed, true)
  assert.equal(summarize([skipped], [], CI).passed, false)
})

test('a test that waits for MONGODB_URL is not left out when it ran later', () => {
  const skipped = { ...PASSED, skipped: [{ test: 'x', reason: 'needs MONGODB_URL' }] }
  const onMongo = { ...PASSED, title: 'contract on MongoDB' }
  assert.equal(summarize([skipped], [], CI).passed, false)
  assert.equal(summarize([skipped, onMongo], [], CI).passed, true)
})

test('the totals are over all stages', () => {
  assert.match(summarize([PASSED, PASSED], [], HERE).text, /ℹ tests 4\nℹ pass 4\nℹ fail 0\n/)
})
