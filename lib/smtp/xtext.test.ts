import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { formatXtext, parseXtext } from './xtext.ts'

test('xtext comes back as it was. RFC 3461 §4', () => {
  for (const text of ['', 'abc', 'a+b=c', 'rfc822;é@例え.test', 'a b']) {
    assert.equal(parseXtext(formatXtext(text)), text)
  }
  assert.equal(formatXtext('a+b=c d'), 'a+2Bb+3Dc+20d')
})

test('what is no xtext', () => {
  for (const text of ['+', '+2', '+2b', '+GG', 'a=b', 'a b', 'é', '+0D+0A', '+00']) {
    assert.throws(() => parseXtext(text), Fault, text)
  }
})
