import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deriveKeys, signServer, verifyProof } from './scram-keys.ts'

const AUTH_MESSAGE = [
  'n=user,r=rOprNGfwEbeRWgbNEkqO',
  'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
  'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
].join(',')
const PROOF = Buffer.from('dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=', 'base64')

test('the example of RFC 7677 §3', async () => {
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')
  const keys = await deriveKeys(Buffer.from('pencil'), salt, 4096)
  assert.equal(verifyProof(keys, AUTH_MESSAGE, PROOF), true)
  const signature = signServer(keys, AUTH_MESSAGE).toString('base64')
  assert.equal(signature, '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')
  const wrong = await deriveKeys(Buffer.from('Pencil'), salt, 4096)
  assert.equal(verifyProof(wrong, AUTH_MESSAGE, PROOF), false)
})

test('a proof is of its conversation, and of its length', async () => {
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')
  const keys = await deriveKeys(Buffer.from('pencil'), salt, 4096)
  assert.equal(verifyProof(keys, `${AUTH_MESSAGE}x`, PROOF), false)
  for (const length of [0, 31, 33]) {
    assert.equal(verifyProof(keys, AUTH_MESSAGE, Buffer.alloc(length)), false)
  }
  const padded = Buffer.concat([PROOF, Buffer.of(0)])
  assert.equal(verifyProof(keys, AUTH_MESSAGE, padded), false)
})
