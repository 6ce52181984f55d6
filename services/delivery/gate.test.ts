import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { Gate } from './gate.ts'

function open() {
  const stop = new AbortController()
  const sleeps: { ms: number; wake: () => void }[] = []
  const changes: boolean[] = []
  const clock = {
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((wake, reject) => {
        sleeps.push({ ms, wake })
        signal?.addEventListener('abort', () => reject(signal.reason))
      }),
  }
  const gate = new Gate(clock, stop.signal, (open) => changes.push(open))
  const entered: number[] = []
  const enter = (who: number) => void gate.enter().then((go) => entered.push(go ? who : -who))
  return { gate, stop, sleeps, changes, entered, enter }
}

test('it closes after ten failures with no success between them', async () => {
  const { gate, changes, entered, enter } = open()
  for (let i = 0; i < 9; i++) gate.failed()
  gate.succeeded()
  for (let i = 0; i < 9; i++) gate.failed()
  enter(1)
  await turn()
  assert.deepEqual([entered, changes], [[1], []])
  gate.failed()
  enter(2)
  await turn()
  assert.deepEqual([entered, changes], [[1], [false]])
})

test('while it is closed one at a time tries, less often each time; when one gets through all follow', async () => {
  const { gate, sleeps, changes, entered, enter } = open()
  for (let i = 0; i < 10; i++) gate.failed()
  for (const who of [1, 2, 3, 4]) enter(who)
  sleeps.at(-1)?.wake()
  await turn()
  assert.deepEqual(entered, [1])
  gate.failed()
  sleeps.at(-1)?.wake()
  await turn()
  assert.deepEqual(entered, [1, 2])
  assert.ok((sleeps.at(-1)?.ms ?? 0) > (sleeps[0]?.ms ?? 0))
  gate.succeeded()
  await turn()
  assert.deepEqual(entered, [1, 2, 3, 4])
  assert.deepEqual(changes, [false, true])
})

test('the end of the service keeps nobody waiting', async () => {
  const { gate, stop, entered, enter } = open()
  for (let i = 0; i < 10; i++) gate.failed()
  enter(1)
  stop.abort()
  enter(2)
  await turn()
  assert.deepEqual(entered.toSorted(), [-1, -2])
})
