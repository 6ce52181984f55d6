import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault, type FaultCode } from '#lib/base/fault.ts'
import { serveGrpc } from '#lib/node/grpc.ts'
import { connectGrpc } from '#lib/node/grpc-client.ts'
import { parseAddress } from '#lib/node/setting.ts'
import { GuessLimit } from '../guess-limit.ts'
import { RecentPasswords } from '../recent-passwords.ts'
import { openTestDirectory } from '../testing.ts'
import { directoryAdminService, directoryService } from './grpc.ts'

const secret = 'a secret of this cluster'
const fault = (code: FaultCode) => (error: unknown) => error instanceof Fault && error.code === code

async function serve() {
  await using opened = new AsyncDisposableStack()
  const directory = opened.use(await openTestDirectory())
  const { collections, hasher, events, clock, random, registry, telemetry } = directory
  const authenticator = {
    collections,
    hasher,
    events,
    recent: new RecentPasswords(300_000, clock, random),
    guesses: new GuessLimit({ perLogin: 3, perAddress: 100, windowMs: 1000 }, clock),
    defaultDomain: 'example.test',
    keeping: registry.keeping,
  }
  const services = [
    directoryService(authenticator, events),
    directoryAdminService(registry, hasher),
  ]
  const anyPort = { host: '127.0.0.1', port: 0 }
  const server = opened.use(await serveGrpc(anyPort, services, { secret, telemetry }))
  const servers = [parseAddress(server.address)]
  const admin = opened.use(connectGrpc('directory', 'DirectoryAdmin', servers, { secret }))
  const client = opened.use(connectGrpc('directory', 'Directory', servers, { secret }))
  const opening = opened.move()
  return { admin, client, telemetry, [Symbol.asyncDispose]: () => opening.disposeAsync() }
}

test('an account made over gRPC takes mail and logs in', async () => {
  await using directory = await serve()
  const { admin, client } = directory
  const tenant = await admin.addTenant({ name: 'example', title: '例' })
  await admin.addDomain({ name: 'Example.test', tenant: 'example' })
  const account = await admin.addAccount({
    login: 'alice@example.test',
    title: '有栖',
    password: 'secret',
    quotaBytes: 5e12,
    addresses: ['a..b@example.test'],
  })
  assert.equal(account.tenant, 'example')
  const { resolutions } = await client.resolve({
    addresses: ['A..B@example.test', 'bob@example.test', 'bob@elsewhere.test'],
  })
  const limit = { messages: 0, bytes: 5e12 }
  const quotas = [{ ...limit, scope: 'ACCOUNT' as const, name: account.id }]
  const target = { account: account.id, tenant: tenant.id, domain: 'example.test', quotas }
  assert.deepEqual(resolutions, [
    { kind: 'ACCOUNTS', targets: [target], forwards: [], tenant: tenant.id, through: [] },
    {
      kind: 'UNKNOWN',
      targets: [],
      forwards: [],
      tenant: tenant.id,
      through: ['@example.test'],
    },
    { kind: 'ELSEWHERE', targets: [], forwards: [], tenant: '', through: [] },
  ])
  const attempt = { login: 'alice', protocol: 'imap', clientAddress: '::1' }
  const login = await client.authenticate({ ...attempt, password: 'secret' })
  assert.deepEqual(login, { ...target, login: 'alice@example.test' })
  const wrong = (password: string) => client.authenticate({ ...attempt, password })
  for (const guess of ['1', '2', '3']) {
    await assert.rejects(wrong(guess), fault('unauthenticated'))
  }
  await assert.rejects(wrong('4'), fault('busy'))

  await admin.setAccount({ login: 'alice@example.test', suspended: true })
  const disabled = await client.resolve({ addresses: ['alice@example.test'] })
  assert.equal(disabled.resolutions[0]?.kind, 'DISABLED')
  await admin.deleteAccount({ name: 'alice@example.test' })
  const deleted = await admin.listAccounts({ deleted: true })
  assert(deleted.accounts[0]?.deletedAt)
  assert.equal((await admin.listAccounts({})).accounts.length, 0)
  const restored = await admin.restoreAccount({ name: account.id })
  assert.deepEqual(restored, { ...account, suspended: true })
})

test('of many accounts in one call each line succeeds or fails by itself, in order', async () => {
  await using directory = await serve()
  const { admin } = directory
  await admin.addTenant({ name: 'example' })
  await admin.addDomain({ name: 'example.test', tenant: 'example' })
  async function* changes() {
    for (let i = 1; i <= 50; i++) {
      yield { login: i % 10 === 0 ? 'user1@example.test' : `user${i}@example.test` }
    }
  }
  const results = await Array.fromAsync(admin.importAccounts(changes()))
  assert.deepEqual(
    results.map(({ line }) => line),
    Array.from({ length: 50 }, (_, i) => i + 1),
  )
  const failed = results.filter(({ faultCode }) => faultCode !== '')
  assert.deepEqual(
    failed.map(({ line, faultCode, message }) => `${line} ${faultCode} ${message}`),
    [10, 20, 30, 40, 50].map((line) => `${line} exists user1@example.test exists already`),
  )
  assert.equal((await admin.listAccounts({ limit: 10 })).next, 'user1@example.test')
})

test('administration of tenants, domains and addresses goes there and back', async () => {
  await using directory = await serve()
  const { admin } = directory
  const { id } = await admin.addTenant({ name: 'example' })
  await admin.setTenant({ id, name: 'renamed', title: 'New', suspended: true })
  const { tenants } = await admin.listTenants({ tenant: id })
  const [renamed] = tenants
  assert.equal(`${renamed?.id} ${renamed?.name} ${renamed?.title}`, `${id} renamed New`)
  assert.equal(renamed?.suspended, true)
  await admin.addDomain({ name: '例え.jp', tenant: id })
  await admin.setDomain({ name: '例え.jp', suspended: true })
  const { domains } = await admin.listDomains({})
  assert.equal(domains[0]?.name, 'xn--r8jz45g.jp')
  assert.equal(domains[0]?.tenant, 'renamed')
  assert.equal(domains[0]?.suspended, true)
  await admin.addAccount({ login: 'a@例え.jp' })
  const alias = { address: 'b@xn--r8jz45g.jp', account: 'a@xn--r8jz45g.jp' }
  await admin.addAddress(alias)
  const { addresses } = await admin.listAddresses({ account: 'a@例え.jp', after: 'a@z' })
  assert.deepEqual(addresses, [{ ...alias, reuse: false, move: false }])
  const shown = await admin.listAddresses({ address: 'B@例え.jp' })
  assert.equal(shown.addresses[0]?.account, alias.account)
  await assert.rejects(admin.listAddresses({ address: 'c@例え.jp' }), fault('not-found'))
  await admin.deleteAddress({ name: alias.address })
  await admin.deleteAccount({ name: alias.account })
  await admin.deleteDomain({ name: '例え.jp' })
  await admin.deleteTenant({ name: 'renamed' })
  await assert.rejects(admin.deleteTenant({ name: 'renamed' }), fault('not-found'))
})

test('groups, forwarding and alias domains go there and back', async () => {
  await using directory = await serve()
  const { admin, client } = directory
  const { id: tenant } = await admin.addTenant({ name: 'example' })
  await admin.addDomain({ name: 'example.test', tenant: 'example', plus: '-' })
  const alias = await admin.addDomain({
    ...{ name: 'example.jp', tenant: 'example' },
    aliasOf: 'Example.test',
  })
  assert.deepEqual([alias.aliasOf, alias.plus], ['example.test', '+'])
  const account = await admin.addAccount({
    login: 'alice@example.test',
    forwards: { addresses: ['X..y@away.test'] },
    keepsCopy: false,
    sendAs: { addresses: ['@example.jp'] },
  })
  assert.deepEqual(
    [account.forwards, account.keepsCopy, account.sendAs],
    [['X..y@away.test'], false, ['@example.jp']],
  )
  const request = { address: 'team@example.test', title: 'Team', add: ['alice-x@example.jp'] }
  const group = await admin.addGroup(request)
  const expected = { address: 'team@example.test', tenant: 'example', title: 'Team' }
  assert.deepEqual(group, { ...expected, members: ['alice-x@example.jp'] })
  const { resolutions } = await client.resolve({ addresses: ['team@example.jp'] })
  assert.deepEqual(resolutions[0]?.forwards, [
    { address: 'X..y@away.test', by: 'alice@example.test', tenant },
  ])
  assert.deepEqual(resolutions[0]?.targets, [])
  const through = ['example.test', 'team@example.test', 'alice-x@example.test']
  assert.deepEqual(resolutions[0]?.through, [
    ...[...through, 'alice@example.test', account.id],
    'away.test',
  ])
  const set = await admin.setGroup({ ...request, add: [], remove: ['alice-x@example.jp'] })
  assert.deepEqual(set.members, [])
  assert.deepEqual(await admin.showGroup({ name: 'team@example.test' }), set)
  assert.deepEqual((await admin.listGroups({ tenant: 'example' })).groups, [set])
  const kept = await admin.setAccount({ login: account.login, forwards: { addresses: [] } })
  assert.deepEqual([kept.forwards, kept.sendAs], [[], ['@example.jp']])
  await admin.deleteGroup({ name: 'team@example.test' })
  assert.deepEqual((await admin.listGroups({})).groups, [])
  await admin.addGroup({ address: 'loop@example.test', add: ['b@example.test'] })
  for (let i = 0; i <= 11; i++) {
    await admin.addGroup({ address: `${i}@example.test`, add: [`${i + 1}@example.test`] })
  }
  const deep = await client.resolve({ addresses: ['0@example.test'] })
  assert.equal(deep.resolutions[0]?.kind, 'DISABLED')
  const told = directory.telemetry.told.map((line) => JSON.stringify(line)).join('\n')
  assert.match(told, /expansion-refused/)
})
