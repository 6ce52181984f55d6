import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { Fault, type FaultCode } from '#lib/base/fault.ts'
import { setAccount } from './accounts.ts'
import { addAccount } from './add-account.ts'
import { setDomain } from './domains.ts'
import { setTenant } from './tenants.ts'
import { change, DOMAIN, openAuthenticator, openExample, tenant } from './testing.ts'

const fault = (code: FaultCode) => (error: unknown) => error instanceof Fault && error.code === code

async function openWithAlice(more: Parameters<typeof change>[1] = { password: 'secret' }) {
  const directory = await openExample()
  const added = { addresses: ['info@example.test'], ...more }
  await addAccount(change('alice@example.test', added), directory.registry, directory.hasher)
  return directory
}

test('a login is an address or a bare name, in any case', async () => {
  await using directory = await openWithAlice()
  const { logIn } = openAuthenticator(directory)
  for (const login of ['alice@example.test', 'Alice', 'ALICE@EXAMPLE.TEST']) {
    assert.equal((await logIn(login, 'secret')).login, 'alice@example.test')
  }
})

test('whatever is wrong, the answer is the same', async () => {
  await using directory = await openWithAlice()
  const { logIn } = openAuthenticator(directory)
  const cases = [
    ['alice', 'Secret'],
    ['alice', ''],
    ['nobody', 'secret'],
    ['info@example.test', 'secret'], // an alias is no login
    ['alice@other.test', 'secret'],
    ['', 'secret'],
    ['@', 'secret'],
  ] as const
  for (const [login, password] of cases) {
    await assert.rejects(logIn(login, password, { clientAddress: '' }), (error) => {
      assert(error instanceof Fault && error.code === 'unauthenticated')
      assert.equal(error.message, 'Wrong login or password')
      return true
    })
  }
})

test('an unknown login costs a hash too', async () => {
  await using directory = await openWithAlice()
  const authenticator = openAuthenticator(directory)
  await assert.rejects(authenticator.logIn('nobody', 'secret'))
  assert.equal(authenticator.hashed, 1)
})

test('who logs in all the time costs one hash, until the password changes', async () => {
  await using directory = await openWithAlice()
  const authenticator = openAuthenticator(directory)
  for (let i = 0; i < 5; i++) await authenticator.logIn('alice', 'secret')
  assert.equal(authenticator.hashed, 1)
  directory.clock.move(301_000)
  await authenticator.logIn('alice', 'secret')
  assert.equal(authenticator.hashed, 2)
  const { registry, hasher } = directory
  await setAccount(change('alice@example.test', { password: 'new' }), registry, hasher)
  await assert.rejects(authenticator.logIn('alice', 'secret'), fault('unauthenticated'))
  await authenticator.logIn('alice', 'new')
  assert.equal(authenticator.hashed, 4)
})

test('an account, domain or tenant that is suspended lets nobody in, at once', async () => {
  await using directory = await openWithAlice()
  const { registry, hasher } = directory
  const { logIn } = openAuthenticator(directory)
  const domain = { ...DOMAIN, name: 'example.test', tenant: '' }
  const switches = [
    (suspended: boolean) => setTenant({ ...tenant('example'), suspended }, registry),
    (suspended: boolean) => setDomain({ ...domain, suspended }, registry),
    (suspended: boolean) =>
      setAccount(change('alice@example.test', { suspended }), registry, hasher),
  ]
  await logIn('alice', 'secret')
  for (const suspend of switches) {
    await suspend(true)
    await assert.rejects(logIn('alice', 'secret'), fault('unauthenticated'))
    await suspend(false)
    await logIn('alice', 'secret')
  }
})

test('guessing is slowed; the same wrong password again is no guess, nor is the right one', async () => {
  await using directory = await openWithAlice()
  const { logIn } = openAuthenticator(directory, { perLogin: 3 })
  await logIn('alice', 'secret')
  for (let i = 0; i < 10; i++) await assert.rejects(logIn('alice', 'old'), fault('unauthenticated'))
  for (const guess of ['a', 'b'])
    await assert.rejects(logIn('alice', guess), fault('unauthenticated'))
  await assert.rejects(logIn('alice', 'c'), fault('busy'))
  // The one who knows it is let in all the same.
  await logIn('alice', 'secret')
  directory.clock.move(201_000)
  await assert.rejects(logIn('alice', 'c'), fault('unauthenticated'))
})

test('guesses at one time do not slip through together', async () => {
  await using directory = await openWithAlice()
  const { logIn } = openAuthenticator(directory, { perLogin: 3 })
  const guesses = Array.from({ length: 10 }, (_, i) => logIn('alice', `guess ${i}`))
  const results = await Promise.allSettled(guesses)
  const slowed = results.filter((result) => fault('busy')((result as PromiseRejectedResult).reason))
  assert.equal(slowed.length, 7)
})

test('guesses are slowed wherever they come to, and who knows the password is let in', async () => {
  await using directory = await openWithAlice()
  const [one, two] = [
    openAuthenticator(directory, { perLogin: 4 }),
    openAuthenticator(directory, { perLogin: 4 }),
  ]
  await two.logIn('alice', 'secret')
  for (const guess of ['a', 'b']) {
    await assert.rejects(one.logIn('alice', guess), fault('unauthenticated'))
    await assert.rejects(two.logIn('alice', guess), fault('unauthenticated'))
  }
  const hashed = one.hashed + two.hashed
  await assert.rejects(one.logIn('alice', 'c'), fault('busy'))
  await assert.rejects(two.logIn('alice', 'c'), fault('busy'))
  assert.equal(one.hashed + two.hashed, hashed)
  await two.logIn('alice', 'secret')
})

test('who guesses from elsewhere does not learn the right one by being let in', async () => {
  await using directory = await openWithAlice()
  const authenticator = openAuthenticator(directory, { perLogin: 3 })
  const there = { clientAddress: '198.51.100.1' }
  await authenticator.logIn('alice', 'secret')
  for (const guess of ['a', 'b', 'c']) {
    await assert.rejects(authenticator.logIn('alice', guess, there), fault('unauthenticated'))
  }
  await assert.rejects(authenticator.logIn('alice', 'd', there), fault('busy'))
  await assert.rejects(authenticator.logIn('alice', 'secret', there), fault('busy'))
  await authenticator.logIn('alice', 'secret')
  directory.clock.move(201_000)
  const hashed = authenticator.hashed
  await authenticator.logIn('alice', 'secret', there)
  assert.equal(authenticator.hashed, hashed)
  await assert.rejects(authenticator.logIn('alice', 'e', there), fault('unauthenticated'))
  await authenticator.logIn('alice', 'secret', there)
})

test('an imported hash lets in, and becomes a better one', async () => {
  const passwordHash = `{SHA256}${createHash('sha256').update('secret').digest('base64')}`
  await using directory = await openWithAlice({ passwordHash })
  const { logIn } = openAuthenticator(directory)
  const { _id } = await logIn('alice', 'secret')
  const account = await directory.collections.accounts.findOne({ _id })
  assert.match(account?.credential?.hash ?? '', /^\$argon2id\$/)
  await openAuthenticator(directory).logIn('alice', 'secret')
})

test('an account without a password lets nobody in', async () => {
  await using directory = await openWithAlice({})
  await assert.rejects(openAuthenticator(directory).logIn('alice', ''), fault('unauthenticated'))
})
