import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UsageError } from './command.ts'
import { formatMoment, formatSpan, parseMoment } from './moment.ts'

const NOW = Date.parse('2026-11-22T10:15:03')

test('a point in time is written as a time ago, a day, or a time', () => {
  const cases: [text: string, ms: number][] = [
    ['90s', NOW - 90_000],
    ['2h', NOW - 7_200_000],
    ['3d', NOW - 3 * 86_400_000],
    ['2026-11-22', new Date(2026, 10, 22).getTime()],
    ['2026-11-22T10:15', new Date(2026, 10, 22, 10, 15).getTime()],
    ['2026-11-22T10:15:00Z', Date.UTC(2026, 10, 22, 10, 15)],
  ]
  for (const [text, ms] of cases) assert.equal(parseMoment(text, NOW), ms, text)
  for (const text of ['', 'soon', '2w', '-3h']) {
    assert.throws(() => parseMoment(text, NOW), UsageError, text)
  }
})

test('a point in time is read in our time zone', () => {
  assert.equal(formatMoment(NOW), '2026-11-22 10:15:03')
  assert.equal(formatMoment(0), '-')
})

test('a span is told by its largest unit', () => {
  const cases: [ms: number, text: string][] = [
    [0, '0s'],
    [59_999, '59s'],
    [60_000, '1m'],
    [5 * 3_600_000 + 1, '5h'],
    [2.9 * 86_400_000, '2d'],
    [-60_000, '-1m'],
  ]
  for (const [ms, text] of cases) assert.equal(formatSpan(ms), text)
})
