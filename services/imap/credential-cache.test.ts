import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault, type FaultCode } from '#lib/base/fault.ts'
import { AccountLimit } from './account-limit.ts'
import { CredentialCache } from './credential-cache.ts'
import { ALICE } from './testing.ts'

const DAY = 24 * 60 * 60 * 1000

function open() {
  let now = 0
  let answer: FaultCode | 'ok' = 'ok'
  const ask = async () => {
    if (answer !== 'ok') throw new Fault(answer, answer)
    return ALICE
  }
  const cache = new CredentialCache(ask, { monotonic: () => now }, (bytes) => new Uint8Array(bytes))
  return {
    logIn: async (login: string, password: string) =>
      (await cache.authenticate(login, password, '192.0.2.1')).fromCache,
    answer: (what: FaultCode | 'ok') => {
      answer = what
    },
    pass: (ms: number) => {
      now += ms
    },
  }
}

test('who was known is let in while the directory is away, for a day', async () => {
  const { logIn, answer, pass } = open()
  assert.equal(await logIn('alice', 'right'), false)
  answer('unavailable')
  assert.equal(await logIn('alice', 'right'), true)
  await assert.rejects(logIn('alice', 'wrong'), { code: 'unavailable' })
  await assert.rejects(logIn('bob', 'right'), { code: 'unavailable' })
  await assert.rejects(logIn('alicer', 'ight'), { code: 'unavailable' })
  pass(DAY + 1)
  await assert.rejects(logIn('alice', 'right'), { code: 'unavailable' })
})

test('as long as the directory answers, its answer counts', async () => {
  const { logIn, answer } = open()
  await logIn('alice', 'right')
  answer('unauthenticated')
  await assert.rejects(logIn('alice', 'other'), { code: 'unauthenticated' })
  answer('unavailable')
  assert.equal(await logIn('alice', 'right'), true, 'somebody’s wrong guess changes nothing')
  answer('unauthenticated')
  await assert.rejects(logIn('alice', 'right'), { code: 'unauthenticated' })
  answer('unavailable')
  await assert.rejects(logIn('alice', 'right'), { code: 'unavailable' })
})

test('an account has so many sessions, and one more when one has gone', () => {
  const limit = new AccountLimit(2)
  assert.deepEqual([limit.enter('a'), limit.enter('a'), limit.enter('a')], [true, true, false])
  assert.equal(limit.enter('b'), true)
  limit.leave('a')
  assert.equal(limit.enter('a'), true)
})
