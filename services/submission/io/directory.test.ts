import assert from 'node:assert/strict'
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { Outage } from '#lib/base/outage.ts'
import { deriveKeys } from '#lib/sasl/scram-keys.ts'
import { ALICE } from '../testing.ts'
import { openCredentials } from './directory.ts'

const HOME = '192.0.2.1'
const HOUR = 3_600_000
const OWN_SALT = Buffer.from('the directory’s')
const OUTAGE_SALT = Buffer.from('for an outage')
const ITERATIONS = 4096
const SIGNATURE = Buffer.from('signed by the directory')

async function open() {
  const keys = await deriveKeys(Buffer.from('pencil'), OUTAGE_SALT, ITERATIONS)
  const outageKeys = {
    ...{ salt: OUTAGE_SALT, iterations: ITERATIONS },
    ...{ storedKey: Buffer.from(keys.storedKey), serverKey: Buffer.from(keys.serverKey) },
  }
  const { id: account, ...named } = ALICE
  const answer = { account, ...named, quotas: [] }
  const world = { now: 0, away: false, asked: 0, remembered: 0, outageKeys }
  const ifThere = async <T>(told: T): Promise<T> => {
    world.asked += 1
    if (world.away) throw new Fault('unavailable', 'Away')
    return told
  }
  const clock = { monotonic: () => world.now }
  const { credentials, forget } = openCredentials({
    clock,
    random: (bytes) => new Uint8Array(bytes),
    outage: new Outage(clock, 5000),
    remembered: () => void world.remembered++,
    directory: {
      authenticate: () => ifThere(answer),
      startScram: () => ifThere({ salt: OWN_SALT, iterations: ITERATIONS }),
      finishScram: () =>
        ifThere({ account: answer, serverSignature: SIGNATURE, outageKeys: world.outageKeys }),
      authenticateCramMd5: () => ifThere(answer),
    },
  })
  const prove = async (login: string, password: string) => {
    world.now += 10_000
    const { salt, iterations, remembered = false } = await credentials.startScram(login, HOME)
    const message = `n=${login},r=abc,r=abcdef,s=${Buffer.from(salt).toString('base64')},c=biws`
    const { proof, signature } = proveBy(password, salt, iterations, message)
    const finished = await credentials.finishScram(login, { message, proof, remembered }, HOME)
    return { id: finished.account.id, mutual: signature.equals(finished.signature) }
  }
  return { world, credentials, forget, prove }
}

/** As a client does it. RFC 5802 §3 */
function proveBy(password: string, salt: Uint8Array, iterations: number, message: string) {
  const hmac = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text).digest()
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const clientKey = hmac(salted, 'Client Key')
  const signed = hmac(createHash('sha256').update(clientKey).digest(), message)
  const proof = Buffer.from(clientKey.map((byte, at) => byte ^ (signed[at] ?? 0)))
  return { proof, signature: hmac(hmac(salted, 'Server Key'), message) }
}

const away = { code: 'unavailable' }

test('who came in by SCRAM does so while the directory is away, for a day, and nobody else', async () => {
  const { world, prove } = await open()
  assert.deepEqual(await prove('alice', 'pencil'), { id: 'a1', mutual: false })
  world.away = true
  assert.deepEqual(await prove('alice', 'pencil'), { id: 'a1', mutual: true })
  assert.equal(world.remembered, 1)
  await assert.rejects(prove('alice', 'Pencil'), away)
  await assert.rejects(prove('bob', 'pencil'), away)
  world.now = 24 * HOUR
  await assert.rejects(prove('alice', 'pencil'), away)
})

test('who is not known is asked for a proof like others, always the same', async () => {
  const { world, credentials, prove } = await open()
  await prove('alice', 'pencil')
  world.away = true
  const start = (login: string) => credentials.startScram(login, HOME)
  const [bob, again, carol] = [await start('bob'), await start('bob'), await start('carol')]
  assert.deepEqual(bob, again)
  assert.notDeepEqual(bob.salt, carol.salt)
  assert.equal(bob.iterations, ITERATIONS)
})

test('what is announced to have changed proves nothing any more', async () => {
  const { world, forget, prove } = await open()
  await prove('alice', 'pencil')
  forget({ accounts: [ALICE.id] })
  world.away = true
  await assert.rejects(prove('alice', 'pencil'), away)
})

test('guesses are counted, whichever way they are made', async () => {
  const { world, credentials, prove } = await open()
  await credentials.authenticate('alice', 'pencil', '198.51.100.1')
  await prove('alice', 'pencil')
  world.away = true
  for (let i = 0; i < 20; i++) {
    await assert.rejects(credentials.authenticate('alice', `guess ${i}`, HOME), away)
  }
  await assert.rejects(prove('alice', 'pencil'), away)
  world.now += HOUR
  assert.equal((await prove('alice', 'pencil')).id, 'a1')
})

test('a proof begun while the directory was away ends without it; no other does', async () => {
  const { world, credentials, prove } = await open()
  await prove('alice', 'pencil')
  const begun = await credentials.startScram('alice', HOME)
  world.away = true
  const proved = { message: 'm', proof: Buffer.alloc(32), remembered: begun.remembered ?? false }
  await assert.rejects(credentials.finishScram('alice', proved, HOME), away)
  const { salt, remembered = false } = await credentials.startScram('alice', HOME)
  world.away = false
  world.now += 10_000
  const { asked } = world
  const { proof } = proveBy('pencil', salt, ITERATIONS, 'm')
  const finished = await credentials.finishScram('alice', { message: 'm', proof, remembered }, HOME)
  assert.deepEqual([finished.account.id, world.asked], ['a1', asked])
})

test('CRAM-MD5 nobody else can check; nobody waits for that', async () => {
  const { world, credentials } = await open()
  world.away = true
  const answered = { challenge: 'c', digest: 'd' }
  await assert.rejects(credentials.authenticateCramMd5('alice', answered, HOME), away)
  const { asked } = world
  await assert.rejects(credentials.authenticateCramMd5('alice', answered, HOME), away)
  assert.equal(world.asked, asked)
})
