import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { ancestorNames, isBelow, parseMailboxName } from './mailbox-name.ts'

test('mailbox names have one form', () => {
  const cases: [text: string, name: string][] = [
    ['inbox', 'INBOX'],
    ['Inbox/Sub', 'INBOX/Sub'],
    ['Archive/inbox', 'Archive/inbox'],
    ['inboxes', 'inboxes'],
    ['ınbox', 'ınbox'],
    ['送信済み/飛脚', '送信済み/飛脚'],
    ['か\u3099', 'が'],
    ['a b & c*%."', 'a b & c*%."'],
    ['a/'.repeat(31).concat('a'), 'a/'.repeat(31).concat('a')],
  ]
  for (const [text, name] of cases) assert.equal(parseMailboxName(text), name)
})

test('names that are refused', () => {
  const bad = [
    '',
    '/',
    '/a',
    'a/',
    'a//b',
    'a\n',
    'a\0',
    'a\u0085',
    'a\u2028',
    '\ud800',
    '#news',
    '#',
  ]
  bad.push('a/'.repeat(32).concat('a'), 'x'.repeat(256), 'x'.repeat(1001))
  bad.push(Array(5).fill('あ'.repeat(80)).join('/'))
  for (const text of bad) {
    assert.throws(() => parseMailboxName(text), Fault, JSON.stringify(text.slice(0, 20)))
  }
})

test('the hierarchy of names', () => {
  assert.deepEqual(ancestorNames('a/b/c'), ['a', 'a/b'])
  assert.deepEqual(ancestorNames('a'), [])
  assert.equal(isBelow('a/b', 'a'), true)
  assert.equal(isBelow('ab', 'a'), false)
  assert.equal(isBelow('a', 'a'), false)
})
