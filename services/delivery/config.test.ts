import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '#lib/node/config.ts'
import { ACK_WAIT_MS } from '#lib/node/spool.ts'
import { Config } from './config.ts'

const NEEDED = { CLUSTER_SECRET: 'a secret of many letters', DELIVERY_DATABASE: 'sqlite::memory:' }

test('what would deliver twice, or never, is refused at the start', () => {
  const wrong: [name: string, text: string][] = [
    // The mailbox-store knows for seven days which mails it has.
    ['DELIVERY_RETRY_AGE', '7d'],
    ['DELIVERY_RETRY_AGE', 'off'],
    ['DELIVERY_RETRY_AGE_SYSTEM', '8d'],
    ['DELIVERY_RETRY_AGE_BULK', '100d'],
    ['DELIVERY_LEDGER_AGE', '6d'],
    ['DELIVERY_LEDGER_AGE', 'off'],
    ['DELIVERY_LEASE', '10ms'],
    ['DELIVERY_LEASE', 'off'],
    ['DELIVERY_CONNECT_TIMEOUT', 'off'],
    ['DELIVERY_CONNECT_TIMEOUT', '30d'],
  ]
  for (const [name, text] of wrong) {
    assert.throws(
      () => readConfig(Config, { ...NEEDED, [name]: text }),
      new RegExp(`${name}: must`),
      `${name} ${text}`,
    )
  }
  const { DELIVERY_RETRY_AGE } = readConfig(Config, { ...NEEDED, DELIVERY_RETRY_AGE: '6d' })
  assert.equal(DELIVERY_RETRY_AGE, 6 * 86_400_000)
})

test('what a dead process was at is begun again within 30 seconds', () => {
  const { DELIVERY_LEASE, DELIVERY_QUEUE_POLL } = readConfig(Config, NEEDED)
  // An entry, when its lease is over and somebody looks; polls are spread by a tenth.
  assert.ok(DELIVERY_LEASE + 1.1 * DELIVERY_QUEUE_POLL <= 30_000)
  // A first attempt, when the spool has given out its mail again (queue/first.ts).
  assert.ok(ACK_WAIT_MS + 0.75 * DELIVERY_LEASE + 1.1 * DELIVERY_QUEUE_POLL <= 30_000)
})
