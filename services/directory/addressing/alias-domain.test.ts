import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault, type FaultCode } from '#lib/base/fault.ts'
import { deleteAccount, restoreAccount } from '../accounts.ts'
import { deleteAddress } from '../addresses.ts'
import { addDomain, deleteDomain } from '../domains.ts'
import { DOMAIN } from '../testing.ts'
import { deleteGroup } from './groups.ts'
import { openAddressing } from './testing.ts'

const fault = (code: FaultCode, said = /./) => {
  return (error: unknown) =>
    error instanceof Fault && error.code === code && said.test(error.message)
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

test('nothing is added to a domain that becomes an alias at the same time', async () => {
  await using given = await openAddressing()
  await given.account('alice@example.test')
  const add = [
    (name: string) => given.account(name),
    (name: string) => given.alias(name, 'alice@example.test'),
    (name: string) => given.group(name, ['alice@example.test']),
    (name: string) => given.change('alice@example.test', { addresses: [name] }),
  ]
  for (const [i, one] of add.entries()) {
    const [became, added] = await Promise.allSettled([
      given.domain('example.jp', { aliasOf: 'example.test' }),
      one(`x${i}@example.jp`),
    ])
    assert(became.status === 'rejected' || added.status === 'rejected')
    const found = await given.collections.addresses.findOne({ _id: `x${i}@example.jp` })
    if (became.status === 'fulfilled') assert.equal(found, undefined)
    await given.domain('example.jp', { aliasOf: '' })
    await given.collections.addresses.deleteMany({ domain: 'example.jp' })
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
