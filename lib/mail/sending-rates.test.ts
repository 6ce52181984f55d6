import assert from 'node:assert/strict'
import { test } from 'node:test'
import { add, DAY, HOUR } from './rate-window.ts'
import { findExceeded, formatWait, isLimited, type Rates } from './sending-rates.ts'

const NOW = Date.UTC(2040, 0, 1, 12)
const NONE: Rates = {
  ...{ messagesPerHour: 0, messagesPerDay: 0, recipientsPerHour: 0, recipientsPerDay: 0 },
}

test('of the limits that a mail does not fit into the one counts that holds longest', () => {
  const amount = { messages: 2, recipients: 2 }
  const sent = {
    hour: add([], HOUR, { now: NOW }, amount),
    day: add([], DAY, { now: NOW }, amount),
  }
  const one = { messages: 1, recipients: 1 }
  const find = (rates: Partial<Rates>) =>
    findExceeded({ key: 'account a', rates: { ...NONE, ...rates } }, sent, one, NOW)
  assert.equal(find({}), undefined)
  assert.equal(find({ messagesPerHour: 3, recipientsPerDay: 3 }), undefined)
  assert.equal(find({ messagesPerHour: 2 })?.fitsAt, NOW + 300_000 + 3_600_000)
  assert.equal(find({ messagesPerHour: 2, recipientsPerDay: 2 })?.window, 'day')
  assert.equal(isLimited({ key: 'k', rates: NONE }), false)
})

test('how long to wait', () => {
  const cases: [ms: number, text: string][] = [
    [1, '1 minute'],
    [60_001, '2 minutes'],
    [7_140_000, '119 minutes'],
    [7_140_001, '2 hours'],
  ]
  for (const [ms, text] of cases) assert.equal(formatWait(ms), text)
})
