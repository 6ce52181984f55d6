import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault, type FaultCode } from '#lib/base/fault.ts'
import { deleteAccount, readAccount, restoreAccount, setAccount, showAccount } from './accounts.ts'
import { addAccount } from './add-account.ts'
import { addAddress, deleteAddress, listAddresses } from './addresses.ts'
import { collect } from './collections.ts'
import { resolve } from './resolve.ts'
import { change, DAY_MS, openAuthenticator, openExample, type TestDirectory } from './testing.ts'

const fault = (code: FaultCode, said = /./) => {
  return (error: unknown) =>
    error instanceof Fault && error.code === code && said.test(error.message)
}

const add = ({ registry, hasher }: TestDirectory, ...args: Parameters<typeof change>) =>
  addAccount(change(...args), registry, hasher)

const kindOf = async ({ collections }: TestDirectory, ...addresses: string[]) =>
  (await resolve(addresses, collections)).map(({ kind }) => kind).join(' ')

test('an account has its login and its aliases, whatever their case', async () => {
  await using directory = await openExample()
  const { _id } = await add(directory, 'Alice@Example.TEST', {
    title: '山田 有栖',
    quotaBytes: 5e9,
    addresses: ['info@example.jp', 'ALICE@example.test'],
  })
  const account = await showAccount('aLICE@example.test', directory.collections)
  assert.equal(account._id, _id)
  assert.equal(account.login, 'alice@example.test')
  assert.equal(account.title, '山田 有栖')
  assert.deepEqual(account.aliases, ['info@example.jp'])
  assert.equal(
    await kindOf(directory, 'alice@example.test', 'INFO@example.jp'),
    'accounts accounts',
  )
  assert.deepEqual(directory.announced.at(-1), {
    addresses: ['alice@example.test', 'info@example.jp'],
  })
})

test('legacy addresses can be logins and aliases', async () => {
  await using directory = await openExample()
  await add(directory, 'a..b@example.test', { addresses: ['.a@example.test', 'a.@example.test'] })
  const kinds = await kindOf(directory, 'a..b@example.test', '.a@example.test', 'a.@example.test')
  assert.equal(kinds, 'accounts accounts accounts')
})

test('what cannot be added says why, and leaves nothing', async () => {
  await using directory = await openExample()
  await add(directory, 'bob@example.test')
  const cases: [ReturnType<typeof change>, FaultCode, RegExp][] = [
    [change('bob@example.test'), 'exists', /^bob@example.test exists/],
    [change('eve@example.test', { addresses: ['bob@example.test'] }), 'exists', /^bob@/],
    [change('eve@nowhere.test'), 'not-found', /nowhere.test/],
    [change('eve@example.test', { addresses: ['eve@other.test'] }), 'invalid', /one tenant/],
    [change('eve'), 'invalid', /@/],
    [change('e ve@example.test'), 'invalid', /quotes/],
    [change('eve@example.test', { quotaBytes: -1 }), 'invalid', /quota/],
    [change('eve@example.test', { title: 'a\nb' }), 'invalid', /control/],
    [change('eve@example.test', { password: 'a', passwordHash: 'b' }), 'invalid', /both/],
    [change('eve@example.test', { passwordHash: '$1$' }), 'invalid', /not supported/],
  ]
  for (const [wanted, code, said] of cases) {
    const added = addAccount(wanted, directory.registry, directory.hasher)
    await assert.rejects(added, fault(code, said), wanted.login)
  }
  assert.equal(await kindOf(directory, 'eve@example.test'), 'unknown')
  const accounts = await collect(directory.collections.accounts.find({ state: 'adding' }))
  assert.equal(accounts.length, 0)
  const { items } = await listAddresses(
    { account: '', domain: '', tenant: '', address: '', after: '', limit: 0 },
    directory.collections,
  )
  assert.deepEqual(items, [{ address: 'bob@example.test', account: 'bob@example.test' }])
})

test('killed at any write, a repeat completes it', async () => {
  for (let writes = 1; ; writes++) {
    await using directory = await openExample()
    const dying = { ...directory.registry, collections: dyingAfter(writes, directory) }
    const wanted = change('alice@example.test', { addresses: ['info@example.test'] })
    let killed = false
    await addAccount(wanted, dying, directory.hasher).catch((error: unknown) => {
      assert(error instanceof Killed)
      killed = true
    })
    if (!killed) {
      assert(writes > 4)
      return
    }
    const kinds = await kindOf(directory, 'alice@example.test', 'info@example.test')
    assert.equal(kinds, 'unknown unknown', `after ${writes}`)
    await addAccount(wanted, directory.registry, directory.hasher)
    const again = await kindOf(directory, 'alice@example.test', 'info@example.test')
    assert.equal(again, 'accounts accounts', `after ${writes}`)
  }
})

test('of two who add the same at once, one account comes out, or one fails', async () => {
  await using directory = await openExample()
  const add3 = (login: string) => add(directory, login, { addresses: ['shared@example.test'] })
  const logins = ['alice@example.test', 'alice@example.test', 'bob@example.test']
  const results = await Promise.allSettled(logins.map(add3))
  const made = results.filter(({ status }) => status === 'fulfilled')
  assert(made.length <= 1)
  for (const result of results) {
    if (result.status === 'rejected')
      assert(fault('conflict')(result.reason) || fault('exists')(result.reason))
  }
})

test('a repeat of the same request gets the account that the first made', async () => {
  await using directory = await openExample()
  const first = await add(directory, 'alice@example.test', { request: 'r1' })
  assert.equal((await add(directory, 'alice@example.test', { request: 'r1' }))._id, first._id)
  await assert.rejects(add(directory, 'alice@example.test', { request: 'r2' }), fault('exists'))
})

test('an account that is there already costs no hash', async () => {
  await using directory = await openExample()
  await add(directory, 'alice@example.test')
  const hasher = { hash: () => assert.fail('unexpected hash') }
  const again = change('alice@example.test', { password: 'secret' })
  await assert.rejects(addAccount(again, directory.registry, hasher), fault('exists'))
})

test('a deleted account takes no mail, keeps its addresses for 30 days, and can come back', async () => {
  await using directory = await openExample()
  const { _id } = await add(directory, 'alice@example.test', {
    addresses: ['info@example.test'],
    password: 'secret',
  })
  await deleteAccount('alice@example.test', directory.registry)
  assert.deepEqual(directory.announced.at(-1), {
    accounts: [_id],
    addresses: ['alice@example.test', 'info@example.test'],
  })
  assert.equal(
    await kindOf(directory, 'alice@example.test', 'info@example.test'),
    'unknown unknown',
  )
  await assert.rejects(
    openAuthenticator(directory).logIn('alice', 'secret'),
    fault('unauthenticated'),
  )
  await assert.rejects(readAccount(_id, directory.collections), fault('not-found'))
  await assert.rejects(add(directory, 'alice@example.test'), fault('exists', /until 2040-01-31/))
  await assert.rejects(
    add(directory, 'bob@example.test', { addresses: ['info@example.test'] }),
    fault('exists', /reuse/),
  )
  await restoreAccount('alice@example.test', directory.registry)
  assert.equal(
    await kindOf(directory, 'alice@example.test', 'info@example.test'),
    'accounts accounts',
  )
  await openAuthenticator(directory).logIn('alice', 'secret')
})

test('who insists gets the address of a deleted account, which then cannot come back', async () => {
  await using directory = await openExample()
  await add(directory, 'alice@example.test')
  await deleteAccount('alice@example.test', directory.registry)
  const { _id } = await add(directory, 'alice@example.test', { reuse: true })
  const [found] = await resolve(['alice@example.test'], directory.collections)
  assert(found?.kind === 'accounts')
  assert.equal(found.targets[0]?.account, _id)
  await assert.rejects(restoreAccount('alice@example.test', directory.registry), fault('exists'))
})

test('after 30 days the addresses of a deleted account are free', async () => {
  await using directory = await openExample()
  const { _id } = await add(directory, 'alice@example.test')
  await deleteAccount('alice@example.test', directory.registry)
  directory.clock.move(31 * DAY_MS)
  // What the expiring index does by itself, sooner or later.
  await directory.collections.accounts.deleteOne({ _id })
  await add(directory, 'alice@example.test')
})

test('a deleted alias is kept for its account', async () => {
  await using directory = await openExample()
  const { registry } = directory
  await add(directory, 'alice@example.test')
  await add(directory, 'bob@example.test')
  const alias = { address: 'info@example.test', reuse: false, move: false }
  await addAddress({ ...alias, account: 'alice@example.test' }, registry)
  await addAddress({ ...alias, account: 'alice@example.test' }, registry)
  await assert.rejects(
    addAddress({ ...alias, account: 'bob@example.test' }, registry),
    fault('exists'),
  )
  await deleteAddress('info@example.test', registry)
  assert.equal(await kindOf(directory, 'info@example.test'), 'unknown')
  await assert.rejects(
    addAddress({ ...alias, account: 'bob@example.test' }, registry),
    fault('exists', /kept/),
  )
  await addAddress({ ...alias, account: 'alice@example.test' }, registry)
  assert.equal(await kindOf(directory, 'info@example.test'), 'accounts')
  await addAddress({ ...alias, account: 'bob@example.test', move: true }, registry)
  await deleteAddress('info@example.test', registry)
  await addAddress({ ...alias, account: 'alice@example.test', reuse: true }, registry)
  await deleteAddress('info@example.test', registry)
  await addAddress({ ...alias, account: 'bob@example.test', reuse: true }, registry)
  const login = { ...alias, address: 'alice@example.test', account: 'bob@example.test', move: true }
  await assert.rejects(addAddress(login, registry), fault('exists'))
  const bob = await showAccount('bob@example.test', directory.collections)
  assert.deepEqual(bob.aliases, ['info@example.test'])
  await assert.rejects(deleteAddress('bob@example.test', registry), fault('conflict', /login/))
})

test('what is set is changed, and nothing else', async () => {
  await using directory = await openExample()
  await add(directory, 'alice@example.test', { title: 'Alice', quotaBytes: 7, password: 'old' })
  const { registry, hasher } = directory
  await setAccount(change('alice@example.test', { quotaBytes: 0 }), registry, hasher)
  const more = { password: 'new', addresses: ['a@example.jp'] }
  const account = await setAccount(change('alice@example.test', more), registry, hasher)
  assert.equal(account.title, 'Alice')
  assert.equal(account.quotaBytes, 0)
  assert.deepEqual(account.aliases, ['a@example.jp'])
  const { logIn } = openAuthenticator(directory)
  await logIn('alice', 'new')
  await assert.rejects(logIn('alice', 'old'), fault('unauthenticated'))
  await setAccount(change('alice@example.test', { suspended: true }), registry, hasher)
  assert.equal(await kindOf(directory, 'alice@example.test', 'a@example.jp'), 'disabled disabled')
  await assert.rejects(logIn('alice', 'new'), fault('unauthenticated'))
})

test('every change leaves a line of who, what and when', async () => {
  await using directory = await openExample()
  await add(directory, 'alice@example.test')
  directory.clock.move(1)
  await deleteAccount('alice@example.test', directory.registry)
  const lines = await collect(
    directory.collections.audit.find({ target: 'alice@example.test' }, { sort: { _id: 1 } }),
  )
  assert.deepEqual(
    lines.map(({ who, what }) => `${who} ${what}`),
    ['test account.add', 'test account.delete'],
  )
})

class Killed extends Error {}

/** Collections that die at the nth write, and do nothing any more after it. */
function dyingAfter(writes: number, { collections }: TestDirectory): TestDirectory['collections'] {
  let left = writes
  const guard = <T extends object>(collection: T): T =>
    new Proxy(collection, {
      get(target, name) {
        const method = Reflect.get(target, name) as (...args: unknown[]) => unknown
        if (typeof method !== 'function') return method
        return (...args: unknown[]) => {
          const writing = /insert|update|replace|delete|bulk/i.test(String(name))
          if (left <= 0 || (writing && --left <= 0)) return Promise.reject(new Killed())
          return method.apply(target, args)
        }
      },
    })
  return Object.fromEntries(
    Object.entries(collections).map(([name, collection]) => [name, guard(collection)]),
  ) as unknown as TestDirectory['collections']
}
