import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { formatStoredHash, parseStoredHash } from './stored-hash.ts'

const PHC = `$argon2id$v=19$m=19456,t=2,p=1$${'c2FsdHNhbHQ'}$${'A'.repeat(43)}`

test('an Argon2id PHC string is read and written as it was', () => {
  const hash = parseStoredHash(PHC)
  assert(hash.kind === 'argon2id')
  assert.equal(hash.memoryKib, 19456)
  assert.equal(hash.hash.length, 32)
  assert.equal(formatStoredHash(hash), PHC)
  assert.deepEqual(parseStoredHash(`{ARGON2ID}${PHC}`), hash)
})

test('salted and plain SHA-2 digests are read', () => {
  const salted = createHash('sha256').update('passwordsalt').digest('base64url')
  assert.equal(salted.length, 43)
  const bytes = Buffer.concat([createHash('sha512').update('p').digest(), Buffer.from('salt')])
  const hash = parseStoredHash(`{SSHA512}${bytes.toString('base64')}`)
  assert(hash.kind === 'digest')
  assert.equal(Buffer.from(hash.salt).toString(), 'salt')
  const plain = createHash('sha256').update('p').digest('base64')
  assert.equal(parseStoredHash(`{SHA256}${plain}`).kind, 'digest')
})

test('other schemes are refused by name, and damage and excess too', () => {
  const cases: [text: string, said: RegExp][] = [
    ['$2y$12$abcdefghijklmnopqrstuv', /^\$2y\$ is not supported/],
    ['{MD5-CRYPT}$1$a$b', /^\{MD5-CRYPT\} is not supported/],
    ['plain', /^Its scheme is not supported/],
    ['', /not supported/],
    [PHC.replace('m=19456', 'm=9999999'), /cost too much/],
    [PHC.replace('t=2', 't=99'), /cost too much/],
    [PHC.replace('p=1', 'p=0'), /damaged/],
    [PHC.replace('c2FsdHNhbHQ', 'c2Fs'), /damaged/],
    ['{SSHA256}c2hvcnQ=', /damaged/],
    [`{SHA512}${'A'.repeat(44)}`, /damaged/],
    ['x'.repeat(1000), /too long/],
  ]
  for (const [text, said] of cases) {
    assert.throws(
      () => parseStoredHash(text),
      (error) => error instanceof Fault && said.test(error.message),
      text.slice(0, 40),
    )
  }
})
