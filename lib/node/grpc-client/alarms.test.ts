import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Alarms } from './alarms.ts'
import { TestClock } from './testing.ts'

function open() {
  const clock = new TestClock()
  const rung: string[] = []
  const alarms = new Alarms(clock)
  return { clock, rung, alarms, set: (ms: number) => alarms.set(ms, () => rung.push(`${ms}`)) }
}

test('each alarm rings when its time is over, and none that was called off', async () => {
  const { clock, rung, alarms, set } = open()
  set(30)
  const off = set(20)
  set(10)
  await clock.move(10)
  assert.deepEqual(rung, ['10'])
  alarms.delete(off)
  await clock.move(10)
  set(25)
  await clock.move(10)
  assert.deepEqual(rung, ['10', '30'])
  for (let tick = 0; tick < 5; tick++) await clock.move(10)
  assert.deepEqual(rung, ['10', '30', '25'])
  set(5)
  await clock.move(10)
  assert.deepEqual(rung, ['10', '30', '25', '5'], 'one after there was none for a while')
})

test('none rings after the end', async () => {
  const { clock, rung, alarms, set } = open()
  set(10)
  alarms[Symbol.dispose]()
  await clock.move(10)
  set(10)
  await clock.move(10)
  assert.deepEqual(rung, [])
})
