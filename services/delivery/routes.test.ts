import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAddress } from '#lib/mail/address.ts'
import type { Envelope } from '#lib/mail/envelope.ts'
import { planRecipients } from './routes.ts'

const CLIENT = { address: '192.0.2.1', helo: 'x', tls: true }

function plan(client: Envelope['client'], remembered: boolean) {
  return planRecipients(
    [{ address: parseAddress('a@b.test') }],
    { class: 'personal', client },
    {
      resolve: async () => ({ kind: 'elsewhere', ...(remembered && { remembered }) }),
      deliveredTo: new Set(),
      end: () => undefined,
      settled: () => false,
    },
  )
}

test('mail of strangers for what is only remembered to be elsewhere waits: it may be here by now', async () => {
  const { failures, unknown } = await plan(CLIENT, true)
  assert.equal(failures.length, 0)
  assert.deepEqual(
    unknown.map(({ recipient }) => recipient),
    ['a@b.test'],
  )
  assert.equal((await plan(CLIENT, false)).failures[0]?.reason, 'policy-refused')
})

test('mail of our users goes there, as everybody else’s does', async () => {
  const { remotes } = await plan({ ...CLIENT, account: 'a1', tenant: 't1' }, true)
  assert.equal(remotes.length, 1)
})
