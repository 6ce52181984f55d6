import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Classified, classify, type Failure } from './classify.ts'
import { type Stage, TABLE } from './table.ts'

const LINES = readFileSync(new URL('replies.txt', import.meta.url), 'utf8').split('\n')
const REPLIES = LINES.filter((line) => line !== '' && !line.startsWith('#')).map(readLine)

test('what mail servers of the world answer', () => {
  assert.ok(REPLIES.length >= 120, String(REPLIES.length))
  const wrong = REPLIES.flatMap(({ failure, expected }) => {
    const actual = classify(failure)
    const same = actual.reason === expected.reason && actual.outcome === expected.outcome
    return same ? [] : [`${failure.text}: ${JSON.stringify(actual)}, not ${expected.reason}`]
  })
  assert.deepEqual(wrong, [])
})

test('a reply is read the same with its lines in one, or in capitals', () => {
  for (const { failure, expected } of REPLIES) {
    const [first = '', ...rest] = failure.text.split('\n')
    const words = rest.map((line) => line.replace(/^\d{3}[- ](?:\d\.\d+\.\d+ ?)?/, ''))
    const text = [first, ...words].join(' ').toUpperCase()
    assert.deepEqual(classify({ ...failure, text }), expected, text)
  }
})

test('what a server calls temporary always is', () => {
  for (const { failure } of REPLIES) {
    assert.equal(classify({ ...failure, code: 450 }).outcome, 'deferred', failure.text)
  }
})

test('what nobody answered', () => {
  const cases: [stage: Stage, status: string, text: string, expected: string][] = [
    ['dns', '5.1.10', 'The domain takes no mail', 'null-mx failed'],
    ['dns', '', 'null MX', 'null-mx failed'],
    ['dns', '5.1.2', 'There is no such domain', 'bad-domain failed'],
    ['dns', '', 'NXDOMAIN', 'bad-domain failed'],
    ['dns', '4.4.3', 'SERVFAIL', 'dns-failed deferred'],
    ['dns', '4.4.3', 'No answer about loop.example and nxdomain.example', 'dns-failed deferred'],
    ['dns', '5.4.6', 'The MX points back to us', 'loop failed'],
    ['connect', '', 'connect ECONNREFUSED', 'connection-failed deferred'],
    ['connect', '4.3.0', 'Internal error', 'other deferred'],
    ['auth', '4.7.0', 'Neither PLAIN nor LOGIN is offered', 'authentication-failed deferred'],
    ['auth', '', 'The connection was closed', 'connection-lost deferred'],
    ['connect', '', 'timed out', 'connection-failed deferred'],
    ['greeting', '', 'The connection was closed', 'connection-lost deferred'],
    ['tls', '', 'The handshake failed', 'tls-failed deferred'],
    ['ehlo', '5.7.10', 'TLS is required and not offered', 'tls-failed deferred'],
    ['mail', '5.6.7', 'The host does not know SMTPUTF8', 'not-supported failed'],
    ['mail', '5.3.4', 'Larger than the host takes', 'message-too-large failed'],
    ['rcpt', '', 'timed out', 'connection-lost deferred'],
    ['dot', '', 'The connection was closed', 'connection-lost deferred'],
    ['rcpt', '4.5.0', 'The reply makes no sense', 'protocol-error deferred'],
  ]
  for (const [stage, status, text, expected] of cases) {
    const { reason, outcome } = classify({ stage, text, ...(status && { status }) })
    assert.equal(`${reason} ${outcome}`, expected, `${stage} ${status} ${text}`)
  }
})

test('an address is no reason, whatever it is called', () => {
  for (const name of ['quota', 'spam', 'dkim', 'greylist', 'loop.detected', 'rate-limit', 'rbl']) {
    for (const address of [`<${name}@spamhaus.example>`, `${name}@quota.example:`]) {
      const text = `550 5.1.1 ${address} User unknown`
      const { reason, outcome } = classify({ stage: 'rcpt', code: 550, text })
      assert.equal(`${reason} ${outcome}`, 'bad-mailbox failed', text)
    }
  }
})

test('a host that does not want us is no verdict on the mail', () => {
  for (const stage of ['greeting', 'ehlo', 'tls', 'auth'] as const) {
    const { outcome } = classify({ stage, code: 554, text: '554 go away' })
    assert.equal(outcome, 'deferred', stage)
  }
})

test('the last rule takes whatever comes', () => {
  assert.deepEqual(TABLE.at(-1), { reason: 'other' })
  assert.deepEqual(classify({ stage: 'dot', code: 599, text: '' }), {
    reason: 'other',
    outcome: 'failed',
  })
})

test('a hostile reply costs little', () => {
  const begun = performance.now()
  for (const piece of ['a ', 'user ', 'mailbox is ', 'no such ', 'x'.repeat(50), '5.1.1 \n', ' ']) {
    classify({ stage: 'rcpt', code: 550, text: piece.repeat(100_000) })
  }
  assert.ok(performance.now() - begun < 1000)
})

function readLine(line: string): { failure: Failure; expected: Classified } {
  const [, stage, reason, outcome, reply = ''] = /^(\S+) (\S+) ([df]) (.*)$/.exec(line) ?? []
  const text = reply.replace(/\/(?=[245]\d\d[- ])/g, '\n')
  const expected = { reason, outcome: outcome === 'd' ? 'deferred' : 'failed' } as Classified
  return { failure: { stage: stage as Stage, code: Number(text.slice(0, 3)), text }, expected }
}
