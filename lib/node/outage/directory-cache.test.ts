import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { parseAddress } from '#lib/mail/address.ts'
import type { Resolution } from '#lib/mail/resolution.ts'
import { DirectoryCache } from './directory-cache.ts'

const ALICE = parseAddress('alice@example.test')
const BOB = parseAddress('bob@example.test')
const HOME: Resolution = {
  kind: 'accounts',
  targets: [{ account: 'a1', tenant: 't1', domain: 'login.test', quotas: [] }],
  forwards: [],
}
const UNKNOWN: Resolution = { kind: 'unknown' }
const HOUR = 60 * 60 * 1000

const ELSEWHERE: Resolution = { kind: 'elsewhere' }

function open(entriesMax?: number) {
  const world = {
    now: 0,
    calls: [] as string[][],
    answer: HOME as Resolution,
    through: [] as string[],
    /** More addresses than this in one call are too many. */
    callMax: 100,
    away: false,
    /** What the next calls wait for. */
    slow: Promise.resolve(),
  }
  const cache = new DirectoryCache(
    async (addresses) => {
      world.calls.push([...addresses])
      await world.slow
      const { answer: resolution, through } = world
      if (world.away) throw new Fault('unavailable', 'The directory is away')
      if (addresses.length > world.callMax) throw new Fault('too-large', 'Too much')
      await null
      return addresses.map(() => ({ resolution, through }))
    },
    { monotonic: () => world.now },
    entriesMax === undefined ? {} : { entriesMax },
  )
  return { world, cache }
}

test('an answer is the truth for five seconds', async () => {
  const { world, cache } = open()
  assert.deepEqual(await cache.resolve(ALICE), HOME)
  world.now = 4999
  assert.deepEqual(await cache.resolve(parseAddress('ALICE@example.test')), HOME)
  assert.equal(world.calls.length, 1)
  world.now = 5000
  world.answer = UNKNOWN
  assert.deepEqual(await cache.resolve(ALICE), UNKNOWN)
})

test('many who ask at once are one call, one question per address', async () => {
  const { world, cache } = open()
  await Promise.all([ALICE, BOB, ALICE, BOB].map((address) => cache.resolve(address)))
  assert.deepEqual(world.calls, [['alice@example.test', 'bob@example.test']])
})

test('known addresses outlive an outage of a day, unknown ones do not', async () => {
  const { world, cache } = open()
  await cache.resolve(ALICE)
  world.answer = UNKNOWN
  await cache.resolve(BOB)
  world.away = true
  world.now = 23 * HOUR
  assert.deepEqual(await cache.resolve(ALICE), HOME)
  // At once, without asking again: the directory failed a moment ago.
  const asked = world.calls.length
  assert.deepEqual(await cache.resolve(ALICE), HOME)
  assert.equal(world.calls.length, asked)
  await assert.rejects(cache.resolve(BOB), Fault)
  world.now = 24 * HOUR + 1000
  await assert.rejects(cache.resolve(ALICE), Fault)
})

test('while it is away one finds out whether it is back, and nobody who is known waits', async () => {
  const { world, cache } = open()
  await Promise.all([ALICE, BOB].map((address) => cache.resolve(address)))
  world.away = true
  world.now = HOUR
  assert.deepEqual(await cache.resolve(ALICE), HOME)
  const gate = Promise.withResolvers<void>()
  world.slow = gate.promise
  world.now += 3000
  const asked = world.calls.length
  const first = cache.resolve(ALICE)
  // Who asks in the same turn shares the call.
  await null
  await null
  assert.deepEqual(await cache.resolve(BOB), HOME)
  assert.equal(world.calls.length, asked + 1)
  world.away = false
  world.answer = UNKNOWN
  gate.resolve()
  assert.deepEqual(await first, UNKNOWN)
  assert.deepEqual(await cache.resolve(BOB), UNKNOWN)
})

test('that a domain is elsewhere is remembered for a day, and says so', async () => {
  const { world, cache } = open()
  world.answer = ELSEWHERE
  assert.deepEqual(await cache.resolve(ALICE), ELSEWHERE)
  world.away = true
  world.now = 23 * HOUR
  const remembered = { ...ELSEWHERE, remembered: true }
  assert.deepEqual(await cache.resolve(ALICE), remembered)
  assert.deepEqual(await cache.resolve(BOB), remembered, 'whoever it is there')
  await assert.rejects(cache.resolve(parseAddress('x@other.test')), Fault)
  cache.forget({ domains: ['example.test'] })
  await assert.rejects(cache.resolve(BOB), Fault)
  world.away = false
  world.now += 10_000
  await cache.resolve(BOB)
  world.answer = HOME
  await cache.resolve(ALICE)
  world.away = true
  world.now += 10_000
  await assert.rejects(cache.resolve(BOB), Fault, 'it is hosted here by now')
})

test('a change of an address, its domain or its account is seen at once', async () => {
  const changes = [
    { addresses: ['Alice@example.test'] },
    { domains: ['example.test'] },
    { domains: ['login.test'] },
    { accounts: ['a1'] },
  ]
  for (const change of changes) {
    const { world, cache } = open()
    await cache.resolve(ALICE)
    world.answer = UNKNOWN
    cache.forget({ addresses: ['bob@example.test'], domains: ['other.test'], accounts: ['b'] })
    assert.deepEqual(await cache.resolve(ALICE), HOME)
    cache.forget(change)
    assert.deepEqual(await cache.resolve(ALICE), UNKNOWN)
  }
})

test('what an answer depends on makes it be asked again when it changes, whatever the answer was', async () => {
  const answers: Resolution[] = [HOME, UNKNOWN, { kind: 'disabled' }]
  const changes = [
    { addresses: ['Member@group.test'] },
    { addresses: ['@catch-all.test'] },
    { domains: ['home.test'] },
    { accounts: ['forwards'] },
  ]
  const through = ['member@group.test', '@catch-all.test', 'home.test', 'forwards']
  const many = Array.from({ length: 1000 }, (_, i) => `member${i}@group.test`)
  for (const more of [[], many]) {
    for (const answer of answers) {
      for (const change of changes) {
        const { world, cache } = open()
        Object.assign(world, { answer, through: [...more, ...through] })
        await cache.resolve(ALICE)
        cache.forget({ addresses: ['x@group.test', '@home.test'], domains: ['group.test'] })
        await cache.resolve(ALICE)
        assert.equal(world.calls.length, 1)
        cache.forget(change)
        await cache.resolve(ALICE)
        assert.equal(world.calls.length, 2)
      }
    }
  }
})

test('of large answers fewer are kept', async () => {
  const { world, cache } = open()
  world.through = Array.from({ length: 9 }, (_, i) => `${i}@group.test`)
  for (let i = 0; i < 300; i++) await cache.resolve(parseAddress(`group${i}@example.test`))
  await cache.resolve(parseAddress('group299@example.test'))
  assert.equal(world.calls.length, 300)
  await cache.resolve(parseAddress('group0@example.test'))
  assert.equal(world.calls.length, 301)
})

test('addresses that lead to too much for one call are asked for in parts', async () => {
  const { world, cache } = open()
  world.callMax = 1
  const carol = parseAddress('carol@example.test')
  const answers = await Promise.all([ALICE, BOB, carol].map((address) => cache.resolve(address)))
  assert.deepEqual(answers, [HOME, HOME, HOME])
  assert.deepEqual(
    world.calls.map((call) => call.length),
    [3, 2, 1, 1, 1],
  )
  world.callMax = 0
  await assert.rejects(cache.resolve(parseAddress('dave@example.test')), Fault)
  // Asked once more, not waited for.
  await assert.rejects(cache.resolve(parseAddress('dave@example.test')), Fault)
})

test('an answer that a change overtook is not kept as fresh', async () => {
  const { world, cache } = open()
  const early = cache.resolve(ALICE)
  await null
  world.answer = UNKNOWN
  cache.forget({ accounts: ['a1'] })
  await early
  assert.deepEqual(await cache.resolve(ALICE), UNKNOWN)
})

test('it holds no more entries than it may; what was used last stays', async () => {
  const { world, cache } = open(2)
  await cache.resolve(ALICE)
  await cache.resolve(BOB)
  await cache.resolve(ALICE)
  await cache.resolve(parseAddress('carol@example.test'))
  await cache.resolve(ALICE)
  assert.equal(world.calls.length, 3)
  await cache.resolve(BOB)
  assert.equal(world.calls.length, 4)
})
