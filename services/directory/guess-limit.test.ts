import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { collect } from './collections.ts'
import { GuessLimit } from './guess-limit.ts'
import { openTestDirectory, testClock } from './testing.ts'

const busy = (error: unknown) => error instanceof Fault && error.code === 'busy'
const LIMITS = { perLogin: 2, perAddress: 3, windowMs: 1000 }

test('guesses are counted by login and by address, and run off', async () => {
  const clock = testClock()
  const limit = new GuessLimit(LIMITS, clock)
  await limit.take('alice', '192.0.2.1', true)
  await limit.take('alice', '192.0.2.1', true)
  await assert.rejects(limit.take('alice', '192.0.2.9', true), busy)
  await limit.take('bob', '192.0.2.1', true)
  await assert.rejects(limit.take('carol', '192.0.2.1', true), busy)
  clock.move(500)
  await limit.take('alice', '192.0.2.9', true)
  await assert.rejects(limit.take('alice', '192.0.2.9', true), busy)
})

test('a right password costs nothing', async () => {
  const limit = new GuessLimit(LIMITS, testClock())
  for (let i = 0; i < 10; i++) (await limit.take('alice', '192.0.2.1', true)).giveBack()
})

test('a limit can be off, and an address unknown', async () => {
  const off = Number.POSITIVE_INFINITY
  const limit = new GuessLimit({ perLogin: off, perAddress: 1, windowMs: 1000 }, testClock())
  for (let i = 0; i < 10; i++) await limit.take('alice', '', true)
})

test('wrong ones count in all processes, and run off there too', async () => {
  await using directory = await openTestDirectory()
  const { clock, collections } = directory
  const open = () => new GuessLimit(LIMITS, clock, collections.guesses)
  const processes = [open(), open(), open()]
  for (const limit of processes.slice(0, 2)) {
    const right = await limit.take('alice', '', true)
    right.giveBack()
    await (await limit.take('alice', '', true)).keep()
  }
  for (const limit of processes) await assert.rejects(limit.take('alice', '', true), busy)
  clock.move(499)
  for (const limit of [...processes, open()]) {
    await assert.rejects(limit.take('alice', '', true), busy)
  }
  clock.move(2)
  await (await open().take('alice', '', true)).keep()
  for (const limit of [...processes, open()]) {
    await assert.rejects(limit.take('alice', '', true), busy)
  }
})

test('beyond the limit the database is left alone for a while', async () => {
  await using directory = await openTestDirectory()
  const { clock, collections } = directory
  let asked = 0
  const counting = new Proxy(collections.guesses, {
    get(guesses, name) {
      asked++
      const method = Reflect.get(guesses, name) as (...args: unknown[]) => unknown
      return method.bind(guesses)
    },
  })
  const other = new GuessLimit(LIMITS, clock, collections.guesses)
  for (let i = 0; i < 2; i++) await (await other.take('alice', '', true)).keep()
  const limit = new GuessLimit(LIMITS, clock, counting)
  for (let i = 0; i < 100; i++) await assert.rejects(limit.take('alice', '', true), busy)
  assert.equal(asked, 1)
})

test('what was typed instead of a login is not written down', async () => {
  await using directory = await openTestDirectory()
  const limit = new GuessLimit(LIMITS, directory.clock, directory.collections.guesses)
  await (await limit.take('secret', '192.0.2.1', false)).keep()
  const kept = await collect(directory.collections.guesses.find({}))
  assert.deepEqual(
    kept.map(({ _id }) => _id),
    ['address 192.0.2.1'],
  )
})

test('of a login that is longer than any the beginning counts', async () => {
  await using directory = await openTestDirectory()
  const limit = new GuessLimit({ ...LIMITS, perLogin: 1 }, directory.clock)
  await limit.take(`${'x'.repeat(10_000)}1`, '', false)
  await assert.rejects(limit.take(`${'x'.repeat(10_000)}2`, '', false), busy)
})
