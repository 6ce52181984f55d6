import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { parsePlain } from './plain.ts'

test('SASL PLAIN. RFC 4616 §2', () => {
  const plain = (text: string) => parsePlain(Buffer.from(text).toString('base64'))
  assert.deepEqual(plain('\0tim\0tanstaaftanstaaf'), { login: 'tim', password: 'tanstaaftanstaaf' })
  assert.deepEqual(plain('tim\0tim\0x飛'), { login: 'tim', password: 'x飛' })
  for (const text of ['', 'a', '\0a\0', '\0\0b', '\0a\0b\0c', 'Ursel\0Kurt\0xipj3plmq']) {
    assert.throws(() => plain(text), Fault, JSON.stringify(text))
  }
  assert.throws(() => parsePlain('!'), Fault)
  // Otherwise all bytes that are none would be the same character, and so the same password.
  assert.throws(() => parsePlain(Buffer.from('\0a\0\xff', 'latin1').toString('base64')), Fault)
})
