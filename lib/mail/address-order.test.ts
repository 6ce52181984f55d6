import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AddressOrder } from './address-order.ts'

test('who names the same address waits for those before it, others do not', async () => {
  const order = new AddressOrder()
  const begun: string[] = []
  const slow = Promise.withResolvers<string>()
  const begin = (name: string, result?: Promise<string>) => () => {
    begun.push(name)
    return result ?? Promise.resolve(name)
  }
  const first = order.run(['a@x.test', 'shared@x.test'], begin('first', slow.promise))
  const second = order.run(['b@x.test', ' Shared@X.test'], begin('second'))
  const third = order.run(['b@x.test', 'no address'], begin('third'))
  assert.equal(await order.run(['c@x.test'], begin('other')), 'other')
  assert.deepEqual(begun, ['first', 'other'])
  // A failure is no reason to keep others waiting.
  slow.reject(new Error('full'))
  await assert.rejects(first, /full/)
  assert.deepEqual(await Promise.all([second, third]), ['second', 'third'])
  assert.deepEqual(begun, ['first', 'other', 'second', 'third'])
})
