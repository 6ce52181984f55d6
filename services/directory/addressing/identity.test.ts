import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault, type FaultCode } from '#lib/base/fault.ts'
import { parseAddress } from '#lib/mail/address.ts'
import { deleteAccount, showAccount } from '../accounts.ts'
import { deleteAddress } from '../addresses.ts'
import { mayUse } from './identity.ts'
import { openAddressing } from './testing.ts'

const fault = (code: FaultCode) => (error: unknown) => error instanceof Fault && error.code === code

async function openIdentities() {
  const given = await openAddressing()
  await given.account('alice@example.test', { addresses: ['info@example.test'] })
  await given.account('bob@example.test', { addresses: ['alice+bob@example.test'] })
  await given.group('team@example.test', ['alice@example.test'])
  await given.domain('example.jp', { aliasOf: 'example.test' })
  const may = async (login: string, address: string) => {
    const { collections } = given
    return await mayUse(await showAccount(login, collections), parseAddress(address), collections)
  }
  return { ...given, may }
}

test('an account may send as what is its own, and as what it was granted', async () => {
  await using given = await openIdentities()
  const grants = ['Team@example.test', 'sales@example.jp', '@example.jp']
  const cases: [address: string, before: boolean, granted: boolean][] = [
    ['alice@example.test', true, true],
    ['ALICE+shop@example.test', true, true],
    ['info@example.test', true, true],
    ['info+x@example.jp', true, true],
    ['alice@example.jp', true, true],
    ['bob@example.test', false, false],
    ['alice+bob@example.test', false, false],
    ['alice@other.test', false, false],
    ['alice@nowhere.test', false, false],
    ['nobody@example.test', false, false],
    ['team@example.test', false, true],
    ['team+x@example.test', false, false],
    ['sales@example.test', false, true],
    ['bob@example.jp', false, true],
    ['nobody@example.jp', false, true],
  ]
  for (const [address, before] of cases) {
    assert.equal(await given.may('alice@example.test', address), before, address)
  }
  const { sendAs } = await given.change('alice@example.test', { sendAs: grants })
  assert.deepEqual(sendAs, ['team@example.test', 'sales@example.test', '@example.jp'])
  for (const [address, , granted] of cases) {
    const expected = granted || address === 'team+x@example.test'
    assert.equal(await given.may('alice@example.test', address), expected, address)
  }
  await given.change('alice@example.test', { sendAs: [] })
  assert.equal(await given.may('alice@example.test', 'team@example.test'), false)
})

test('who gets what does not exist may send as it, but not as what is kept for others', async () => {
  await using given = await openIdentities()
  await given.alias('@example.test', 'alice@example.test')
  assert.equal(await given.may('alice@example.test', 'nobody@example.jp'), true)
  assert.equal(await given.may('bob@example.test', 'nobody@example.test'), false)
  assert.equal(await given.may('alice@example.test', 'bob@example.test'), false)
  await deleteAccount('bob@example.test', given.registry)
  assert.equal(await given.may('alice@example.test', 'bob@example.test'), false)
  await deleteAddress('info@example.test', given.registry)
  assert.equal(await given.may('alice@example.test', 'info@example.test'), true)
})

test('what is kept for others is kept with its plus addresses', async () => {
  await using given = await openIdentities()
  await given.alias('@example.test', 'alice@example.test')
  await given.alias('sales@example.test', 'bob@example.test')
  await given.alias('sales+eu@example.test', 'bob@example.test')
  await deleteAddress('sales+eu@example.test', given.registry)
  assert.equal(await given.may('bob@example.test', 'sales+eu+x@example.test'), true)
  await deleteAddress('sales@example.test', given.registry)
  for (const address of ['sales+x@example.test', 'sales+eu+x@example.test']) {
    assert.equal(await given.may('alice@example.test', address), false, address)
    assert.equal(await given.may('bob@example.test', address), false, address)
  }
  await deleteAddress('info@example.test', given.registry)
  assert.equal(await given.may('alice@example.test', 'info+x@example.test'), true)
})

test('nobody sends as an address of a domain that is suspended, or another tenant’s by now', async () => {
  await using given = await openIdentities()
  await given.change('alice@example.test', { sendAs: ['@example.jp', 'x@example.test'] })
  await given.domain('example.jp', { suspended: true })
  assert.equal(await given.may('alice@example.test', 'x@example.jp'), false)
  await given.collections.domains.updateOne(
    { _id: 'example.jp' },
    { $set: { suspended: false, tenant: 'another' } },
  )
  assert.equal(await given.may('alice@example.test', 'x@example.jp'), false)
})

test('grants and forwardings that cannot be say why', async () => {
  await using given = await openIdentities()
  await given.alias('@example.test', 'bob@example.test')
  const many = Array.from({ length: 101 }, (_, i) => `${i}@away.test`)
  const cases: [change: Parameters<typeof given.change>[1], code: FaultCode][] = [
    [{ sendAs: ['x@other.test'] }, 'invalid'],
    [{ sendAs: ['@other.test'] }, 'invalid'],
    [{ sendAs: ['x@nowhere.test'] }, 'not-found'],
    [{ sendAs: ['x'] }, 'invalid'],
    [{ forwards: ['x'] }, 'invalid'],
    [{ forwards: ['x@[192.0.2.1]'] }, 'invalid'],
    [{ forwards: ['Bob@example.test'] }, 'invalid'],
    [{ forwards: ['bob+x@example.jp'] }, 'invalid'],
    [{ forwards: ['nobody@example.test'] }, 'invalid'],
    [{ forwards: ['new@example.test'], addresses: ['new@example.test'] }, 'invalid'],
    [{ forwards: many }, 'invalid'],
  ]
  for (const [change, code] of cases) {
    const changed = given.change('bob@example.test', change)
    await assert.rejects(changed, fault(code), JSON.stringify(change))
  }
  const own = given.account('new@example.test', { forwards: ['NEW@example.test'] })
  await assert.rejects(own, fault('invalid'))
})
