import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault, type FaultCode } from '#lib/base/fault.ts'
import { Outage } from '#lib/base/outage.ts'
import { CredentialCache } from './credential-cache.ts'
import { LocalGuesses } from './local-guesses.ts'

const ALICE = { id: 'a1', login: 'alice@example.test', domain: 'example.test' }
const HOME = '192.0.2.1'
const ELSEWHERE = '198.51.100.1'
const HOUR = 60 * 60 * 1000
const DAY = 24 * HOUR

function open() {
  const world = { now: 0, answer: 'ok' as FaultCode | 'ok', asked: 0 }
  const during = { asked: async () => {} }
  const clock = { monotonic: () => world.now }
  const cache = new CredentialCache(
    async (login) => {
      world.asked += 1
      await during.asked()
      if (world.answer !== 'ok') throw new Fault(world.answer, world.answer)
      return login.toLowerCase() === 'alice' ? ALICE : { ...ALICE, id: `of ${login}` }
    },
    {
      clock,
      random: (bytes) => new Uint8Array(bytes),
      outage: new Outage(clock, 5000),
      guesses: new LocalGuesses(clock),
    },
  )
  return {
    world,
    during,
    cache,
    /** The next one asks the directory. */
    logIn: async (login: string, password: string, address = HOME) => {
      world.now += 10_000
      return (await cache.authenticate(login, password, address)).fromCache
    },
  }
}

test('who was known is let in while the directory is away, for a day', async () => {
  const { logIn, world } = open()
  assert.equal(await logIn('alice', 'right'), false)
  world.answer = 'unavailable'
  assert.equal(await logIn('alice', 'right'), true)
  await assert.rejects(logIn('alice', 'wrong'), { code: 'unavailable' })
  await assert.rejects(logIn('bob', 'right'), { code: 'unavailable' })
  await assert.rejects(logIn('alicer', 'ight'), { code: 'unavailable' })
  world.now = DAY
  assert.equal(await logIn('alice', 'right'), true)
  await assert.rejects(logIn('alice', 'right'), { code: 'unavailable' })
})

test('as long as the directory answers, its answer counts', async () => {
  const { logIn, world } = open()
  await logIn('alice', 'right')
  world.answer = 'unauthenticated'
  await assert.rejects(logIn('alice', 'other'), { code: 'unauthenticated' })
  world.answer = 'busy'
  await assert.rejects(logIn('alice', 'right'), { code: 'busy' })
  world.answer = 'unavailable'
  assert.equal(await logIn('alice', 'right'), true, 'somebody’s wrong guess changes nothing')
  for (const no of ['unauthenticated', 'forbidden'] as const) {
    world.answer = 'ok'
    await logIn('alice', 'right')
    world.answer = no
    await assert.rejects(logIn('alice', 'right'), { code: no })
    world.answer = 'unavailable'
    await assert.rejects(logIn('alice', 'right'), { code: 'unavailable' })
  }
})

test('one finds out whether the directory is back; the others do not wait', async () => {
  const { cache, logIn, world, during } = open()
  await logIn('alice', 'right')
  world.answer = 'unavailable'
  await logIn('alice', 'right')
  const { asked } = world
  for (let i = 0; i < 3; i++) await cache.authenticate('alice', 'right', HOME)
  await assert.rejects(cache.authenticate('bob', 'right', HOME), { code: 'unavailable' })
  assert.equal(world.asked, asked, 'it failed a moment ago')
  const gate = Promise.withResolvers<void>()
  during.asked = () => gate.promise
  const first = logIn('alice', 'right')
  assert.equal((await cache.authenticate('alice', 'right', HOME)).fromCache, true)
  assert.equal(world.asked, asked + 1)
  world.answer = 'ok'
  gate.resolve()
  assert.equal(await first, false)
  assert.equal((await cache.authenticate('bob', 'right', HOME)).fromCache, false)
})

test('a change that is announced makes the entry go at once, whatever names it', async () => {
  const changes = [
    { accounts: ['a1'] },
    { addresses: ['Alice@example.test'] },
    { domains: ['example.test'] },
  ]
  for (const change of changes) {
    const { cache, logIn, world } = open()
    await logIn('alice', 'right')
    cache.forget({ accounts: ['a2'], addresses: ['bob@example.test'], domains: ['other.test'] })
    world.answer = 'unavailable'
    assert.equal(await logIn('alice', 'right'), true)
    cache.forget(change)
    await assert.rejects(logIn('alice', 'right'), { code: 'unavailable' })
  }
})

test('a change while the directory is asked: what it answered may be from before', async () => {
  const { cache, logIn, world, during } = open()
  during.asked = async () => cache.forget({ accounts: ['a1'] })
  await logIn('alice', 'right')
  world.answer = 'unavailable'
  await assert.rejects(logIn('alice', 'right'), { code: 'unavailable' })
})

test('guessing against the cache is slowed, and does not keep out who is where he was', async () => {
  const { cache, logIn, world } = open()
  await logIn('alice', 'right')
  world.answer = 'unavailable'
  assert.equal(await logIn('alice', 'right', ELSEWHERE), true)
  const guess = (password: string) => cache.authenticate('alice', password, ELSEWHERE)
  for (let i = 0; i < 20; i++) await assert.rejects(guess(`guess ${i}`), { code: 'unavailable' })
  await assert.rejects(guess('right'), { code: 'unavailable' }, 'the right one after too many')
  assert.equal((await cache.authenticate('alice', 'right', HOME)).fromCache, true)
  world.now += 60_000
  await assert.rejects(logIn('alice', 'wrong', ELSEWHERE), { code: 'unavailable' })
  world.now += 60_000
  assert.equal(await logIn('alice', 'right', ELSEWHERE), true, 'a try is earned')
})

test('one network may not try many accounts', async () => {
  const { cache, logIn, world } = open()
  const logins = ['alice', ...Array.from({ length: 10 }, (_, i) => `user${i}`)]
  for (const login of logins) await logIn(login, 'right')
  world.answer = 'unavailable'
  assert.equal(await logIn('alice', 'right', ELSEWHERE), true)
  for (const login of logins.slice(1)) {
    for (let i = 0; i < 20; i++) await assert.rejects(cache.authenticate(login, 'x', ELSEWHERE))
  }
  await assert.rejects(cache.authenticate('alice', 'right', ELSEWHERE), { code: 'unavailable' })
  assert.equal((await cache.authenticate('alice', 'right', HOME)).fromCache, true)
})

test('a password that is another now is wrong, however the login is spelled', async () => {
  const { logIn, world } = open()
  for (const login of ['alice', 'Alice', 'ALICE']) await logIn(login, 'old')
  await logIn('alice', 'new')
  world.answer = 'unavailable'
  assert.equal(await logIn('alice', 'new'), true)
  await assert.rejects(logIn('ALICE', 'old'), { code: 'unavailable' })
  world.answer = 'ok'
  await logIn('Alice', 'new')
  world.answer = 'unauthenticated'
  await assert.rejects(logIn('alice', 'new'), { code: 'unauthenticated' })
  world.answer = 'unavailable'
  await assert.rejects(logIn('Alice', 'new'), { code: 'unavailable' })
})
