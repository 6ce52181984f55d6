import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describe } from './migration.ts'

const OLD = { host: 'a 1', release: '0.1.0', knows: 1, sees: 1 }
const NEW = { host: 'b 2', release: '0.2.0', knows: 2, sees: 1 }

test('an operator reads who is waited for, and how far a migration is', () => {
  const migrations = [{ name: 'split', schema: 2, state: 'running', seen: 200, changed: 180 }]
  const told = { inForce: 1, wanted: 2, knows: 2, processes: [OLD, NEW], migrations }
  assert.equal(
    describe('directory', told),
    [
      'directory: schema 1, 2 is known',
      '  2 comes into force without a 1 (0.1.0)',
      '  process a 1: release 0.1.0, schema 1',
      '  process b 2: release 0.2.0, schema 1',
      '  migration split: running, 200 documents seen, 180 changed',
    ].join('\n'),
  )
  const alone = describe('directory', { ...told, processes: [NEW] })
  assert.match(alone, /2 comes into force in a moment/)
  assert.doesNotMatch(describe('directory', { ...told, wanted: 1 }), /comes into force/)
})
