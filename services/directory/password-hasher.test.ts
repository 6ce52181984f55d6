import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { FairPlaces } from '#lib/base/fair-places.ts'
import { Fault } from '#lib/base/fault.ts'
import { passwordHasher } from './password-hasher.ts'
import { cheap } from './testing.ts'

const hasher = passwordHasher(
  cheap,
  new FairPlaces({ running: 2, waiting: 10, perTenant: 1, perAccount: 1 }),
  randomBytes,
)

test('a password has its own hash and no other', async () => {
  const hash = await hasher.hash('correct horse')
  assert.match(hash, /^\$argon2id\$v=19\$m=16,t=1,p=1\$[^$=]{22}\$[^$=]{43}$/)
  assert.equal(await hasher.verify('correct horse', hash), true)
  assert.equal(await hasher.verify('correct hors', hash), false)
  assert.equal(await hasher.verify('', hash), false)
  assert.notEqual(await hasher.hash('correct horse'), hash)
})

test('a hash made by libargon2 is right', async () => {
  // printf password | argon2 somesalt -id -t 2 -m 16 -p 1
  const hash =
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  assert.equal(await hasher.verify('password', hash), true)
})

test('one password may be composed in two ways. RFC 8265 §4.2.2', async () => {
  const hash = await hasher.hash('か\u3099')
  assert.equal(await hasher.verify('が', hash), true)
})

test('an imported digest is right, and outdated', async () => {
  const salt = Buffer.from('salt')
  const digest = createHash('sha256').update('secret').update(salt).digest()
  const stored = `{SSHA256}${Buffer.concat([digest, salt]).toString('base64')}`
  assert.equal(await hasher.verify('secret', stored), true)
  assert.equal(await hasher.verify('Secret', stored), false)
  assert.equal(hasher.outdated(stored), true)
  assert.equal(hasher.outdated(await hasher.hash('secret')), false)
})

test('without a hash no password is right, though one is computed', async () => {
  assert.equal(await hasher.verify('anything', undefined), false)
})

test('passwords that cannot be are refused', async () => {
  await assert.rejects(hasher.hash(''), Fault)
  await assert.rejects(hasher.hash('x'.repeat(1025)), Fault)
  await assert.rejects(hasher.hash('x'.repeat(1_000_000)), Fault)
  assert.equal(await hasher.verify('x'.repeat(1_000_000), await hasher.hash('x')), false)
})
