import assert from 'node:assert/strict'
import { test } from 'node:test'
import { natsServerConfig } from './nats-config.ts'

const ALONE = { host: '127.0.0.1', port: 4222, storeDir: '/data/nats', token: 'a "token"' }

test('what is acknowledged is on the disk, alone and in a cluster', () => {
  const cluster = { route: { host: '::1', port: 1 }, routes: [], secret: 's' }
  for (const settings of [ALONE, { ...ALONE, cluster }]) {
    assert.match(natsServerConfig(settings), /jetstream \{[^}]*sync_interval: always/)
  }
})

test('a server alone opens no port but its own', () => {
  const text = natsServerConfig(ALONE)
  assert.match(text, /^listen: "127\.0\.0\.1:4222"$/m)
  assert.match(text, /token: "a \\"token\\""/)
  assert.doesNotMatch(text, /^(http|cluster)/m)
})

test('a server of a cluster asks for the secret on its route, and shows it on the others', () => {
  const text = natsServerConfig({
    ...ALONE,
    serverName: 'node-1',
    monitor: { host: '127.0.0.1', port: 8222 },
    cluster: {
      route: { host: '127.0.0.1', port: 6001 },
      routes: [
        { host: '127.0.0.1', port: 6002 },
        { host: '::1', port: 6003 },
      ],
      secret: 'abc',
    },
  })
  assert.match(text, /^server_name: "node-1"$/m)
  assert.match(text, /^http: "127\.0\.0\.1:8222"$/m)
  assert.match(text, /listen: "127\.0\.0\.1:6001"\n {2}authorization \{[^}]*password: "abc"/)
  assert.match(text, /"nats-route:\/\/route:abc@127\.0\.0\.1:6002"/)
  assert.match(text, /"nats-route:\/\/route:abc@\[::1\]:6003"/)
})
