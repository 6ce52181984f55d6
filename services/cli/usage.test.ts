import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { findUsed, USED } from './usage.ts'

test('what something holds is shown; what cannot be counted now is left out', async () => {
  const usage = async () => ({ bytes: 2048, messages: 3, mailboxes: 1 })
  const shown = await findUsed('ACCOUNT', 'a1', { store: { usage } })
  assert.equal(USED.text(shown), '2k in 3 messages')
  assert.deepEqual(USED.value?.(shown), { bytes: 2048, messages: 3 })

  const away = () => Promise.reject(new Fault('unavailable', 'away'))
  for (const store of [undefined, { usage: away }]) {
    assert.equal(USED.text(await findUsed('ACCOUNT', 'a1', { store })), '')
  }
})
