import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { FairPlaces } from '#lib/base/fair-places.ts'
import { passwordHasher } from './password-hasher.ts'
import { parseSha512Crypt } from './sha512-crypt.ts'
import { parseStoredHash } from './stored-hash.ts'
import { cheap } from './testing.ts'

// Made by OpenSSL and glibc; the third is from the algorithm's description.
const MADE: [password: string, hash: string][] = [
  [
    'password',
    '$6$saltstring$adDbXsJjcDlq2662QPgd.tkSOVmnG9Tt3oXl4HR60SusC3AGjirnDenVZp3DGwLwqy6iYKCzannhaX9DR72nN1',
  ],
  [
    'パスワード',
    '{SHA512-CRYPT}$6$ab$ixJEevsMSzwPYcSCTFNkeqDDuJzbSJw.Br7I5VQJpjhTZ8zOOD7HdLgbtC1Muak7HuQmzYdljSOarFFatl.Vi/',
  ],
  [
    'Hello world!',
    '{CRYPT}$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.',
  ],
  [
    'x'.repeat(100),
    '$6$ab$Dl9IhjoQKEbFzT0mHUojnmKfO/iaqCONKYMJae6A6BamPi8p5W8x7BIsEQTkgeX2qGN0TnWVc1L7jgOlphKFW.',
  ],
]

test('hashes that other systems made are right for their passwords only', async () => {
  const hasher = passwordHasher(
    cheap,
    new FairPlaces({ running: 2, waiting: 10, perTenant: 1, perAccount: 1 }),
    randomBytes,
  )
  for (const [password, hash] of MADE) {
    assert.equal(await hasher.verify(password, hash), true, hash)
    assert.equal(await hasher.verify(`${password}!`, hash), false, hash)
    assert.equal(hasher.outdated(hash), true)
  }
})

test('what is no such hash, or costs too much, is refused', () => {
  const letters = MADE[0]?.[1].slice(-86) ?? ''
  assert.equal(parseSha512Crypt(letters)?.length, 64)
  for (const text of ['', letters.slice(1), `${letters.slice(1)}$`]) {
    assert.equal(parseSha512Crypt(text), undefined)
  }
  assert.throws(() => parseStoredHash(`$6$rounds=999999$salt$${letters}`), /cost too much/)
  assert.throws(() => parseStoredHash(`$6$rounds=1$salt$${letters}`), /damaged/)
  assert.throws(() => parseStoredHash('$6$salt$short'), /damaged/)
})
