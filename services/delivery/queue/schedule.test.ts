import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeSchedule } from './schedule.ts'

const MINUTE_MS = 60_000
const AGES = { personal: 100, transactional: 10, bulk: 20, announcement: 30, system: 40 }

function scheduleOf(chance: number) {
  const settings = {
    delaysMs: [1, 5, 15, 30].map((m) => m * MINUTE_MS),
    ageMs: AGES,
    delayNoticeMs: 50,
  }
  const random = () => Uint8Array.of(chance, 0)
  return makeSchedule(settings, { clock: { now: () => 1000 }, random })
}

test('each wait is longer than the one before; the last goes on; all a little off', () => {
  const minutes = (schedule: ReturnType<typeof scheduleOf>, attempts: number, greylisted = false) =>
    (schedule.nextOf(attempts, greylisted ? 'greylisted' : 'other', 1e12) - 1000) / MINUTE_MS
  const exact = scheduleOf(128)
  assert.deepEqual(
    [1, 2, 3, 4, 5, 99].map((n) => minutes(exact, n)),
    [1, 5, 15, 30, 30, 30],
  )
  assert.deepEqual(
    [1, 2, 3, 4, 99].map((n) => minutes(exact, n, true)),
    [1, 5, 15, 15, 15],
  )
  assert.equal(minutes(scheduleOf(0), 3), 12)
  assert.ok(Math.abs(minutes(scheduleOf(255), 3) - 18) < 0.1)
})

test('the last attempt is when it expires, and never in the past', () => {
  const schedule = scheduleOf(128)
  assert.equal(schedule.nextOf(4, 'other', 5000), 5000)
  assert.equal(schedule.nextOf(4, 'other', 10), 1000)
})

test('ages go by class; nobody is told of a notice that is late', () => {
  const schedule = scheduleOf(128)
  assert.equal(schedule.expiryOf({ class: 'bulk', receivedAt: 7 }), 27)
  const sender = { local: 'a', domain: 'b.test', legacy: false }
  assert.equal(schedule.delayNoticeOf({ sender, receivedAt: 7 }), 57)
  assert.equal(schedule.delayNoticeOf({ sender: null, receivedAt: 7 }), undefined)
})
