import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from './fault.ts'
import { Places } from './places.ts'

test('so many run, so many wait in their order, the rest is refused', async () => {
  const places = new Places(1, 2)
  const order: number[] = []
  const first = Promise.withResolvers<void>()
  const runs = [
    places.run(async () => {
      await first.promise
      order.push(1)
    }),
    places.run(async () => void order.push(2)),
    places.run(async () => void order.push(3)),
  ]
  await assert.rejects(
    places.run(async () => assert.fail('must not run')),
    (error) => error instanceof Fault && error.code === 'busy',
  )
  first.resolve()
  await Promise.all(runs)
  assert.deepEqual(order, [1, 2, 3])
  await places.run(async () => void order.push(4))
  assert.equal(order.at(-1), 4)
})

test('a failure frees its place', async () => {
  const places = new Places(1, 0)
  await assert.rejects(
    places.run(() => Promise.reject(new Error('no'))),
    /no/,
  )
  assert.equal(await places.run(async () => 'yes'), 'yes')
})
