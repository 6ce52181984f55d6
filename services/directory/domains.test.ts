import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault, type FaultCode } from '#lib/base/fault.ts'
import { deleteAccount, listAccounts } from './accounts.ts'
import { addAccount } from './add-account.ts'
import { addDomain, deleteDomain, listDomains } from './domains.ts'
import { resolve } from './resolve.ts'
import { addTenant, deleteTenant, listTenants, setTenant } from './tenants.ts'
import { change, DOMAIN, openExample, tenant } from './testing.ts'

const fault = (code: FaultCode, said = /./) => {
  return (error: unknown) =>
    error instanceof Fault && error.code === code && said.test(error.message)
}

test('mail for a domain that is not here is for elsewhere; in one that is, an address may be unknown', async () => {
  await using directory = await openExample()
  await addAccount(change('alice@example.test'), directory.registry, directory.hasher)
  const asked = ['x@nowhere.test', 'x@example.test', 'alice@example.test', 'nonsense', 'x@[::1]']
  const found = await resolve(asked, directory.collections)
  const kinds = found.map(({ kind }) => kind)
  assert.deepEqual(kinds, ['elsewhere', 'unknown', 'accounts', 'unknown', 'unknown'])
  await assert.rejects(
    resolve(Array<string>(1001).fill('x@example.test'), directory.collections),
    fault('too-large'),
  )
  assert.deepEqual(await resolve([], directory.collections), [])
})

test('a domain is deleted only when empty, and is kept for its tenant', async () => {
  await using directory = await openExample()
  const { registry, hasher, collections } = directory
  await addAccount(change('alice@example.test', { addresses: ['a@example.jp'] }), registry, hasher)
  await assert.rejects(deleteDomain('example.jp', registry), fault('conflict', /a@example.jp/))
  await deleteAccount('alice@example.test', registry)
  await deleteDomain('Example.JP', registry)
  await deleteDomain('example.test', registry)
  assert.deepEqual(directory.announced.at(-1), { domains: ['example.test'] })
  const [left] = await resolve(['a@example.jp'], collections)
  assert.equal(left?.kind, 'elsewhere')
  const theirs = { ...DOMAIN, name: 'example.jp', tenant: 'other' }
  await assert.rejects(addDomain(theirs, registry), fault('exists', /kept until/))
  await addDomain({ ...DOMAIN, name: 'example.jp', tenant: 'example' }, registry)
  await assert.rejects(addDomain(theirs, registry), fault('exists', /already/))
  await deleteDomain('example.jp', registry)
  await addDomain({ ...theirs, reuse: true }, registry)
  const { items } = await listDomains(
    { tenant: 'other', domain: '', after: '', limit: 0 },
    collections,
  )
  assert.deepEqual(
    items.map(({ _id }) => _id),
    ['example.jp', 'other.test'],
  )
})

test('a tenant is deleted only when empty; its name is free at once', async () => {
  await using directory = await openExample()
  const { registry, collections } = directory
  await assert.rejects(deleteTenant('other', registry), fault('conflict', /other.test/))
  await deleteDomain('other.test', registry)
  await deleteTenant('other', registry)
  await assert.rejects(deleteTenant('other', registry), fault('not-found'))
  const again = await addTenant(tenant('other'), registry)
  await assert.rejects(addTenant(tenant('other'), registry), fault('exists'))
  await setTenant({ ...tenant('renamed'), id: again._id, title: '改名' }, registry)
  await assert.rejects(
    setTenant({ ...tenant('example'), id: again._id }, registry),
    fault('exists'),
  )
  const { items } = await listTenants({ tenant: '', after: '', limit: 0 }, collections)
  assert.deepEqual(
    items.map(({ name, title }) => name + title),
    ['example', 'renamed改名'],
  )
})

test('lists come in pages', async () => {
  await using directory = await openExample()
  const { registry, hasher, collections } = directory
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    await addAccount(change(`${name}@example.test`), registry, hasher)
  }
  await addAccount(change('z@other.test'), registry, hasher)
  const asked = { tenant: 'example', domain: '', deleted: false, limit: 2 }
  const seen: string[] = []
  let after = ''
  do {
    const page = await listAccounts({ ...asked, after }, collections)
    assert(page.items.length <= 2)
    seen.push(...page.items.map(({ login }) => login))
    after = page.next
  } while (after !== '')
  assert.equal(seen.join(), 'a@,b@,c@,d@,e@'.replaceAll('@', '@example.test'))
  const domain = { ...asked, domain: 'other.test', tenant: '', after: '' }
  assert.equal((await listAccounts(domain, collections)).items.length, 1)
})
