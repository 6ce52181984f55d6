import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AccountLimit } from './account-limit.ts'

test('an account has so many sessions, and one more when one has gone', () => {
  const limit = new AccountLimit(2)
  assert.deepEqual([limit.enter('a'), limit.enter('a'), limit.enter('a')], [true, true, false])
  assert.equal(limit.enter('b'), true)
  limit.leave('a')
  assert.equal(limit.enter('a'), true)
})
