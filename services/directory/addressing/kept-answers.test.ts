/** What other services keep of the answers, and what the announcements of changes make them forget. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAddress } from '#lib/mail/address.ts'
import { DirectoryCache } from '#lib/node/outage/directory-cache.ts'
import { deleteAccount, restoreAccount } from '../accounts.ts'
import { deleteAddress } from '../addresses.ts'
import { addDomain, deleteDomain } from '../domains.ts'
import { resolve } from '../resolve.ts'
import { setTenant } from '../tenants.ts'
import { DOMAIN, tenant } from '../testing.ts'
import { deleteGroup } from './groups.ts'
import { openAddressing } from './testing.ts'

const ASKED = [
  ...[
    'alice',
    'alice+x',
    'alice-x',
    'bob',
    'bob+x',
    'nobody',
    'new',
    'new+x',
    'team',
    'all',
    'team+x',
  ],
  ...['outer', 'caught', 'info'],
].flatMap((local) => [`${local}@example.test`, `${local}@example.jp`, `${local}@alias.test`])

test('after every change the answers that are kept are those that would be given now', async () => {
  await using given = await openAddressing()
  const { registry, collections } = given
  const answer = async (addresses: readonly string[]) => {
    const found = await resolve(addresses, collections)
    return found.map((resolution) => ({ resolution, through: resolution.through }))
  }
  // Its clock stands still: nothing becomes old, everything goes by announcements.
  const cache = new DirectoryCache(answer, { monotonic: () => 0 })
  const kept = () => Promise.all(ASKED.map((address) => cache.resolve(parseAddress(address))))

  await given.account('alice@example.test', { addresses: ['info@example.jp'] })
  await given.account('caught@example.test')
  const changes: (() => Promise<unknown>)[] = [
    () => given.account('bob@example.test'),
    () => given.group('team@example.test', ['alice@example.test', 'new@example.test']),
    () => given.group('outer@example.jp', ['team@example.test', 'info@example.jp', 'x@late.test']),
    () => given.members('team@example.test', { add: ['bob@example.test'] }),
    () => given.account('new@example.test', { forwards: ['n@away.test', 'bob+n@example.test'] }),
    () => given.change('new@example.test', { keepsCopy: false }),
    () => given.change('bob@example.test', { forwards: ['x@late.test'], keepsCopy: false }),
    () => given.change('bob@example.test', { suspended: true }),
    () => given.change('bob@example.test', { suspended: false }),
    () => addDomain({ ...DOMAIN, name: 'late.test', tenant: 'other' }, registry),
    () => given.account('x@late.test'),
    () => deleteAccount('x@late.test', registry),
    () => restoreAccount('x@late.test', registry),
    () => given.domain('late.test', { suspended: true }),
    () => given.domain('late.test', { suspended: false, quotaBytes: 5000 }),
    () => setTenant({ ...tenant('other'), suspended: true }, registry),
    () => setTenant({ ...tenant('other'), suspended: false, quotaBytes: 9000 }, registry),
    () => given.alias('@example.test', 'caught@example.test'),
    () => given.alias('alice+x@example.test', 'bob@example.test'),
    () => addDomain(ALIAS, registry),
    () => given.domain('example.test', { plus: '-' }),
    () => given.alias('all@example.test', 'alice@example.test'),
    () => given.alias('all@example.test', 'bob@example.test', { move: true }),
    () => deleteAddress('alice+x@example.test', registry),
    () => deleteAddress('@example.test', registry),
    () => given.members('team@example.test', { remove: ['bob@example.test'] }),
    () => deleteAccount('new@example.test', registry),
    () => restoreAccount('new@example.test', registry),
    () => deleteGroup('team@example.test', registry),
    () => given.domain('alias.test', { aliasOf: 'example.jp' }),
    () => given.domain('example.test', { suspended: true }),
    () => given.domain('example.test', { suspended: false }),
    () => given.domain('alias.test', { aliasOf: '' }),
    () => deleteDomain('alias.test', registry),
    () => setTenant({ ...tenant('example'), suspended: true }, registry),
  ]
  for (const [i, change] of changes.entries()) {
    await kept()
    given.announced.length = 0
    await change()
    for (const announced of given.announced) cache.forget(announced)
    const now = (await answer(ASKED)).map(({ resolution }) => resolution)
    const told = (found: readonly object[]) => found.map((one) => ({ ...one, through: '' }))
    assert.deepEqual(told(await kept()), told(now), `after change ${i}: ${change}`)
  }
})

const ALIAS = { ...DOMAIN, name: 'alias.test', tenant: 'example', aliasOf: 'example.test' }
