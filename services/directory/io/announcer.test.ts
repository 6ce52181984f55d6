import assert from 'node:assert/strict'
import { test } from 'node:test'
import { announcer } from './announcer.ts'

test('a change is told as JSON under one subject', () => {
  const told: unknown[] = []
  const announce = announcer({ publish: (subject, data) => void told.push(subject, data) })
  announce({ addresses: ['a..b@example.test'], accounts: ['01'] })
  assert.deepEqual(told, [
    'directory.changed',
    '{"addresses":["a..b@example.test"],"accounts":["01"]}',
  ])
})
