import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { flagKey, hasFlag, isSystemFlag, normalizeFlag, SYSTEM_FLAGS } from './flags.ts'

test('flags have one spelling', () => {
  const cases: [text: string, flag: string][] = [
    ['\\seen', '\\Seen'],
    ['\\DELETED', '\\Deleted'],
    ['$forwarded', '$Forwarded'],
    ['$mdnsent', '$MDNSent'],
    ['Work', 'Work'],
    ['$label1', '$label1'],
    ["a!#$&'+,./:;<=>?@[^_`|}~-", "a!#$&'+,./:;<=>?@[^_`|}~-"],
    ['x'.repeat(100), 'x'.repeat(100)],
  ]
  for (const [text, flag] of cases) assert.equal(normalizeFlag(text), flag)
  for (const flag of SYSTEM_FLAGS) assert.equal(normalizeFlag(flag.toUpperCase()), flag)
})

test('what is not a flag is refused', () => {
  const bad = [
    '',
    '\\',
    '\\Recent',
    '\\*',
    '\\X',
    'a b',
    'a(b',
    'a{',
    'a%',
    'a*',
    'a"',
    'a\\b',
    'a]b',
  ]
  for (const text of [...bad, 'a\0', 'é', 'x'.repeat(101)]) {
    assert.throws(() => normalizeFlag(text), Fault, text)
  }
})

test('case does not make another flag', () => {
  assert.equal(flagKey('Work'), flagKey('WORK'))
  assert.equal(hasFlag(['\\Seen', 'Work'], 'work'), true)
  assert.equal(hasFlag(['\\Seen'], '\\Draft'), false)
})

test('system flags are told from keywords', () => {
  assert.equal(isSystemFlag('\\Seen'), true)
  assert.equal(isSystemFlag('Seen'), false)
})
