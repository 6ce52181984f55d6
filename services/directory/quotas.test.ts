import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { setAccount } from './accounts.ts'
import { addAccount } from './add-account.ts'
import { addDomain, deleteDomain, setDomain } from './domains.ts'
import { resolve } from './resolve.ts'
import { setTenant } from './tenants.ts'
import { change, DOMAIN, openAuthenticator, openExample, tenant } from './testing.ts'

async function openWithAlice() {
  const directory = await openExample()
  const { registry, hasher } = directory
  const alice = { addresses: ['alias@example.jp'], password: 'secret', quotaMessages: 10 }
  const account = await addAccount(change('alice@example.test', alice), registry, hasher)
  const quotas = async (address: string) => {
    const [found] = await resolve([address], directory.collections)
    assert.equal(found?.kind, 'accounts')
    const texts = found.kind === 'accounts' ? (found.targets[0]?.quotas ?? []) : []
    return texts.map(({ scope, name, bytes, messages }) => {
      return `${scope} ${name === account._id ? 'alice' : name} ${bytes} ${messages}`
    })
  }
  return { ...directory, directory, account, quotas }
}

test('an address comes with the quotas of its account, of the domain of the login and of the tenant', async () => {
  await using given = await openWithAlice()
  const { registry, hasher, account, quotas } = given
  assert.deepEqual(await quotas('alice@example.test'), ['account alice 0 10'])
  await setDomain({ ...DOMAIN, name: 'example.test', tenant: '', quotaBytes: 5000 }, registry)
  await setDomain({ ...DOMAIN, name: 'example.jp', tenant: '', quotaBytes: 7 }, registry)
  await setTenant({ ...tenant('example'), quotaBytes: 9000, quotaMessages: 99 }, registry)
  await setAccount(change('alice@example.test', { quotaBytes: 100 }), registry, hasher)
  const all = [
    'account alice 100 10',
    'domain example.test 5000 0',
    `tenant ${account.tenant} 9000 99`,
  ]
  assert.deepEqual(await quotas('alice@example.test'), all)
  assert.deepEqual(await quotas('alias@example.jp'), all)
  const { quotas: known } = await openAuthenticator(given.directory).logIn('alice', 'secret')
  assert.equal(known.length, 3)

  const off = { quotaBytes: 0, quotaMessages: 0 }
  await setAccount(change('alice@example.test', off), registry, hasher)
  await setTenant({ ...tenant('example'), ...off }, registry)
  assert.deepEqual(await quotas('alice@example.test'), ['domain example.test 5000 0'])
})

test('a change of a quota is told of, to all whom it concerns', async () => {
  await using given = await openWithAlice()
  const { registry, announced } = given
  await setDomain({ ...DOMAIN, name: 'example.test', tenant: '', quotaBytes: 5000 }, registry)
  assert.deepEqual(announced.at(-1), { domains: ['example.test'] })
  await setTenant({ ...tenant('example'), quotaMessages: 99 }, registry)
  assert.deepEqual(announced.at(-1), { domains: ['example.jp', 'example.test'] })
  const bad = { ...DOMAIN, name: 'example.test', tenant: '', quotaBytes: -1 }
  await assert.rejects(
    setDomain(bad, registry),
    (error) => error instanceof Fault && error.code === 'invalid',
  )
})

test('a domain that comes back has the quota that it is given, not the one that it had', async () => {
  await using directory = await openExample()
  const { registry, collections } = directory
  const named = { ...DOMAIN, name: 'example.jp', tenant: 'example' }
  await setDomain({ ...named, quotaBytes: 5000 }, registry)
  await deleteDomain('example.jp', registry)
  await addDomain({ ...named, quotaMessages: 3 }, registry)
  const found = await collections.domains.findOne({ _id: 'example.jp' })
  assert.deepEqual([found?.quotaBytes, found?.quotaMessages], [0, 3])
})
