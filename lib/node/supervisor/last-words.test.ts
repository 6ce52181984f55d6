import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lastWords } from './last-words.ts'

const READY = '{"level":"info","event":"ready","pid":1}'
const CRASHED = JSON.stringify({
  level: 'warn',
  event: 'crashed',
  error: {
    message: 'The database is not available',
    stack: 'Fault: …',
    cause: { message: 'connect ECONNREFUSED', cause: { message: 'connect ECONNREFUSED' } },
  },
})
const LINGERED = '{"level":"warn","event":"lingered","resources":["TCPServerWrap"]}'

test('an error is told with its causes, without stacks', () => {
  assert.deepEqual(lastWords(`${READY}\n${CRASHED}\n${LINGERED}\n`), [
    'The database is not available: connect ECONNREFUSED',
  ])
})

test('what is not JSON is told as it is', () => {
  const log = `${READY}\nhikyaku imap: The settings are wrong:\n  IMAP_LISTEN: is not an address\n`
  assert.deepEqual(lastWords(log), [
    'hikyaku imap: The settings are wrong:',
    '  IMAP_LISTEN: is not an address',
  ])
  assert.deepEqual(lastWords('{"level":"info","event'), ['{"level":"info","event'])
})

test("of nats-server's lines only the complaints", () => {
  const log = '[1] 2026/01/01 00:00:00.0 [INF] Starting\n[1] 2026/01/01 00:00:00.1 [FTL] No space\n'
  assert.deepEqual(lastWords(log), ['No space'])
})

test('who does not complain has no last words', () => {
  assert.deepEqual(lastWords(`${READY}\n`), [])
  assert.deepEqual(lastWords(''), [])
})
