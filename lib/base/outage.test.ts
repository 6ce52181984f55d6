import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault, type FaultCode } from './fault.ts'
import { Outage } from './outage.ts'

function open() {
  const world = { now: 0 }
  const outage = new Outage({ monotonic: () => world.now }, 1000)
  const fail = (code: FaultCode) =>
    assert.rejects(
      outage.ask(() => Promise.reject(new Fault(code, code))),
      { code },
    )
  return { world, outage, fail }
}

test('after a failure nobody need ask for as long as one would wait', async () => {
  const { world, outage, fail } = open()
  assert.equal(outage.on, false)
  await fail('unavailable')
  assert.equal(outage.on, true)
  world.now = 999
  assert.equal(outage.on, true)
  world.now = 1000
  assert.equal(outage.on, false)
})

test('then one asks, and the others need not wait for what comes of it', async () => {
  const { world, outage, fail } = open()
  await fail('unavailable')
  world.now = 1000
  const { promise, resolve } = Promise.withResolvers<string>()
  const asked = outage.ask(() => promise)
  world.now = 1999
  assert.equal(outage.on, true)
  world.now = 2000
  assert.equal(outage.on, false, 'the one who asked may have been forgotten')
  world.now = 1500
  resolve('back')
  assert.equal(await asked, 'back')
  assert.equal(outage.on, false)
})

test('who is slow is not away, and neither is who says no', async () => {
  const { world, outage, fail } = open()
  const { promise, resolve } = Promise.withResolvers<void>()
  const asked = outage.ask(() => promise)
  world.now = 3000
  assert.equal(outage.on, false)
  resolve()
  await asked
  await fail('unauthenticated')
  assert.equal(outage.on, false)
  await fail('unavailable')
  await fail('busy')
  assert.equal(outage.on, false)
})
