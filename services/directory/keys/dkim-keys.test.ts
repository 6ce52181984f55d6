import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { test } from 'node:test'
import { Fault, type FaultCode } from '#lib/base/fault.ts'
import { addDomain, deleteDomain, setDomain } from '../domains.ts'
import { setTenant } from '../tenants.ts'
import { DAY_MS, DOMAIN, openExample, type TestDirectory, tenant } from '../testing.ts'
import {
  activateDkimKeys,
  type DomainKeys,
  deleteDkimKey,
  listDkimKeys,
  makeDkimKeys,
  signingKeys,
} from './dkim-keys.ts'
import { formatKeyRecord, makeKeyPair } from './key-pair.ts'
import { Sealer } from './sealer.ts'

const fault = (code: FaultCode) => (error: unknown) => error instanceof Fault && error.code === code

/** Ed25519 for both, which is made in no time. */
const quick = () => makeKeyPair('ed25519')

function drive(directory: TestDirectory) {
  const { registry, collections, keeping } = directory
  return {
    make: (domain = 'example.test', rotate = false) =>
      makeDkimKeys({ domain, rotate }, registry, quick),
    activate: () => activateDkimKeys('example.test', registry),
    list: async () => say(await listDkimKeys('example.test', registry)),
    signing: async (domain = 'example.test') =>
      (await signingKeys(domain, collections, keeping.sealer))
        .map(({ selector }) => selector)
        .join(' '),
  }
}

const say = ({ keys }: DomainKeys) =>
  keys.map(({ selector, state }) => `${selector.slice(4)} ${state}`).join(', ')

test('a key of each algorithm is made once, and signs', async () => {
  await using directory = await openExample()
  const { make, list, signing } = drive(directory)
  assert.equal(await signing(), '')
  const made = await makeDkimKeys({ domain: 'Example.TEST', rotate: false }, directory.registry)
  assert.equal(say(made), '400101r active, 400101e active')
  await make()
  assert.equal(await list(), '400101r active, 400101e active')
  const { collections, keeping } = directory
  const keys = await signingKeys('example.test', collections, keeping.sealer)
  for (const [index, { algorithm, privateKey }] of keys.entries()) {
    const spki = createPublicKey(createPrivateKey(privateKey)).export({
      type: 'spki',
      format: 'der',
    })
    const bare = algorithm === 'rsa' ? spki : spki.subarray(-32)
    assert.equal(made.keys[index]?.publicKey, bare.toString('base64'))
  }
  assert.equal(await signing('example.jp'), '')
  assert.equal(await signing('elsewhere.test'), '')
  assert.equal(await signing('not a domain'), '')
})

test('records say what DNS wants. RFC 6376 §3.6.1, RFC 8463 §4.2', async () => {
  const key = '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='
  assert.equal(formatKeyRecord('ed25519', key), `v=DKIM1; k=ed25519; p=${key}`)
  const { publicKey } = await makeKeyPair('ed25519')
  assert.equal(Buffer.from(publicKey, 'base64').length, 32)
})

test('rotation publishes first, then signs, then keeps the old ones published for a week', async () => {
  await using directory = await openExample()
  const { make, activate, list, signing } = drive(directory)
  const { clock, collections } = directory
  await make()
  clock.move(30 * DAY_MS)
  await make('example.test', true)
  await make('example.test', true)
  const old = '400101r active, 400101e active'
  assert.equal(await list(), `${old}, 400131r waiting, 400131e waiting`)
  assert.equal(await signing(), 'hk20400101r hk20400101e')
  await activate()
  await activate()
  const retired = '400101r retired, 400101e retired'
  assert.equal(await list(), `${retired}, 400131r active, 400131e active`)
  assert.equal(await signing(), 'hk20400131r hk20400131e')
  for await (const { keys } of collections.dkim.find({})) {
    assert.deepEqual(
      keys.map(({ sealed }) => sealed !== undefined),
      [false, false, true, true],
    )
  }
  clock.move(7 * DAY_MS)
  assert.equal(await list(), '400131r active, 400131e active')
})

test('a second rotation on one day has other selectors, and a deleted one is not used again', async () => {
  await using directory = await openExample()
  const { make, activate, list } = drive(directory)
  const { registry } = directory
  await make()
  await make('example.test', true)
  await activate()
  await deleteDkimKey('example.test', 'hk20400101e2', registry)
  await assert.rejects(deleteDkimKey('example.test', 'hk20400101e2', registry), fault('not-found'))
  await make()
  assert.equal(await list(), '400101r retired, 400101e retired, 400101r2 active, 400101e3 active')
})

test('of two who rotate at once both are told the keys that there are then', async () => {
  await using directory = await openExample()
  const { make } = drive(directory)
  await make()
  const [one, two] = await Promise.all([make('example.test', true), make('example.test', true)])
  assert.equal(one.keys.length, 4)
  assert.deepEqual(one, two)
})

test('of many who change the keys at once none undoes another, and one of each is active', async () => {
  await using directory = await openExample()
  const { make, activate, registry } = { ...drive(directory), ...directory }
  await Promise.allSettled([make(), make(), make()])
  await Promise.allSettled([make('example.test', true), activate(), make('example.test', true)])
  await Promise.allSettled([activate(), activate(), activate()])
  const { keys } = await listDkimKeys('example.test', registry)
  const active = keys.filter(({ state }) => state === 'active')
  assert.deepEqual(active.map(({ algorithm }) => algorithm).sort(), ['ed25519', 'rsa'])
})

test('a domain or tenant that is suspended signs nothing, and another tenant gets no keys', async () => {
  await using directory = await openExample()
  const { make, signing } = drive(directory)
  const { registry } = directory
  await make('example.jp')
  const domain = { ...DOMAIN, name: 'example.jp', tenant: '' }
  await setDomain({ ...domain, suspended: true }, registry)
  assert.equal(await signing('example.jp'), '')
  await setDomain({ ...domain, suspended: false }, registry)
  await setTenant({ ...tenant('example'), suspended: true }, registry)
  assert.equal(await signing('example.jp'), '')
  await setTenant({ ...tenant('example'), suspended: false }, registry)
  assert.equal(await signing('example.jp'), 'hk20400101r hk20400101e')
  await deleteDomain('example.jp', registry)
  assert.equal(await signing('example.jp'), '')
  await addDomain({ ...domain, tenant: 'other', reuse: true }, registry)
  assert.equal(await signing('example.jp'), '')
  assert.deepEqual((await listDkimKeys('example.jp', registry)).keys, [])
})

test('without the key that seals none are made, and mail waits that would be signed', async () => {
  await using directory = await openExample()
  const { make } = drive(directory)
  const { registry, collections, keeping, random } = directory
  await assert.rejects(activateDkimKeys('example.test', registry), fault('not-found'))
  await assert.rejects(activateDkimKeys('elsewhere.test', registry), fault('not-found'))
  const sealer = new Sealer(undefined, random)
  const without = { ...registry, keeping: { ...keeping, sealer } }
  const request = { domain: 'example.test', rotate: false }
  await assert.rejects(makeDkimKeys(request, without, quick), fault('forbidden'))
  assert.deepEqual(await signingKeys('example.test', collections, sealer), [])
  await make()
  await assert.rejects(signingKeys('example.test', collections, sealer), fault('unavailable'))
})
