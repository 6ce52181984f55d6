import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { connectMailboxStore } from '#lib/node/clients.ts'
import type { CallContext } from '#lib/node/contracts.ts'
import { serveGrpc } from '#lib/node/grpc.ts'
import { parseAddress } from '#lib/node/setting.ts'
import { recordTelemetry } from '#lib/node/testing.ts'
import type { AppendManyRequest__Output } from '#proto/types/hikyaku/mailbox_store/AppendManyRequest.ts'
import { mailboxStoreEvents } from '../events.ts'
import { openStore, openTestDatabase } from '../testing.ts'
import { appendMany } from './append-many.ts'
import { mailboxStoreService } from './grpc.ts'

type AppendOne = Parameters<typeof appendMany>[2]

function call(closing = new AbortController().signal): Pick<CallContext, 'closing' | 'refuse'> {
  return {
    closing,
    refuse: (error) => ({ faultCode: 'internal', text: String(error) }),
  }
}

function message(...ids: number[]): AppendManyRequest__Output {
  return { items: ids.map((id) => ({ id, request: { size: id } as never })) }
}

const numbers = (count: number, from = 1) =>
  Array.from({ length: count }, (_, index) => from + index)

/** What one message of answers says: ids, and what failed. */
function told({ items = [] }: { items?: { id?: number; faultCode?: string }[] }): string {
  return items.map(({ id, faultCode }) => (faultCode ? `${id}!` : `${id}`)).join(' ')
}

test('what is done in one turn is answered in one message, and the call ends after the last', async () => {
  const gates = new Map(numbers(4).map((id) => [id, Promise.withResolvers<void>()]))
  const open = (...ids: number[]) => {
    for (const id of ids) gates.get(id)?.resolve()
  }
  const appendOne: AppendOne = async ({ size }) => {
    await gates.get(size)?.promise
    if (size === 2) throw new Fault('over-quota', 'Full')
    return { uid: size }
  }
  const requests = (async function* () {
    yield message(1, 2)
    yield message(3, 4)
  })()
  const answers = appendMany(requests, call(), appendOne)
  open(4, 2, 3)
  const first = await answers.next()
  assert.equal(told(first.value), '2! 3 4')
  open(1)
  assert.equal(told((await answers.next()).value), '1')
  assert.equal((await answers.next()).done, true)
})

test('no more than 256 are under way, and nothing more is read meanwhile', async () => {
  let [begun, read] = [0, 0]
  const gate = Promise.withResolvers<void>()
  const appendOne: AppendOne = async () => {
    begun++
    await gate.promise
    return {}
  }
  const requests = (async function* () {
    for (; read < 10; read++) yield message(...numbers(100, 1 + read * 100))
  })()
  const answers = appendMany(requests, call(), appendOne)
  const first = answers.next()
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual([begun, read], [256, 2])
  gate.resolve()
  const ids = new Set((await first).value?.items?.map(({ id }: { id?: number }) => id))
  for await (const { items = [] } of answers) for (const { id } of items) ids.add(id)
  assert.equal(ids.size, 1000)
})

test('a server that stops answers what was begun, begins nothing more, and ends', async () => {
  const closing = new AbortController()
  const gate = Promise.withResolvers<void>()
  const begun: number[] = []
  const more = Promise.withResolvers<void>()
  const requests = (async function* () {
    yield message(1, 2)
    await more.promise
    yield message(3)
  })()
  const answers = appendMany(requests, call(closing.signal), async ({ size }) => {
    begun.push(size)
    await gate.promise
    return {}
  })
  const first = answers.next()
  await new Promise((resolve) => setImmediate(resolve))
  closing.abort()
  more.resolve()
  gate.resolve()
  assert.equal(told((await first).value), '1 2')
  assert.equal((await answers.next()).done, true)
  assert.deepEqual(begun, [1, 2])
})

test('a call with nothing under way ends when the server stops', async () => {
  const closing = new AbortController()
  const never = Promise.withResolvers<void>()
  const requests = (async function* () {
    yield message(1)
    await never.promise
  })()
  const answers = appendMany(requests, call(closing.signal), async () => ({}))
  assert.equal(told((await answers.next()).value), '1')
  const end = answers.next()
  closing.abort()
  assert.equal((await end).done, true)
})

test('a caller that goes away leaves nothing waiting', async () => {
  const requests = (async function* () {
    yield message(1)
    throw new Error('connection reset')
  })()
  const answers = appendMany(requests, call(), async () => ({}))
  assert.equal(told((await answers.next()).value), '1')
  assert.equal((await answers.next()).done, true)
})

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
