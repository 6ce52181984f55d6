import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeError } from './telemetry/log.ts'
import { openTelemetry } from './telemetry.ts'

const METRICS = {
  mails_total: { kind: 'counter', help: 'Mails', labels: ['outcome'] },
  queue: { kind: 'gauge', help: 'Queue' },
  seconds: { kind: 'histogram', help: 'Seconds', buckets: [0.1, 1] },
} as const

test('what was declared is counted, with the prefix', async () => {
  const telemetry = openTelemetry('sample', { level: 'silent', metrics: METRICS })
  telemetry.count('mails_total', { outcome: 'done' }, 2)
  telemetry.count('mails_total', { outcome: 'done' })
  telemetry.gauge('queue', 7)
  telemetry.observe('seconds', 0.5)
  telemetry.warn('odd')
  const text = await telemetry.registry.metrics()
  assert.match(text, /^hikyaku_mails_total\{outcome="done"\} 3$/m)
  assert.match(text, /^hikyaku_queue 7$/m)
  assert.match(text, /^hikyaku_seconds_bucket\{le="1"\} 1$/m)
  assert.match(text, /^hikyaku_warnings_total\{event="odd"\} 1$/m)
})

test('what was not declared is a bug', () => {
  const telemetry = openTelemetry('sample', { level: 'silent', metrics: METRICS })
  assert.throws(() => telemetry.count('mail_total'), /mail_total/)
  assert.throws(() => telemetry.count('queue'), /no declared counter/)
  assert.throws(() => telemetry.gauge('seconds', 1), /no declared gauge/)
  assert.throws(() => telemetry.observe('queue', 1), /no declared histogram/)
  assert.doesNotThrow(() => telemetry.declare(METRICS))
  assert.throws(() => telemetry.declare({ queue: { kind: 'counter', help: 'x' } }), /twice/)
})

test('an error is logged with its causes, without what hangs on it', () => {
  const error = Object.assign(new Error('top', { cause: new TypeError('deep') }), {
    code: 'EXAMPLE',
    password: 'hunter2',
  })
  const described = describeError(error) as Record<string, unknown>
  assert.deepEqual(Object.keys(described), ['name', 'message', 'code', 'stack', 'cause'])
  assert.equal((described.cause as Error).name, 'TypeError')
  const many = describeError(new AggregateError([error], 'all')) as { errors: unknown[] }
  assert.equal(many.errors.length, 1)
  assert.equal(describeError('text'), 'text')
  const loop = new Error('loop')
  loop.cause = loop
  assert.ok(describeError(loop))
})
