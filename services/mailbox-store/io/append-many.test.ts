import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectMailboxStore } from '#lib/node/clients.ts'
import { serveGrpc } from '#lib/node/grpc.ts'
import { parseAddress } from '#lib/node/setting.ts'
import { recordTelemetry } from '#lib/node/testing.ts'
import { mailboxStoreEvents } from '../events.ts'
import { openStore, openTestDatabase } from '../testing.ts'
import { mailboxStoreService } from './grpc.ts'

const numbers = (count: number, from = 1) =>
  Array.from({ length: count }, (_, index) => from + index)

test('appends over the shared call give what appends by themselves give', async () => {
  await using database = await openTestDatabase()
  const store = await openStore(database)
  const telemetry = recordTelemetry()
  const service = mailboxStoreService(store, mailboxStoreEvents(telemetry))
  const anyPort = { host: '127.0.0.1', port: 0 }
  const secret = 'a secret of this cluster'
  await using server = await serveGrpc(anyPort, [service], { secret, telemetry })
  const servers = [parseAddress(server.address)]
  using client = connectMailboxStore({ CLUSTER_SECRET: secret, MAILBOX_STORE_SERVERS: servers })
  const request = {
    tenant: 'acme',
    mailbox: { name: 'INBOX' },
    content: Buffer.from('a: b\r\n\r\n'),
  }
  const append = (account: string, mailId: string, more: object = {}) =>
    client.append({ ...request, account, mailId, ...more })

  const accounts = ['alice', 'bob']
  const asked = numbers(100).map((n) => append(accounts[n % 2] ?? '', `m${n}`))
  const refused = await Promise.allSettled([
    append('carol', 'm1', { quotas: [{ scope: 'ACCOUNT', name: 'carol', bytes: 1 }] }),
    append('alice', 'm0', { mailbox: { id: 'no-such-mailbox' } }),
    append('alice', 'm0', { internalDate: 1e300 }),
  ])
  const codes = refused.map((one) => one.status === 'rejected' && one.reason.code)
  assert.deepEqual(codes, ['over-quota', 'not-found', 'invalid'])
  const done = await Promise.all(asked)
  for (const parity of [0, 1]) {
    const uids = done.filter((_, index) => index % 2 === parity).map(({ uid }) => uid)
    assert.deepEqual(new Set(uids), new Set(numbers(50)))
  }
  const [again, first] = [await append('bob', 'm1'), done[0]]
  assert.deepEqual([again.uid, again.repeated, first?.repeated], [first?.uid, true, false])
  const commits = telemetry.told.filter(({ name }) => name === 'store_commits_total').length
  assert(commits < 20, `${commits} commits: they did not come together`)
})
