import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Slots } from './slots.ts'

test('never more tasks run than there are slots, and idle waits for all', async () => {
  const slots = new Slots(2)
  const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>())
  const began: number[] = []
  const ended: number[] = []
  const task = (index: number) => async () => {
    began.push(index)
    await gates[index]?.promise
    ended.push(index)
    if (index === 1) throw new Error('a task that fails frees its slot too')
  }
  await slots.start(task(0))
  await slots.start(task(1))
  const third = slots.start(task(2))
  assert.deepEqual(began, [0, 1])
  gates[1]?.resolve()
  await third
  assert.deepEqual(began, [0, 1, 2])
  assert.equal(slots.running, 2)
  gates[0]?.resolve()
  gates[2]?.resolve()
  await slots.idle()
  assert.deepEqual(ended.sort(), [0, 1, 2])
  assert.equal(slots.running, 0)
})

test('all who wait get their turn, in order, as soon as there is one', async () => {
  const slots = new Slots(2)
  const gates = Array.from({ length: 6 }, () => Promise.withResolvers<void>())
  const began: number[] = []
  const starts = gates.map(({ promise }, index) =>
    slots.start(() => {
      began.push(index)
      return promise
    }),
  )
  for (const [index, { resolve }] of gates.entries()) {
    await starts[index]
    assert.ok(slots.running <= 2)
    resolve()
  }
  await Promise.all(starts)
  await slots.idle()
  assert.deepEqual(began, [0, 1, 2, 3, 4, 5])
})
