import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault, type FaultCode } from '#lib/base/fault.ts'
import { deleteAccount } from '../accounts.ts'
import { deleteAddress, listAddresses } from '../addresses.ts'
import { collect } from '../collections.ts'
import { deleteDomain } from '../domains.ts'
import { DAY_MS } from '../testing.ts'
import { deleteGroup, listGroups, showGroup } from './groups.ts'
import { openAddressing } from './testing.ts'

const fault = (code: FaultCode, said = /./) => {
  return (error: unknown) =>
    error instanceof Fault && error.code === code && said.test(error.message)
}

test('a group has members here and elsewhere, each once, and a change adds and removes', async () => {
  await using given = await openAddressing()
  const members = ['Alice@example.test', 'x..y@Docomo.test', 'ALICE@example.test']
  const made = await given.group('Team@Example.test', members)
  assert.equal(made._id, 'team@example.test')
  assert.deepEqual(made.members, ['Alice@example.test', 'x..y@docomo.test'])
  const change = { add: ['bob@example.test'], remove: ['alice@example.test'], title: '営業' }
  for (let times = 0; times < 2; times++) {
    const { title, members: now } = await given.members('team@example.test', change)
    assert.equal(title, '営業')
    assert.deepEqual(now, ['x..y@docomo.test', 'bob@example.test'])
  }
  assert.deepEqual(given.announced.at(-1), { addresses: ['team@example.test'] })
  await assert.rejects(showGroup('alice@example.test', given.collections), fault('not-found'))
  const lines = await collect(given.collections.audit.find({ target: 'team@example.test' }))
  assert.deepEqual(lines.map(({ what }) => what).sort(), ['group.add', 'group.set', 'group.set'])
})

test('what cannot be a member, or a group, says why', async () => {
  await using given = await openAddressing()
  await given.account('alice@example.test', { addresses: ['a@example.test'] })
  await given.group('team@example.test', [])
  const many = Array.from({ length: 1001 }, (_, i) => `${i}@away.test`)
  const cases: [address: string, members: string[], code: FaultCode, said: RegExp][] = [
    ['x@example.test', ['nonsense'], 'invalid', /@/],
    ['x@example.test', ['x@[192.0.2.1]'], 'invalid', /not a name/],
    ['x@example.test', ['X@example.test'], 'invalid', /itself/],
    ['x@example.test', many, 'invalid', /1000 members/],
    ['x@nowhere.test', [], 'not-found', /nowhere/],
    ['@example.test', [], 'invalid', /empty/],
    ['team@example.test', [], 'exists', /team@/],
    ['alice@example.test', [], 'exists', /alice@/],
    ['a@example.test', [], 'exists', /a@/],
  ]
  for (const [address, members, code, said] of cases) {
    await assert.rejects(given.group(address, members), fault(code, said), address)
  }
  await assert.rejects(given.members('team@example.test', { add: many }), fault('invalid', /1000/))
  await assert.rejects(given.members('alice@example.test', {}), fault('not-found'))
  await assert.rejects(given.account('team@example.test'), fault('exists'))
  const alias = given.alias('team@example.test', 'alice@example.test', { reuse: true, move: true })
  await assert.rejects(alias, fault('exists'))
  await assert.rejects(
    deleteAddress('team@example.test', given.registry),
    fault('conflict', /group/),
  )
  await assert.rejects(deleteDomain('example.test', given.registry), fault('conflict', /still has/))
})

test('a deleted group keeps its address for its tenant, and comes back as another group', async () => {
  await using given = await openAddressing()
  await given.account('alice@example.test')
  await given.group('team@example.test', ['alice@example.test'])
  await deleteGroup('TEAM@example.test', given.registry)
  await assert.rejects(deleteGroup('team@example.test', given.registry), fault('not-found'))
  await assert.rejects(given.members('team@example.test', {}), fault('not-found'))
  const taken = given.account('team@example.test')
  await assert.rejects(taken, fault('exists', /until 2040-01-01 .*kept until 2040-01-31/))
  const { members } = await given.group('team@example.test', [])
  assert.deepEqual(members, [])
  await deleteGroup('team@example.test', given.registry)
  await given.alias('team@example.test', 'alice@example.test', { reuse: true })
  assert.equal(await given.where('team@example.test'), 'alice@')
  // The alias of a deleted account is kept for that.
  await deleteAccount('alice@example.test', given.registry)
  await assert.rejects(given.group('team@example.test', []), fault('exists', /kept/))
  given.clock.move(DAY_MS)
  await given.group('team@example.test', ['x@away.test'], { reuse: true })
  assert.equal(await given.where('team@example.test'), 'team@>x@away.test')
})

test('groups come in pages: all, or of a tenant or a domain; among the addresses they belong to nobody', async () => {
  await using given = await openAddressing()
  await given.account('alice@example.test')
  for (const name of ['b@example.test', 'a@example.jp', 'c@other.test', 'd@example.test']) {
    await given.group(name, [])
  }
  await deleteGroup('d@example.test', given.registry)
  const list = async (more: object) => {
    const asked = { tenant: '', domain: '', after: '', limit: 0, ...more }
    const { items, next } = await listGroups(asked, given.collections)
    return [...items.map(({ _id }) => _id), next].join(' ')
  }
  assert.equal(await list({}), 'a@example.jp b@example.test c@other.test ')
  assert.equal(await list({ limit: 1 }), 'a@example.jp a@example.jp')
  assert.equal(await list({ after: 'a@example.jp', limit: 1 }), 'b@example.test b@example.test')
  assert.equal(await list({ tenant: 'example' }), 'a@example.jp b@example.test ')
  assert.equal(await list({ domain: 'example.test' }), 'b@example.test ')
  assert.equal(await list({ domain: 'example.test', tenant: 'other' }), '')
  const asked = { tenant: '', domain: 'example.test', account: '', after: '', limit: 0 }
  const { items } = await listAddresses({ ...asked, address: '' }, given.collections)
  assert.deepEqual(items, [
    { address: 'alice@example.test', account: 'alice@example.test' },
    { address: 'b@example.test', account: '' },
  ])
})

test('of all who want an address at once exactly one gets it: login, alias or group', async () => {
  await using given = await openAddressing()
  await given.account('alice@example.test')
  for (let round = 0; round < 4; round++) {
    const address = `wanted${round}@example.test`
    const wants = [
      () => given.account(address),
      () => given.group(address, ['alice@example.test']),
      () => given.alias(address, 'alice@example.test'),
      () => given.group(address, ['x@away.test']),
    ]
    // Each is the first to ask in one of the rounds.
    const order = [...wants.slice(round), ...wants.slice(0, round)]
    const done = await Promise.allSettled(order.map((want) => want()))
    const got = done.filter(({ status }) => status === 'fulfilled')
    assert.equal(got.length, 1)
    for (const { reason } of done.filter((one) => one.status === 'rejected')) {
      assert(reason instanceof Fault, String(reason))
      assert.match(reason.code, /^(exists|conflict)$/)
    }
    assert.notEqual(await given.where(address), 'unknown')
  }
})

test('of many changes of one group at once none is lost', async () => {
  await using given = await openAddressing()
  await given.group('team@example.test', [])
  const done = await Promise.allSettled(
    Array.from({ length: 6 }, (_, i) =>
      given.members('team@example.test', { add: [`${i}@away.test`] }),
    ),
  )
  const { members } = await showGroup('team@example.test', given.collections)
  assert.equal(members.length, done.filter(({ status }) => status === 'fulfilled').length)
  for (const one of done) {
    if (one.status === 'rejected') assert(fault('conflict')(one.reason), String(one.reason))
  }
})
