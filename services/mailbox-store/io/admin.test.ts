import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault, type FaultCode } from '#lib/base/fault.ts'
import { systemClock } from '#lib/node/clock.ts'
import { serveGrpc } from '#lib/node/grpc.ts'
import { connectGrpc } from '#lib/node/grpc-client.ts'
import { parseAddress } from '#lib/node/setting.ts'
import { recordTelemetry } from '#lib/node/testing.ts'
import { append } from '../append.ts'
import { mailboxStoreEvents } from '../events.ts'
import { findMailbox } from '../names.ts'
import { ACCOUNT, appendOf, openStore, openTestDatabase, TENANT } from '../testing.ts'
import { mailboxStoreAdminService } from './admin.ts'

const secret = 'a secret of this cluster'
const fault = (code: FaultCode) => (error: unknown) => error instanceof Fault && error.code === code
const request = { account: '', mailbox: '', repair: false, bytes: false }

async function serve() {
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await openTestDatabase())
  // A second passes in no time: there is a report of progress whenever anything is waited for.
  const clock = { ...systemClock, sleep: async () => undefined }
  const store = await openStore(database, { clock })
  const telemetry = recordTelemetry()
  const care = { ...store, events: mailboxStoreEvents(telemetry), collectMemoryBytes: 1024 * 1024 }
  const service = mailboxStoreAdminService(store, care)
  const anyPort = { host: '127.0.0.1', port: 0 }
  const server = opened.use(await serveGrpc(anyPort, [service], { secret, telemetry }))
  const servers = [parseAddress(server.address)]
  const client = opened.use(connectGrpc('mailbox-store', 'MailboxStoreAdmin', servers, { secret }))
  const opening = opened.move()
  return { client, store, [Symbol.asyncDispose]: () => opening.disposeAsync() }
}

test('a check streams findings and progress, and the last report is of the whole of it', async () => {
  await using served = await serve()
  const { client, store } = served
  await append(appendOf(), store)
  await append(appendOf({ account: 'bob' }), store)
  const _id = await findMailbox(ACCOUNT, { id: '', name: 'INBOX' }, TENANT, store)
  await store.collections.mailboxes.updateOne({ _id }, { $set: { exists: 7 } })
  const reports = await Array.fromAsync(client.check({ ...request, repair: true }))
  const findings = reports.flatMap(({ finding }) => (finding ? [finding] : []))
  assert.deepEqual(
    findings.map(({ account, mailboxName, kind, repaired }) => [
      account,
      mailboxName,
      kind,
      repaired,
    ]),
    [[ACCOUNT, 'INBOX', 'counts', true]],
  )
  const accounts = new Set(reports.map(({ progress }) => progress?.account))
  assert(accounts.has(ACCOUNT) && accounts.has('bob'))
  const whole = { mailboxes: 2, messages: 2, findings: 1, repaired: 1, account: '' }
  assert.deepEqual(reports.at(-1)?.progress, whole)
})

test('a mailbox is checked by id or by name; what is not there, or makes no sense, is refused', async () => {
  await using served = await serve()
  const { client, store } = served
  await append(appendOf(), store)
  const key = await findMailbox(ACCOUNT, { id: '', name: 'INBOX' }, TENANT, store)
  for (const mailbox of ['inbox', key.slice(ACCOUNT.length + 1)]) {
    const one = { ...request, account: ACCOUNT, mailbox }
    const reports = await Array.fromAsync(client.check(one))
    assert.equal(reports.at(-1)?.progress?.mailboxes, 1, mailbox)
  }
  const check = (asked: Partial<typeof request>) =>
    Array.fromAsync(client.check({ ...request, ...asked }))
  await assert.rejects(check({ account: ACCOUNT, mailbox: 'Nowhere' }), fault('not-found'))
  await assert.rejects(check({ account: 'a/b' }), fault('invalid'))
  await assert.rejects(check({ mailbox: 'INBOX' }), fault('invalid'))
})

test('who leaves a check early leaves nothing running', async () => {
  await using served = await serve()
  const { client, store } = served
  for (let i = 0; i < 20; i++) await append(appendOf({ account: `a${i}` }), store)
  for await (const _ of client.check(request)) break
  assert.equal((await Array.fromAsync(client.check(request))).at(-1)?.progress?.mailboxes, 20)
})

test('collecting streams how far it is', async () => {
  await using served = await serve()
  const { client, store } = served
  await append(appendOf(), store)
  const reports = await Array.fromAsync(client.collect({}))
  const { kept, removed } = reports.at(-1) ?? assert.fail('no report')
  assert.deepEqual({ kept, removed }, { kept: 1, removed: 0 })
})
