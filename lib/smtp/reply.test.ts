import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { faultReply } from './fault.ts'
import { isPositive, isTransientReply, reply, replyText, withStatus } from './reply.ts'

test('a reply is one line, its status first. RFC 2034 §4', () => {
  assert.equal(replyText(reply(550, '5.1.1', 'No\r\n250 yes')), '5.1.1 No 250 yes')
  assert.equal(replyText(reply(220, '', 'mx')), 'mx')
})

test('codes tell what to do', () => {
  const codes = [250, 354, 451, 550].map((code) => reply(code, '', ''))
  assert.deepEqual(codes.map(isPositive), [true, true, false, false])
  assert.deepEqual(codes.map(isTransientReply), [false, false, true, false])
})

test('a reply without a status gets the usual one; greetings have none. RFC 2034 §4', () => {
  assert.equal(withStatus(250, 'OK'), '2.0.0 OK')
  assert.equal(withStatus(503, '5.5.1 Again'), '5.5.1 Again')
  assert.equal(withStatus(220, 'mx.example.test'), 'mx.example.test')
  assert.equal(withStatus(354, 'Go on'), 'Go on')
})

test('faults are told by their code, bugs put mail off', () => {
  const full = faultReply(new Fault('over-quota', 'The mailbox is full'))
  assert.deepEqual(full, { code: 452, status: '4.2.2', text: 'The mailbox is full' })
  assert.equal(faultReply(new TypeError('secret path')).code, 451)
  assert.doesNotMatch(faultReply(new TypeError('secret path')).text, /secret/)
})
