import assert from 'node:assert/strict'
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { Fault, type FaultCode } from '#lib/base/fault.ts'
import { deriveKeys } from '#lib/sasl/scram-keys.ts'
import { setAccount } from '../accounts.ts'
import { type AccountChange, addAccount } from '../add-account.ts'
import { setSending } from '../admission/set-sending.ts'
import type { Authenticator } from '../authenticate.ts'
import { Sealer } from '../keys/sealer.ts'
import { change, DEFAULTS, openAuthenticator, openExample, type TestDirectory } from '../testing.ts'
import { authenticateCramMd5, finishScram, startScram } from './challenge.ts'

const fault = (code: FaultCode) => (error: unknown) => error instanceof Fault && error.code === code
const FROM = { protocol: 'submission', clientAddress: '192.0.2.1' }

async function openWithAlice(more: Partial<AccountChange> = { password: 'pencil' }) {
  const directory = await openExample()
  await addAccount(change('alice@example.test', more), directory.registry, directory.hasher)
  return directory
}

/** A client's whole exchange; resolves to whose account it is. */
async function prove(
  authenticator: Authenticator,
  login: string,
  password: string,
  other?: { readonly salt: Uint8Array },
) {
  const { salt: own, iterations } = await startScram({ login }, authenticator)
  const salt = other?.salt ?? own
  const authMessage = `n=${login},r=abc,r=abcdef,s=${Buffer.from(salt).toString('base64')},i=${iterations},c=biws,r=abcdef`
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const hmac = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text).digest()
  const clientKey = hmac(salted, 'Client Key')
  const storedKey = createHash('sha256').update(clientKey).digest()
  const signature = hmac(storedKey, authMessage)
  const clientProof = Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0)))
  const attempt = { ...FROM, login, authMessage, clientProof }
  const { account, serverSignature, outageKeys } = await finishScram(attempt, authenticator)
  assert.deepEqual(serverSignature, hmac(hmac(salted, 'Server Key'), authMessage))
  return { login: account.login, outageKeys, storedKey }
}

const open = (directory: TestDirectory, limits = {}) =>
  openAuthenticator(directory, limits).authenticator

test('who has the password proves it by SCRAM, and nobody else', async () => {
  await using directory = await openWithAlice()
  const authenticator = open(directory)
  assert.equal((await prove(authenticator, 'alice', 'pencil')).login, 'alice@example.test')
  await assert.rejects(prove(authenticator, 'alice', 'Pencil'), fault('unauthenticated'))
  await assert.rejects(prove(authenticator, 'nobody', 'pencil'), fault('unauthenticated'))
  const { registry, hasher } = directory
  await setAccount(change('alice@example.test', { password: 'ペンシル' }), registry, hasher)
  await assert.rejects(prove(authenticator, 'alice', 'pencil'), fault('unauthenticated'))
  assert.equal((await prove(authenticator, 'alice', 'ペンシル')).login, 'alice@example.test')
  await setAccount(change('alice@example.test', { suspended: true }), registry, hasher)
  await assert.rejects(prove(authenticator, 'alice', 'ペンシル'), fault('unauthenticated'))
})

test('the keys for an outage are those of the password, by another salt, and prove nothing here', async () => {
  await using directory = await openWithAlice()
  const authenticator = open(directory)
  const { outageKeys, storedKey } = await prove(authenticator, 'alice', 'pencil')
  assert.ok(outageKeys)
  const { salt, iterations, storedKey: kept, serverKey } = outageKeys
  assert.notDeepEqual(kept, storedKey)
  const expected = await deriveKeys(Buffer.from('pencil'), salt, iterations)
  assert.deepEqual({ storedKey: kept, serverKey }, expected)
  await assert.rejects(
    prove(authenticator, 'alice', 'pencil', outageKeys),
    fault('unauthenticated'),
  )
})

test('an imported account has keys from its first log-in with the password itself', async () => {
  const passwordHash = `{SHA256}${createHash('sha256').update('pencil').digest('base64')}`
  await using directory = await openWithAlice({ passwordHash })
  const { logIn, authenticator } = openAuthenticator(directory)
  await assert.rejects(prove(authenticator, 'alice', 'pencil'), fault('unauthenticated'))
  await logIn('alice', 'pencil')
  assert.equal((await prove(authenticator, 'alice', 'pencil')).login, 'alice@example.test')
  const account = await directory.collections.accounts.findOne({
    login: 'alice@example.test',
    state: 'active',
  })
  assert.match(account?.credential?.hash ?? '', /^\$argon2id\$/)
})

test('keys made without a seal key are sealed once there is one', async () => {
  await using directory = await openExample()
  const { registry, hasher, collections } = directory
  const keeping = { ...registry.keeping, sealer: new Sealer(undefined, randomBytes) }
  const alice = change('alice@example.test', { password: 'pencil' })
  const { _id } = await addAccount(alice, { ...registry, keeping }, hasher)
  const lengthOf = async () =>
    (await collections.accounts.findOne({ _id }))?.credential?.scram?.keys.length
  assert.equal(await lengthOf(), 64)
  const { logIn, authenticator } = openAuthenticator(directory)
  await prove(authenticator, 'alice', 'pencil')
  await logIn('alice', 'pencil')
  assert.equal(await lengthOf(), 64 + 29)
  await prove(authenticator, 'alice', 'pencil')
})

test('an unknown login is answered like a known one, always the same', async () => {
  await using directory = await openWithAlice()
  const [one, two] = [open(directory), open(directory)]
  const known = await startScram({ login: 'alice' }, one)
  const unknown = await startScram({ login: 'nobody' }, one)
  assert.equal(unknown.salt.length, known.salt.length)
  assert.equal(unknown.iterations, known.iterations)
  assert.deepEqual(await startScram({ login: 'Nobody@example.test' }, two), unknown)
  assert.notDeepEqual((await startScram({ login: 'nobody2' }, one)).salt, unknown.salt)
})

test('wrong proofs are guesses; who proved it from there a moment ago is let in all the same', async () => {
  await using directory = await openWithAlice()
  const [one, two] = [open(directory, { perLogin: 3 }), open(directory, { perLogin: 3 })]
  await prove(one, 'alice', 'pencil')
  for (const authenticator of [one, two, one]) {
    await assert.rejects(prove(authenticator, 'alice', 'guess'), fault('unauthenticated'))
  }
  await assert.rejects(prove(one, 'alice', 'guess'), fault('busy'))
  await assert.rejects(prove(two, 'alice', 'guess'), fault('busy'))
  await prove(one, 'alice', 'pencil')
  await assert.rejects(prove(two, 'alice', 'pencil'), fault('busy'))
})

test('CRAM-MD5 where a rule allows it, from the next password on. RFC 2195 §2', async () => {
  await using directory = await openExample()
  const { registry, hasher, collections } = directory
  const tim = change('tim@example.test', { password: 'tanstaaftanstaaf' })
  const { _id } = await addAccount(tim, registry, hasher)
  const authenticator = open(directory)
  const attempt = {
    ...FROM,
    login: 'tim',
    challenge: '<1896.697170952@postoffice.reston.mci.net>',
    digest: 'b913a602c7eda7a495b4e6e7334d3890',
  }
  const logIn = () => authenticateCramMd5(attempt, authenticator)
  const allow = (cramMd5: boolean) => {
    const rule = { scope: 'tenant', name: 'example', rules: { cramMd5 }, unset: [] }
    return setSending(rule, registry, DEFAULTS)
  }
  const sealed = async () => (await collections.accounts.findOne({ _id }))?.credential?.sealed
  await assert.rejects(logIn(), fault('unauthenticated'))
  await allow(true)
  await assert.rejects(logIn(), fault('unauthenticated'))
  await setAccount(tim, registry, hasher)
  assert.equal((await logIn())._id, _id)
  assert.equal(Buffer.from((await sealed()) ?? '').includes('tanstaaf'), false)
  const wrong = { ...attempt, digest: 'b913a602c7eda7a495b4e6e7334d3891' }
  await assert.rejects(authenticateCramMd5(wrong, authenticator), fault('unauthenticated'))
  await assert.rejects(
    authenticateCramMd5({ ...attempt, login: 'nobody' }, authenticator),
    fault('unauthenticated'),
  )
  const kept = await sealed()
  await allow(false)
  assert.equal(await sealed(), undefined)
  // As if that had been killed before it came to this account.
  await collections.accounts.updateOne({ _id }, { $set: { 'credential.sealed': kept ?? '' } })
  await assert.rejects(logIn(), fault('unauthenticated'))
})

test('without a seal key there is no CRAM-MD5, and it says so', async () => {
  await using directory = await openWithAlice()
  const keeping = { ...directory.keeping, sealer: new Sealer(undefined, randomBytes) }
  const attempt = { ...FROM, login: 'alice', challenge: '<1@x>', digest: '' }
  await assert.rejects(
    authenticateCramMd5(attempt, { ...open(directory), keeping }),
    fault('forbidden'),
  )
  const rule = { scope: '', name: '', rules: { cramMd5: true }, unset: [] }
  await assert.rejects(
    setSending(rule, { ...directory.registry, keeping }, DEFAULTS),
    fault('forbidden'),
  )
})
