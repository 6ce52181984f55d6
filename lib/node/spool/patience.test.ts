import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Patience } from './patience.ts'

/** A clock whose sleeps end when the test says so. */
function openClock() {
  const sleeps: (() => void)[] = []
  const sleep = (_ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      sleeps.push(resolve)
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
  return { sleep, sleeps }
}

test('what ends within a turn is soon, and one timer serves all who ask', async () => {
  const clock = openClock()
  using patience = new Patience(clock, 5000)
  for (let n = 0; n < 10; n++) assert.equal(await patience.endsSoon(Promise.resolve()), true)
  assert.equal(clock.sleeps.length, 1)
})

test('the turn under way does not count: it may be nearly over', async () => {
  const clock = openClock()
  using patience = new Patience(clock, 5000)
  const { promise, resolve } = Promise.withResolvers<void>()
  const soon = patience.endsSoon(promise)
  clock.sleeps[0]?.()
  await new Promise(setImmediate)
  resolve()
  assert.equal(await soon, true)
})

test('what has not ended after a whole turn takes long', async () => {
  const clock = openClock()
  using patience = new Patience(clock, 5000)
  const soon = patience.endsSoon(new Promise(() => {}))
  for (let turn = 0; turn < 2; turn++) {
    clock.sleeps[turn]?.()
    await new Promise(setImmediate)
  }
  assert.equal(await soon, false)
})

test('disposed, it keeps nobody waiting', async () => {
  const clock = openClock()
  const patience = new Patience(clock, 5000)
  const soon = patience.endsSoon(new Promise(() => {}))
  patience[Symbol.dispose]()
  assert.equal(await soon, true)
})

test('a task that fails says so', async () => {
  using patience = new Patience(openClock(), 5000)
  await assert.rejects(patience.endsSoon(Promise.reject(new Error('no'))), /no/)
})
