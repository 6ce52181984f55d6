import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StartProblem } from './problem.ts'
import { databaseOn, planServices, type Surroundings } from './processes.ts'

const AROUND: Surroundings = {
  env: { LOG_LEVEL: 'warn' },
  folder: '/data',
  tlsFolder: '/data/tls',
  listens: {
    EDGE_LISTEN: '127.0.0.1:2525',
    IMAP_LISTEN: '127.0.0.1:2143',
    IMAPS_LISTEN: '127.0.0.1:2993',
  },
  servers: { NATS_SERVERS: '127.0.0.1:4222' },
  secrets: { cluster: 'cluster-secret', blob: 'blob-key', nats: 'nats-token', seal: 'seal' },
  databaseOf: (service) => `sqlite:/data/${service}.db`,
  readyFileOf: (service) => `/data/run/${service}.ready.json`,
}

test('only the owner of a database is told where it is', () => {
  const holders = planServices(AROUND).flatMap(({ name, env }) =>
    Object.keys(env)
      .filter((setting) => setting.endsWith('_DATABASE'))
      .map((setting) => `${name} ${setting} ${env[setting]}`),
  )
  assert.deepEqual(holders, [
    'delivery DELIVERY_DATABASE sqlite:/data/delivery.db',
    'mailbox-store MAILBOX_STORE_DATABASE sqlite:/data/mailbox-store.db',
    'directory DIRECTORY_DATABASE sqlite:/data/directory.db',
  ])
})

test('on MongoDB each service has a database of its own', () => {
  const url = 'mongodb://127.0.0.1:27017/?replicaSet=rs0'
  assert.equal(
    databaseOn(url, 'try', 'mailbox-store'),
    'mongodb://127.0.0.1:27017/try_mailbox_store?replicaSet=rs0',
  )
  assert.throws(() => databaseOn('http://127.0.0.1', 'try', 'directory'), StartProblem)
})

test('settings of the operator reach every service', () => {
  for (const { env } of planServices(AROUND)) assert.equal(env.LOG_LEVEL, 'warn')
})
