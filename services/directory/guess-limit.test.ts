import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { GuessLimit, networkOf } from './guess-limit.ts'
import { testClock } from './testing.ts'

const busy = (error: unknown) => error instanceof Fault && error.code === 'busy'
const LIMITS = { perLogin: 2, perAddress: 3, windowMs: 1000 }

test('guesses are counted by login and by address, and run off', () => {
  const clock = testClock()
  const limit = new GuessLimit(LIMITS, clock)
  limit.take('alice', '192.0.2.1')
  limit.take('alice', '192.0.2.1')
  assert.throws(() => limit.take('alice', '192.0.2.9'), busy)
  limit.take('bob', '192.0.2.1')
  assert.throws(() => limit.take('carol', '192.0.2.1'), busy)
  clock.move(500)
  limit.take('alice', '192.0.2.9')
  assert.throws(() => limit.take('alice', '192.0.2.9'), busy)
})

test('a right password costs nothing', () => {
  const limit = new GuessLimit(LIMITS, testClock())
  for (let i = 0; i < 10; i++) limit.take('alice', '192.0.2.1').giveBack()
})

test('a limit can be off, and an address unknown', () => {
  const off = Number.POSITIVE_INFINITY
  const limit = new GuessLimit({ perLogin: off, perAddress: 1, windowMs: 1000 }, testClock())
  for (let i = 0; i < 10; i++) limit.take('alice', '')
})

test('an IPv6 customer is a /64. RFC 6177 §2', () => {
  const cases: [address: string, network: string][] = [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:DB8:1:2::', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['2001:0db8:0001::9', '2001:db8:1:0'],
  ]
  for (const [address, network] of cases) assert.equal(networkOf(address), network, address)
})
