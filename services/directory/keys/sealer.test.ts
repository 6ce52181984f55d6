import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { Fault, type FaultCode } from '#lib/base/fault.ts'
import { Sealer } from './sealer.ts'

const KEY = 'a key of at least 32 characters, for this test'
const fault = (code: FaultCode) => (error: unknown) => error instanceof Fault && error.code === code

test('what is sealed opens in its context with its key, and differs each time', () => {
  const sealer = new Sealer(KEY, randomBytes)
  for (const text of ['secret', '', 'x'.repeat(5000)]) {
    const sealed = sealer.seal('account 1', Buffer.from(text))
    assert.equal(new Sealer(KEY, randomBytes).open('account 1', sealed).toString(), text)
    assert.notDeepEqual(sealer.seal('account 1', Buffer.from(text)), sealed)
    if (text !== '') assert.equal(Buffer.from(sealed).includes(text), false)
  }
})

test('it opens in no other context, with no other key, and not when a bit was changed', () => {
  const sealer = new Sealer(KEY, randomBytes)
  const sealed = sealer.seal('account 1', Buffer.from('secret'))
  assert.throws(() => sealer.open('account 2', sealed), fault('unavailable'))
  assert.throws(
    () => new Sealer(`${KEY}!`, randomBytes).open('account 1', sealed),
    fault('unavailable'),
  )
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed)
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
    assert.throws(() => sealer.open('account 1', changed), fault('unavailable'), `byte ${at}`)
    assert.throws(() => sealer.open('account 1', sealed.subarray(0, at)), fault('unavailable'))
  }
})

test('without a key it says so', () => {
  const sealer = new Sealer(undefined, randomBytes)
  assert.equal(sealer.ready, false)
  assert.throws(() => sealer.seal('x', Buffer.from('y')), fault('forbidden'))
  assert.throws(() => sealer.open('x', Buffer.alloc(64, 1)), fault('unavailable'))
})
