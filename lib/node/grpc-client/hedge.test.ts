import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Budget, Pace } from './hedge.ts'

const times = (count: number, act: (index: number) => void) => {
  for (let index = 0; index < count; index++) act(index)
}

test('five of a hundred answers take longer than the delay, once there were some', () => {
  const pace = new Pace()
  assert.equal(pace.delayMs, 250)
  times(31, () => pace.took(30))
  assert.equal(pace.delayMs, 250)
  times(97, (index) => pace.took(index % 20 === 0 ? 900 : 50))
  assert.equal(pace.delayMs, 50)
  times(128, (index) => pace.took(index % 10 === 0 ? 900 : 50))
  assert.equal(pace.delayMs, 900)
})

test('the delay is neither very short nor very long', () => {
  const pace = new Pace()
  times(128, () => pace.took(1))
  assert.equal(pace.delayMs, 20)
  times(128, () => pace.took(60_000))
  assert.equal(pace.delayMs, 2000)
})

test('of a hundred answers, ten may be asked for twice, and not more than ten in a row', () => {
  const budget = new Budget(0.1, 10)
  let taken = 0
  const takeAll = () => {
    while (budget.take()) taken++
  }
  takeAll()
  assert.equal(taken, 10)
  times(99, () => budget.earn())
  takeAll()
  assert.equal(taken, 19)
  times(10_000, () => budget.earn())
  takeAll()
  assert.equal(taken, 29)
  budget.refund()
  takeAll()
  assert.equal(taken, 30)
})
