import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Fault, Shed } from '#lib/base/fault.ts'
import { rendezvous } from '#lib/base/rendezvous.ts'
import type { CallContext } from '../contracts.ts'
import { grpcService, serveGrpc } from '../grpc.ts'
import { connectGrpc, type GrpcClientOptions } from '../grpc-client.ts'
import { type Endpoint, formatAddress, parseAddress } from '../setting.ts'
import { recordTelemetry } from '../testing.ts'
import { TestClock } from './testing.ts'

const secret = 'a secret of this cluster'
const anyPort: Endpoint = { host: '127.0.0.1', port: 0 }
const content = Buffer.from('Subject: x\r\n\r\n')
type Store = Parameters<typeof grpcService<'MailboxStore'>>[2]

async function serve(handlers: Store, endpoint = anyPort) {
  const services = [grpcService('mailbox-store', 'MailboxStore', handlers)]
  const server = await serveGrpc(endpoint, services, { secret, telemetry: recordTelemetry() })
  return Object.assign(server, { endpoint: parseAddress(server.address) })
}

function connect(servers: readonly Endpoint[], options: Partial<GrpcClientOptions> = {}) {
  const telemetry = recordTelemetry()
  const all = { secret, telemetry, ...options }
  const client = connectGrpc('mailbox-store', 'MailboxStore', servers, all)
  const counted = (name: string, outcome: string) =>
    telemetry.told.filter((one) => one.name === name && one.fields.outcome === outcome).length
  /** `count` accounts that ask this one of the servers first. */
  const accounts = (server: number, count: number) => {
    const names = servers.map(formatAddress)
    const all = Array.from({ length: 50 * count }, (_, index) => `account-${index}`)
    const theirs = all.filter((account) => rendezvous(names, account)[0] === server)
    return theirs.slice(0, count)
  }
  /** Resolves once all servers are connected. */
  const connected = () =>
    Promise.all(servers.map((_, n) => client.usage({}, { key: accounts(n, 1)[0] as string })))
  return Object.assign(client, { telemetry, counted, accounts, connected })
}

/** Answers nothing for as long as its caller waits. */
async function frozen(_request: unknown, { signal }: CallContext) {
  await once(signal, 'abort')
  return {}
}

const answering = {
  usage: async () => ({}),
  view: async () => ({ keywords: ['answered'] }),
  append: async ({ size }) => ({ uid: size }),
  createMailbox: async ({ name }) => ({ name }),
  storeFlags: async () => ({ modified: '7' }),
  async *read() {
    yield { content }
  },
} satisfies Store

test('a read that a replica does not answer goes to another one, and soon not to it any more', async () => {
  let asked = 0
  const aborted = Promise.withResolvers<void>()
  await using one = await serve({
    ...answering,
    async view(request, call) {
      asked++
      call.signal.addEventListener('abort', () => aborted.resolve())
      return await frozen(request, call)
    },
  })
  await using two = await serve(answering)
  using client = connect([one.endpoint, two.endpoint])
  await client.connected()
  const began = performance.now()
  for (const account of client.accounts(0, 8)) {
    assert.deepEqual((await client.view({ account })).keywords, ['answered'])
  }
  assert(performance.now() - began < 3000, 'it was waited for')
  assert.equal(asked, 3)
  assert.equal(client.counted('grpc_client_hedges_total', 'won'), 3)
  assert.equal(client.counted('grpc_client_attempts_total', 'overtaken'), 3)
  await aborted.promise
})

test('when everybody is slow, only some reads are asked twice', async () => {
  let asked = 0
  const reached = { 60: Promise.withResolvers<void>(), 70: Promise.withResolvers<void>() }
  const release = Promise.withResolvers<void>()
  const slow: Store = {
    ...answering,
    async view() {
      asked++
      reached[asked as 60 | 70]?.resolve()
      await release.promise
      return {}
    },
  }
  await using one = await serve(slow)
  await using two = await serve(slow)
  const clock = new TestClock()
  using client = connect([one.endpoint, two.endpoint], {
    clock: { now: () => Date.now(), monotonic: clock.monotonic, sleep: clock.sleep },
  })
  await client.connected()
  const accounts = [...client.accounts(0, 30), ...client.accounts(1, 30)]
  const views = accounts.map((account) => client.view({ account }))
  await reached[60].promise
  await clock.move(250)
  await reached[70].promise
  assert.equal(client.counted('grpc_client_hedges_total', 'refused'), 50)
  release.resolve()
  await Promise.all(views)
  assert.equal(asked, 70)
})

test('a write that a replica does not answer gets its share of the time, then another one gets it', async () => {
  const told: string[] = []
  await using one = await serve({
    ...answering,
    async append(request, call) {
      told.push('asked')
      await frozen(request, call)
      told.push('told that nobody waits')
      return {}
    },
  })
  await using two = await serve(answering)
  using client = connect([one.endpoint, two.endpoint])
  const [account = ''] = client.accounts(0, 1)
  const request = { account, mailId: 'm', content, size: 7 }
  const { uid } = await client.append(request, { deadlineMs: 2000 })
  assert.equal(uid, 7)
  assert.equal(client.counted('grpc_client_attempts_total', 'late'), 1)
  assert.deepEqual(told, ['asked', 'told that nobody waits'])
})

test('what is not safe to repeat is asked once', async () => {
  let asked = 0
  const counting = (answer: typeof frozen) => (request: unknown, call: CallContext) => {
    asked++
    return answer(request, call)
  }
  const cold: Store = { createMailbox: counting(frozen), append: counting(frozen) }
  await using one = await serve(cold)
  await using two = await serve(cold)
  using client = connect([one.endpoint, two.endpoint])
  const options = { deadlineMs: 300 }
  const unavailable = { name: 'Fault', code: 'unavailable' }
  await assert.rejects(client.createMailbox({ account: 'a' }, options), unavailable)
  await assert.rejects(client.append({ account: 'a', content }, options), unavailable)
  assert.equal(asked, 2)
})

test('what is not safe to repeat goes on as long as nobody has begun it', async () => {
  const shedding: Store = { createMailbox: async () => Promise.reject(new Shed('Too much to do')) }
  await using one = await serve(shedding)
  await using two = await serve(answering)
  const three = await serve({})
  await three[Symbol.asyncDispose]()
  using client = connect([one.endpoint, two.endpoint, three.endpoint])
  for (const account of [...client.accounts(0, 1), ...client.accounts(2, 3)]) {
    assert.equal((await client.createMailbox({ account, name: 'x' })).name, 'x')
  }
})

test('a replica whose database is away from it alone fails no call, and is asked last', async () => {
  let asked = 0
  await using one = await serve({
    ...answering,
    async storeFlags() {
      asked++
      throw new Fault('unavailable', 'The database is not available')
    },
  })
  await using two = await serve(answering)
  using client = connect([one.endpoint, two.endpoint])
  const began = performance.now()
  for (const account of client.accounts(0, 20)) {
    const request = { account, operationId: 'o' }
    assert.equal((await client.storeFlags(request)).modified, '7')
  }
  // Once more for each quarter of a second or more.
  assert(asked <= 3 + (performance.now() - began) / 250, `it was asked ${asked} times`)
})

test('when all say that they cannot work, the caller hears it from them, soon without asking twice', async () => {
  let asked = 0
  const handlers: Store = {
    async storeFlags() {
      asked++
      throw new Fault('unavailable', 'The database is not available')
    },
  }
  await using one = await serve(handlers)
  await using two = await serve(handlers)
  using client = connect([one.endpoint, two.endpoint])
  const told = { code: 'unavailable', message: 'The database is not available' }
  for (let count = 0; count < 30; count++) {
    await assert.rejects(client.storeFlags({ account: 'a', operationId: 'o' }), told)
  }
  assert.equal(asked, 40)
})

test('an answer that another replica would give as well is not asked for again', async () => {
  let asked = 0
  const refusing = (fault: Fault): Store => ({
    async storeFlags() {
      asked++
      throw fault
    },
  })
  for (const code of ['busy', 'conflict', 'not-found'] as const) {
    asked = 0
    await using one = await serve(refusing(new Fault(code, 'No')))
    await using two = await serve(refusing(new Fault(code, 'No')))
    using client = connect([one.endpoint, two.endpoint])
    await assert.rejects(client.storeFlags({ account: 'a', operationId: 'o' }), { code })
    assert.equal(asked, 1)
  }
})

test('calls wait for the only replica to come back', async () => {
  let server = await serve(answering)
  using client = connect([server.endpoint])
  await client.connected()
  await server[Symbol.asyncDispose]()
  const { signal } = new AbortController()
  const calls = [
    client.view({ account: 'a' }),
    client.view({ account: 'b' }, { signal }),
    client.append({ account: 'a', mailId: 'm', content }),
    client.createMailbox({ account: 'a', name: 'x' }),
    Array.fromAsync(client.read({ account: 'a' })),
  ]
  const gone = new AbortController()
  const given = client.view({ account: 'a' }, { signal: gone.signal })
  const late = client.view({ account: 'a' }, { deadlineMs: 50 })
  await client.telemetry.seen('grpc-replica-away')
  gone.abort(new Error('gone home'))
  await assert.rejects(given, /gone home/)
  await assert.rejects(late, { code: 'unavailable' })
  server = await serve(answering, server.endpoint)
  await Promise.all(calls)
  assert.equal((await client.telemetry.seen('grpc_client_open_circuits')).value, 0)
  await server[Symbol.asyncDispose]()
})

test('when nobody is there for a while calls fail at once, until somebody is', async () => {
  let server = await serve(answering)
  using client = connect([server.endpoint], { patienceMs: 150 })
  await client.connected()
  await server[Symbol.asyncDispose]()
  await assert.rejects(client.view({}), { code: 'unavailable' })
  const began = performance.now()
  for (let count = 0; count < 20; count++) {
    await assert.rejects(client.view({}), { code: 'unavailable' })
  }
  assert(performance.now() - began < 140, 'each waited')
  server = await serve(answering, server.endpoint)
  await client.telemetry.seen('grpc-replica-back')
  await client.view({})
  await server[Symbol.asyncDispose]()
})

test('a stream is begun at another replica, and never begun again in the middle', async () => {
  let begun = 0
  await using one = await serve({
    // biome-ignore lint/correctness/useYield: it fails before it has anything
    async *read() {
      begun++
      throw new Fault('unavailable', 'The database is not available')
    },
    async *fetch() {
      begun++
      yield { uid: 1 }
      throw new Fault('unavailable', 'The database is not available')
    },
  })
  await using two = await serve({ ...answering, async *fetch() {} })
  using client = connect([one.endpoint, two.endpoint])
  const [account = ''] = client.accounts(0, 1)
  const [first] = await Array.fromAsync(client.read({ account }))
  assert.deepEqual(first?.content, content)
  assert.equal(begun, 1)
  const uids: number[] = []
  const reading = (async () => {
    for await (const { uid } of client.fetch({ account })) uids.push(uid)
  })()
  await assert.rejects(reading, { code: 'unavailable' })
  assert.deepEqual([uids, begun], [[1], 2])
})

test('a closed client says so', async () => {
  await using server = await serve(answering)
  const client = connect([server.endpoint, server.endpoint])
  await client.connected()
  client[Symbol.dispose]()
  await assert.rejects(client.view({}), { code: 'unavailable' })
})
