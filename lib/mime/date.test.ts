import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayOf, formatDate, parseDate } from './date.ts'

test('dates of RFC 5322 §3.3, and others that mail has', () => {
  const cases: [text: string, iso: string, zone: number][] = [
    ['Sun, 22 Nov 2026 11:05:40 +0900', '2026-11-22T02:05:40', 540],
    ['22 Nov 2026 11:05 -0330', '2026-11-22T14:35:00', -210],
    ['Sun,22 Nov 2026 11:05:40 +0000 (UTC)', '2026-11-22T11:05:40', 0],
    ['Sun (day), 22 Nov 2026 11:05:40 JST', '2026-11-22T02:05:40', 540],
    ['Fri, 21 Nov 97 09:55:06 -0600', '1997-11-21T15:55:06', -360],
    ['Fri, 21 Nov 1997 09(comment):   55  :  06 -0600', '1997-11-21T15:55:06', -360],
    ['1 Jan 49 00:00:00 GMT', '2049-01-01T00:00:00', 0],
    ['1 Jan 50 00:00:00 UT', '1950-01-01T00:00:00', 0],
    ['1 Jan 126 00:00:00 Z', '2026-01-01T00:00:00', 0],
    ['1 January 2026 00:00:00 EST', '2026-01-01T05:00:00', -300],
    ['22-Nov-2026 11:05:40 +0000', '2026-11-22T11:05:40', 0],
    ['22 Nov 2026', '2026-11-22T00:00:00', 0],
    ['Sunday, 22. Nov. 2026 1.05', '2026-11-22T01:05:00', 0],
    ['Sun Nov 22 11:05:40 2026', '2026-11-22T11:05:40', 0],
    ['Sun Nov  2 11:05:40 JST 2026', '2026-11-02T02:05:40', 540],
    ['2026-11-22T11:05:40+09:00', '2026-11-22T02:05:40', 540],
    ['2026-11-22 11:05:40.123Z', '2026-11-22T11:05:40', 0],
    ['2026-11-22', '2026-11-22T00:00:00', 0],
    ['Thu, 31 Dec 1998 23:59:60 +0000', '1999-01-01T00:00:00', 0],
    ['Sun, 22 Nov 2026 11:05:40 +9999', '2026-11-22T11:05:40', 0],
    ['Sun, 22 Nov 2026 11:05:40 -0000', '2026-11-22T11:05:40', 0],
    ['29 Feb 2024 00:00:00 +0000', '2024-02-29T00:00:00', 0],
  ]
  for (const [text, iso, zone] of cases) {
    const date = parseDate(text)
    assert.equal(date && new Date(date.time).toISOString().slice(0, 19), iso, text)
    assert.equal(date?.zoneMinutes, zone, text)
  }
})

test('what is hopeless', () => {
  const bad = [
    '',
    'x',
    'tomorrow',
    '32 Nov 2026',
    '0 Nov 2026',
    '29 Feb 2026 00:00:00',
    '1 Foo 2026',
  ]
  bad.push('22 Nov 2026 25:00:00', '22 Nov 2026 00:60:00', '22 Nov 2026 00:00:61', '2026-13-01')
  bad.push('Sun Foo 22 11:05:40 2026', '11:05:40')
  for (const text of bad) assert.equal(parseDate(text), undefined, text)
})

test('the day is the one that was written, whatever the zone', () => {
  const cases: [text: string, day: string][] = [
    ['Sun, 22 Nov 2026 00:05:40 +0900', '2026-11-22'],
    ['Sun, 22 Nov 2026 23:05:40 -0900', '2026-11-22'],
    ['1 Jan 1960 23:00:00 -0100', '1960-01-01'],
  ]
  for (const [text, day] of cases) {
    const date = parseDate(text)
    assert.equal(date && new Date(dayOf(date)).toISOString(), `${day}T00:00:00.000Z`, text)
  }
})

test('dates are written as they are read', () => {
  const time = Date.UTC(2026, 10, 2, 11, 5, 40)
  assert.equal(formatDate(time), 'Mon, 2 Nov 2026 11:05:40 +0000')
  assert.equal(formatDate(time, 540), 'Mon, 2 Nov 2026 20:05:40 +0900')
  assert.equal(formatDate(time, -210), 'Mon, 2 Nov 2026 07:35:40 -0330')
  assert.deepEqual(parseDate(formatDate(time, -210)), { time, zoneMinutes: -210 })
})
