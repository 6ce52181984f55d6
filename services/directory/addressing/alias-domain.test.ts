import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault, type FaultCode } from '#lib/base/fault.ts'
import { deleteAccount, restoreAccount, setAccount } from '../accounts.ts'
import { addAccount } from '../add-account.ts'
import { addAddress, deleteAddress } from '../addresses.ts'
import { addDomain, deleteDomain, setDomain } from '../domains.ts'
import { change, DOMAIN } from '../testing.ts'
import { addGroup, deleteGroup } from './groups.ts'
import { openAddressing } from './testing.ts'

const fault = (code: FaultCode, said = /./) => {
  return (error: unknown) =>
    error instanceof Fault && error.code === code && said.test(error.message)
}

const GROUP = { title: undefined, add: [], remove: [], reuse: false }

/** A collection with some of its methods replaced. */
function wrap<T extends object>(collection: T, own: Partial<T>): T {
  return new Proxy(collection, {
    get(target, name) {
      const value: unknown = Reflect.get(name in own ? own : target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

test('an alias domain belongs to the tenant of a domain that is none, and has no addresses', async () => {
  await using given = await openAddressing()
  const { registry } = given
  const add = (name: string, aliasOf: string, more: object = {}) =>
    addDomain({ ...DOMAIN, name, tenant: 'example', aliasOf, ...more }, registry)
  await given.account('alice@example.test')
  const added = await add('alias.test', 'Example.TEST', { plus: '' })
  assert.deepEqual([added.aliasOf, added.plus], ['example.test', ''])
  const cases: [done: () => Promise<unknown>, code: FaultCode, said: RegExp][] = [
    [() => add('x.test', 'x.test'), 'invalid', /itself/],
    [() => add('x.test', 'nowhere.test'), 'not-found', /nowhere/],
    [() => add('x.test', 'other.test'), 'invalid', /tenant/],
    [() => add('x.test', 'alias.test'), 'invalid', /of example.test/],
    [() => given.domain('example.jp', { aliasOf: 'alias.test' }), 'invalid', /of example.test/],
    [() => given.domain('example.jp', { aliasOf: 'other.test' }), 'invalid', /tenant/],
    [() => given.domain('example.test', { aliasOf: 'example.jp' }), 'conflict', /alice@/],
    [() => given.domain('example.jp', { plus: 'x' }), 'invalid', /begin with/],
    [() => given.account('x@alias.test'), 'invalid', /no others/],
    [() => given.alias('x@alias.test', 'alice@example.test'), 'invalid', /no others/],
    [() => given.alias('@alias.test', 'alice@example.test'), 'invalid', /no others/],
    [() => given.group('x@alias.test', []), 'invalid', /no others/],
  ]
  for (const [done, code, said] of cases) await assert.rejects(done(), fault(code, said))
  assert.equal(await given.where('alice@alias.test'), 'alice@')
  await deleteAccount('alice@example.test', registry)
  await assert.rejects(deleteDomain('example.test', registry), fault('conflict', /alias.test/))
  // It is open again.
  await restoreAccount('alice@example.test', registry)
  await given.account('bob@example.test')
})

test('a domain becomes an alias when nothing lives in it, and stops being one', async () => {
  await using given = await openAddressing()
  const { registry } = given
  const become = () => given.domain('example.jp', { aliasOf: 'example.test' })
  await given.account('alice@example.test', { addresses: ['a@example.jp'] })
  await given.account('old@example.jp')
  await deleteAccount('old@example.jp', registry)
  await assert.rejects(become(), fault('conflict', /a@example.jp/))
  await deleteAddress('a@example.jp', registry)
  await given.group('team@example.jp', [])
  await assert.rejects(become(), fault('conflict', /team@example.jp/))
  await deleteGroup('team@example.jp', registry)
  const domain = await become()
  assert.equal(domain.aliasOf, 'example.test')
  assert.equal(domain.deleting, undefined)
  assert.deepEqual(given.announced.at(-1), { domains: ['example.jp'] })
  await assert.rejects(restoreAccount('old@example.jp', registry), fault('invalid', /no others/))
  await become()
  assert.equal((await given.domain('example.jp', { aliasOf: '' })).aliasOf, undefined)
  await restoreAccount('old@example.jp', registry)
  assert.equal(await given.where('alice@example.jp'), 'unknown')

  await deleteAccount('old@example.jp', registry)
  await become()
  await deleteDomain('example.jp', registry)
  const again = { ...DOMAIN, name: 'example.jp', tenant: 'example' }
  await addDomain(again, registry)
  await given.account('new@example.jp')
})

test('of two domains that would make a chain at once, one at most becomes an alias', async () => {
  await using given = await openAddressing()
  const { registry, collections } = given
  await addDomain({ ...DOMAIN, name: 'third.test', tenant: 'example' }, registry)
  for (const aliasOf of ['third.test', 'example.test']) {
    const done = await Promise.allSettled([
      given.domain('example.test', { aliasOf: 'example.jp' }),
      given.domain('example.jp', { aliasOf }),
    ])
    for (const one of done) assert(one.status === 'fulfilled' || one.reason instanceof Fault)
    for (const name of ['example.test', 'example.jp']) {
      const domain = await collections.domains.findOne({ _id: name })
      const target = domain?.aliasOf && (await collections.domains.findOne({ _id: domain.aliasOf }))
      assert(!target || target.aliasOf === undefined, `${name} is in a chain`)
      assert.equal(domain?.deleting, undefined)
      await given.domain(name, { aliasOf: '' })
    }
  }
})

test('what sees after its write that the domain closed meanwhile takes it back', async () => {
  await using given = await openAddressing()
  const { collections } = given
  const { addresses, domains } = collections
  await given.account('alice@example.test')
  const insertOne: typeof addresses.insertOne = async (document) => {
    await addresses.insertOne(document)
    await domains.updateOne({ _id: 'example.jp' }, { $set: { deleting: true } })
  }
  const meanwhile = { ...collections, addresses: wrap(addresses, { insertOne }) }
  const registry = { ...given.registry, collections: meanwhile }
  const adding = [
    (address: string) => addGroup({ ...GROUP, address }, registry),
    (address: string) =>
      addAddress({ address, account: 'alice@example.test', reuse: false, move: false }, registry),
    (address: string) =>
      setAccount(change('alice@example.test', { addresses: [address] }), registry, given.hasher),
    (address: string) => addAccount(change(address), registry, given.hasher),
  ]
  for (const add of adding) {
    await assert.rejects(add('x@example.jp'), fault('conflict', /being deleted/))
    assert.equal(await addresses.findOne({ _id: 'x@example.jp' }), undefined)
    await domains.updateOne({ _id: 'example.jp' }, { $unset: { deleting: true } })
  }
})

test('an account is not brought back into a domain that closed meanwhile', async () => {
  await using given = await openAddressing()
  const { collections } = given
  const { accounts, domains } = collections
  await given.account('old@example.jp')
  await deleteAccount('old@example.jp', given.registry)
  const deleted = await accounts.findOne({ login: 'old@example.jp', state: 'deleted' })
  const updateOne: typeof accounts.updateOne = async (filter, update) => {
    await domains.updateOne({ _id: 'example.jp' }, { $set: { deleting: true } })
    return await accounts.updateOne(filter, update)
  }
  const own = { ...collections, accounts: wrap(accounts, { updateOne }) }
  const restored = restoreAccount('old@example.jp', { ...given.registry, collections: own })
  await assert.rejects(restored, fault('conflict', /being deleted/))
  assert.deepEqual(await accounts.findOne({ login: 'old@example.jp', state: 'deleted' }), deleted)
})

test('what becomes an alias takes it back when it sees a chain after its write', async () => {
  await using given = await openAddressing()
  const { collections } = given
  const { domains } = collections
  const meanwhiles: [filter: { _id: string }, update: { $set: { aliasOf: string } }][] = [
    [{ _id: 'example.test' }, { $set: { aliasOf: 'third.test' } }],
    [{ _id: 'third.test' }, { $set: { aliasOf: 'example.jp' } }],
  ]
  await addDomain({ ...DOMAIN, name: 'third.test', tenant: 'example' }, given.registry)
  for (const meanwhile of meanwhiles) {
    const updateOne: typeof domains.updateOne = async (filter, update) => {
      const done = await domains.updateOne(filter, update)
      if (update.$set?.aliasOf !== undefined) await domains.updateOne(...meanwhile)
      return done
    }
    const own = { ...collections, domains: wrap(domains, { updateOne }) }
    const registry = { ...given.registry, collections: own }
    const change = { ...DOMAIN, name: 'example.jp', tenant: '', aliasOf: 'example.test' }
    await assert.rejects(setDomain(change, registry), Fault)
    const domain = await domains.findOne({ _id: 'example.jp' })
    assert.deepEqual([domain?.aliasOf, domain?.deleting], [undefined, undefined])
    await domains.updateOne(meanwhile[0], { $unset: { aliasOf: true } })
  }
})

test('an address that another tenant left in a domain counts for nobody, and yields', async () => {
  await using given = await openAddressing()
  await given.account('alice@example.test', { addresses: ['info@example.jp'] })
  const other = await given.collections.domains.findOne({ _id: 'other.test' })
  assert(other)
  const theirs = { $set: { tenant: other.tenant } }
  await given.collections.domains.updateOne({ _id: 'example.jp' }, theirs)
  assert.equal(await given.where('info@example.jp'), 'unknown')
  await given.account('info@example.jp')
  assert.equal(await given.where('info@example.jp'), 'info@example.jp')
})
