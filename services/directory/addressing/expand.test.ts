import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { deleteAccount } from '../accounts.ts'
import { deleteAddress } from '../addresses.ts'
import type { Collections } from '../collections.ts'
import { resolve } from '../resolve.ts'
import { setTenant } from '../tenants.ts'
import { tenant } from '../testing.ts'
import { deleteGroup } from './groups.ts'
import { openAddressing } from './testing.ts'

test('of what an address may be, the nearest counts', async () => {
  await using given = await openAddressing()
  await given.account('alice@example.test', { addresses: ['info@example.jp'] })
  await given.account('bob@example.test')
  await given.account('alice+bob@example.test')
  await given.account('all@example.test', { addresses: ['@example.test'] })
  await given.group('team@example.test', ['alice@example.test', 'bob@example.test'])
  const cases: [address: string, goesTo: string][] = [
    ['alice@example.test', 'alice@'],
    ['Alice+Shop@example.test', 'alice@'],
    ['alice+bob@example.test', 'alice+bob@'],
    ['alice+bob+x@example.test', 'alice+bob@'],
    ['alicia+shop@example.test', 'all@'],
    ['nobody@example.test', 'all@'],
    ['team@example.test', 'alice@ bob@'],
    ['team+x@example.test', 'alice@ bob@'],
    ['info@example.jp', 'alice@'],
    ['info+x@example.jp', 'alice@'],
    ['nobody@example.jp', 'unknown'],
    ['nobody@nowhere.test', 'elsewhere'],
  ]
  const addresses = cases.map(([address]) => address)
  assert.deepEqual(
    await given.whereTo(...addresses),
    cases.map(([, goesTo]) => goesTo),
  )

  await given.domain('example.test', { plus: '' })
  assert.equal(await given.where('alice+shop@example.test'), 'all@')
  await given.domain('example.test', { plus: '-' })
  assert.equal(await given.where('alice-shop@example.test'), 'alice@')
  await deleteAddress('@example.test', given.registry)
  assert.equal(await given.where('nobody@example.test'), 'unknown')
  // What is deleted does not exist, what is suspended does.
  await given.alias('@Example.TEST', 'all@example.test')
  await given.change('bob@example.test', { suspended: true })
  await deleteAccount('alice@example.test', given.registry)
  assert.deepEqual(await given.whereTo('bob@example.test', 'alice@example.test'), [
    'disabled',
    'all@',
  ])
})

test('an alias domain has the addresses of another, and what that says of plus addresses', async () => {
  await using given = await openAddressing()
  await given.account('alice@example.test')
  await given.account('all@example.test', { addresses: ['@example.test'] })
  await given.group('team@example.test', ['alice@example.test', 'x@away.test'])
  await given.domain('example.test', { plus: '-' })
  await given.domain('example.jp', { aliasOf: 'example.test' })
  const asked = ['alice', 'Alice-shop', 'alice+shop', 'team'].map((local) => `${local}@example.jp`)
  assert.deepEqual(await given.whereTo(...asked), [
    'alice@',
    'alice@',
    'all@',
    'alice@ team@>x@away.test',
  ])
  await given.domain('example.jp', { suspended: true })
  assert.deepEqual(await given.whereTo('alice@example.jp', 'alice@example.test'), [
    'disabled',
    'alice@',
  ])
  await given.domain('example.jp', { suspended: false })
  await given.domain('example.test', { suspended: true })
  assert.equal(await given.where('alice@example.jp'), 'disabled')
  await given.domain('example.test', { suspended: false })
  await given.domain('example.jp', { aliasOf: '' })
  assert.equal(await given.where('alice@example.jp'), 'unknown')
})

test('forwarding goes to addresses here and elsewhere, with a copy or without, each once', async () => {
  await using given = await openAddressing()
  const forwards = ['bob@example.test', 'Alice@Away.test', 'alice@AWAY.test', 'carol@other.test']
  await given.account('bob@example.test')
  await given.account('carol@other.test', { forwards: ['alice@away.test', 'c@away.test'] })
  await given.account('alice@example.test', { forwards })
  const away = 'alice@>Alice@away.test carol@other.test>c@away.test'
  assert.equal(await given.where('alice@example.test'), `alice@ bob@ carol@other.test ${away}`)
  await given.change('alice@example.test', { keepsCopy: false })
  assert.equal(await given.where('alice@example.test'), `bob@ carol@other.test ${away}`)
  await given.change('bob@example.test', { suspended: true })
  await deleteAccount('carol@other.test', given.registry)
  assert.equal(await given.where('alice@example.test'), 'alice@>Alice@away.test')
  await given.change('alice@example.test', { suspended: true })
  assert.equal(await given.where('alice@example.test'), 'disabled')
  await given.change('alice@example.test', { suspended: false, forwards: [] })
  assert.equal(await given.where('alice@example.test'), 'alice@')
})

test('loops end, and everybody gets it once', async () => {
  await using given = await openAddressing()
  await given.account('a@example.test', { forwards: ['b@example.test'] })
  await given.account('b@example.test', { forwards: ['a+x@example.test'] })
  await given.group('in@example.test', ['out@example.test', 'a@example.test', 'a+1@example.test'])
  await given.group('out@example.test', ['in@example.test', 'b@example.test'])
  assert.deepEqual(await given.whereTo('a@example.test', 'b@example.test'), ['a@ b@', 'b@ a@'])
  assert.deepEqual(await given.whereTo('in@example.test', 'out@example.test'), ['a@ b@', 'b@ a@'])
})

test('what leads to nobody waits when accounts stand behind it, and is unknown when none does', async () => {
  await using given = await openAddressing()
  await given.account('a@example.test', { forwards: ['b@example.test'], keepsCopy: false })
  await given.account('b@example.test', { forwards: ['a@example.test'], keepsCopy: false })
  await given.account('gone@example.test', { forwards: ['x@example.jp'], keepsCopy: false })
  await given.account('off@example.test', { suspended: true })
  await given.group('loop@example.test', ['a@example.test'])
  await given.group('off-group@example.test', ['off@example.test', 'nobody@example.test'])
  await given.group('nobodies@example.test', ['nobody@example.test'])
  await given.group('empty@example.test', [])
  const cases: [address: string, goesTo: string][] = [
    ['a@example.test', 'disabled'],
    ['loop@example.test', 'disabled'],
    ['gone@example.test', 'disabled'],
    ['off-group@example.test', 'disabled'],
    ['nobodies@example.test', 'unknown'],
    ['empty@example.test', 'unknown'],
  ]
  for (const [address, goesTo] of cases) assert.equal(await given.where(address), goesTo, address)
  await setTenant({ ...tenant('example'), suspended: true }, given.registry)
  assert.equal(await given.where('loop@example.test'), 'disabled')
})

test('a member that is deleted is passed over, and is back when it is', async () => {
  await using given = await openAddressing()
  await given.account('alice@example.test')
  await given.account('bob@example.test')
  const { members } = await given.group('team@example.test', [
    'alice@example.test',
    'bob@example.test',
  ])
  assert.equal(members.length, 2)
  await deleteAccount('bob@example.test', given.registry)
  assert.equal(await given.where('team@example.test'), 'alice@')
  await given.account('bob@example.test', { reuse: true })
  assert.equal(await given.where('team@example.test'), 'alice@ bob@')
  await deleteGroup('team@example.test', given.registry)
  assert.equal(await given.where('team@example.test'), 'unknown')
})

test('what leads too far is refused for now, never cut short', async () => {
  await using given = await openAddressing()
  await given.account('end@example.test')
  await given.group('0@example.test', ['end@example.test'])
  for (let i = 1; i <= 11; i++) await given.group(`${i}@example.test`, [`${i - 1}@example.test`])
  const chain = await given.whereTo('9@example.test', '10@example.test', '11@example.test')
  assert.deepEqual(chain, ['end@', 'too-deep', 'too-deep'])

  const many = (name: string) => Array.from({ length: 1000 }, (_, i) => `${name}${i}@away.test`)
  for (const name of ['x', 'y']) await given.group(`${name}@example.test`, many(name))
  await given.group('xy@example.test', ['x@example.test', 'y@example.test'])
  assert.equal((await given.where('x@example.test')).split(' ').length, 1000)
  assert.deepEqual(await given.whereTo('xy@example.test', 'end@example.test'), ['too-many', 'end@'])
})

test('addresses that lead to too much together are to be asked for in parts', async () => {
  await using given = await openAddressing()
  const names = Array.from({ length: 11 }, (_, i) => `g${i}@example.test`)
  for (const name of names) {
    await given.group(
      name,
      Array.from({ length: 1000 }, (_, i) => `${name[1]}-${i}@away.test`),
    )
  }
  await given.group('all@example.test', names)
  const asked = resolve(['g1@example.test', 'all@example.test'], given.collections)
  await assert.rejects(asked, (error) => error instanceof Fault && error.code === 'too-large')
  assert.equal(await given.where('all@example.test'), 'too-many')
  assert.equal((await given.where('g1@example.test')).split(' ').length, 1000)
})

test('the queries do not grow with the addresses, and end after ten steps', async () => {
  await using given = await openAddressing()
  await given.account('alice@example.test')
  const names = Array.from({ length: 300 }, (_, i) => `g${i}@example.test`)
  for (const name of names) await given.group(name, [`alice+${name}`])
  let queries = 0
  const counted = Object.fromEntries(
    Object.entries(given.collections).map(([name, collection]) => {
      const find = (...args: unknown[]) => {
        queries++
        return Reflect.apply(collection.find, collection, args)
      }
      return [name, { find }]
    }),
  ) as unknown as Collections
  await resolve(['alice@example.test'], counted)
  assert(queries <= 5, `${queries}`)
  queries = 0
  await resolve(names, counted)
  assert(queries <= 10, `${queries}`)
})

test('an answer says what it depends on besides what it tells', async () => {
  await using given = await openAddressing()
  const alice = await given.account('alice@example.test', { forwards: ['x@away.test'] })
  const bob = await given.account('bob@example.test', { suspended: true })
  await given.account('carol@example.test', { addresses: ['info@example.jp'] })
  assert.deepEqual(await given.through('carol@example.test'), [])
  assert.deepEqual(await given.through('info@example.jp'), [])
  assert.deepEqual(await given.through('alice@example.test'), ['away.test'])
  assert.deepEqual(await given.through('bob@example.test'), [bob._id])
  assert.deepEqual(await given.through('dave@example.test'), ['@example.test'])
  assert.deepEqual(await given.through('alice+x@example.test'), ['alice@example.test', 'away.test'])
  await given.group('team@example.test', ['carol@example.test', 'dave@example.test'])
  const team = ['carol@example.test', 'dave@example.test', '@example.test']
  assert.deepEqual(await given.through('team@example.test'), team)
  await given.change('alice@example.test', { keepsCopy: false })
  assert.deepEqual(await given.through('alice@example.test'), [alice._id, 'away.test'])
  await deleteAddress('info@example.jp', given.registry)
  await given.domain('example.jp', { aliasOf: 'example.test' })
  const aliased = ['example.test', 'dave@example.test', '@example.test']
  assert.deepEqual(await given.through('dave@example.jp'), aliased)
})
