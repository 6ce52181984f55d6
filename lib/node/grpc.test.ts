import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import type { CallContext } from './contracts.ts'
import { grpcService, serveGrpc } from './grpc.ts'
import { connectGrpc } from './grpc-client.ts'
import { type Endpoint, parseAddress } from './setting.ts'
import { recordTelemetry } from './testing.ts'

const secret = 'a secret of this cluster'
const anyPort: Endpoint = { host: '127.0.0.1', port: 0 }

type Admin = Parameters<typeof grpcService<'DirectoryAdmin'>>[2]
type Store = Parameters<typeof grpcService<'MailboxStore'>>[2]

async function serveAdmin(handlers: Admin, endpoint = anyPort) {
  const telemetry = recordTelemetry()
  const services = [grpcService('directory', 'DirectoryAdmin', handlers)]
  const server = await serveGrpc(endpoint, services, { secret, telemetry })
  return Object.assign(server, { telemetry, endpoint: parseAddress(server.address) })
}

const connectAdmin = (servers: Endpoint[], deadlineMs = 5000) =>
  connectGrpc('directory', 'DirectoryAdmin', servers, { secret, deadlineMs })

async function serveStore(handlers: Store) {
  const services = [grpcService('mailbox-store', 'MailboxStore', handlers)]
  const server = await serveGrpc(anyPort, services, { secret, telemetry: recordTelemetry() })
  return Object.assign(server, { endpoint: parseAddress(server.address) })
}

const connectStore = (servers: Endpoint[]) =>
  connectGrpc('mailbox-store', 'MailboxStore', servers, { secret })

/** A port where nobody listens. */
async function deadEndpoint(): Promise<Endpoint> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return { host: '127.0.0.1', port }
}

test('a call takes its request there and its response back', async () => {
  await using server = await serveAdmin({
    showAccount: async ({ name }) => ({ login: name, quotaBytes: 2 ** 40 }),
  })
  using client = connectAdmin([server.endpoint])
  const account = await client.showAccount({ name: 'alice@example.test' })
  assert.equal(account.login, 'alice@example.test')
  assert.equal(account.quotaBytes, 2 ** 40)
  assert.deepEqual(account.addresses, [])
})

test('a Fault arrives as the same Fault, whatever letters it is written in', async () => {
  const message = '容量 50% \ud800 of\nit'
  await using server = await serveAdmin({
    showAccount: async () => Promise.reject(new Fault('over-quota', message)),
  })
  using client = connectAdmin([server.endpoint])
  await assert.rejects(client.showAccount({}), (error) => {
    assert(error instanceof Fault)
    assert.equal(error.code, 'over-quota')
    assert.equal(error.message, message.toWellFormed())
    return true
  })
})

test('a bug is an internal error without its text, logged and counted once', async () => {
  await using server = await serveAdmin({
    showAccount: async () => Promise.reject(new TypeError('secret path /var')),
  })
  using client = connectAdmin([server.endpoint])
  await assert.rejects(client.showAccount({}), (error) => {
    assert(error instanceof Error && !(error instanceof Fault))
    return /INTERNAL/.test(error.message) && !/var/.test(error.message)
  })
  const names = server.telemetry.told.map(({ kind, name }) => `${kind} ${name}`)
  assert.deepEqual(names, ['warn grpc-handler-failed', 'count grpc_server_errors_total'])
})

test('a call without the secret of the cluster is refused', async () => {
  await using server = await serveAdmin({ showAccount: async () => assert.fail('was let in') })
  for (const wrong of ['', `${secret}x`]) {
    const options = { secret: wrong }
    using client = connectGrpc('directory', 'DirectoryAdmin', [server.endpoint], options)
    await assert.rejects(client.showAccount({}), /UNAUTHENTICATED/)
  }
})

test('a call that gets no answer in time is unavailable, and its handler is told', async () => {
  const aborted = Promise.withResolvers<void>()
  await using server = await serveAdmin({
    listDomains: async () => ({}),
    showAccount: (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted.resolve()
          reject(signal.reason)
        })
      }),
  })
  using client = connectAdmin([server.endpoint])
  // The connection is made, so that the call is there long before its time is over.
  await client.listDomains({})
  const faulty = client.showAccount({}, { deadlineMs: 250 })
  await assert.rejects(faulty, { name: 'Fault', code: 'unavailable' })
  await aborted.promise
})

test('a caller that gives up gets its own reason, and the handler is told', async () => {
  const began = Promise.withResolvers<CallContext>()
  await using server = await serveAdmin({
    showAccount: async (_, call) => {
      began.resolve(call)
      await once(call.signal, 'abort')
      return {}
    },
  })
  using client = connectAdmin([server.endpoint])
  const controller = new AbortController()
  const call = client.showAccount({}, { signal: controller.signal })
  const { deadlineMs } = await began.promise
  assert.ok(deadlineMs > 1000 && deadlineMs <= 5000)
  controller.abort(new Error('gone home'))
  await assert.rejects(call, /gone home/)
})

test('the next replica answers when the first is not there, and each key keeps its replica', async () => {
  const seen: string[] = []
  const handlers = (name: string): Admin => ({
    listDomains: async ({ account }) => {
      seen.push(`${account} ${name}`)
      return {}
    },
  })
  await using one = await serveAdmin(handlers('one'))
  await using two = await serveAdmin(handlers('two'))
  using client = connectAdmin([await deadEndpoint(), one.endpoint, two.endpoint])
  const accounts = Array.from({ length: 20 }, (_, index) => `account-${index}`)
  for (const account of [...accounts, ...accounts]) await client.listDomains({ account })
  assert.equal(seen.length, 40)
  assert.equal(new Set(seen).size, 20)
  assert.ok(new Set(seen.map((line) => line.split(' ')[1])).size === 2)
})

test('with no replica at all, a call of any kind is unavailable', async () => {
  const options = { deadlineMs: 100 }
  using admin = connectAdmin([await deadEndpoint()])
  await assert.rejects(admin.showAccount({}, options), { code: 'unavailable' })
  using store = connectStore([await deadEndpoint()])
  await assert.rejects(collect(store.read({}, options)), { code: 'unavailable' })
  await assert.rejects(store.appendStream(pieces(1), options), { code: 'unavailable' })
})

test('a replica that is stopped and started again fails no call', async () => {
  const handlers: Admin = { showAccount: async ({ name }) => ({ login: name }) }
  await using one = await serveAdmin(handlers)
  let two = await serveAdmin(handlers)
  using client = connectAdmin([one.endpoint, two.endpoint])
  let over = false
  let calls = 0
  const caller = async () => {
    while (!over) {
      const { login } = await client.showAccount({ name: 'alice' })
      assert.equal(login, 'alice')
      calls++
    }
  }
  const callers = Array.from({ length: 8 }, caller)
  for (let round = 0; round < 3; round++) {
    const before = calls
    await two[Symbol.asyncDispose]()
    two = await serveAdmin(handlers, two.endpoint)
    while (calls < before + 200) await client.showAccount({ name: 'alice' })
  }
  over = true
  await Promise.all(callers)
  await two[Symbol.asyncDispose]()
})

test('a server with idle clients is closed at once', async () => {
  const server = await serveAdmin({ showAccount: async () => ({}) })
  using client = connectAdmin([server.endpoint])
  await client.showAccount({})
  const began = performance.now()
  await server[Symbol.asyncDispose]()
  assert.ok(performance.now() - began < 4000, 'it waited for them to go')
})

test('a stream arrives in order, and stops when its reader does', async () => {
  const ended = Promise.withResolvers<number>()
  await using server = await serveStore({
    async *read() {
      let sent = 0
      try {
        for (; sent < 1000; sent++) yield { content: Buffer.alloc(10_000, sent) }
      } finally {
        ended.resolve(sent)
      }
    },
  })
  using client = connectStore([server.endpoint])
  let next = 0
  for await (const { content } of client.read({ account: 'a' })) {
    assert.equal(content[0], next++ % 256)
    if (next === 300) break
  }
  const sent = await ended.promise
  assert.ok(sent < 1000, `the server went on to ${sent}`)
})

test('a stream that fails half-way says so after what came before', async () => {
  await using server = await serveStore({
    async *fetch() {
      yield { uid: 7 }
      throw new Fault('not-found', 'Gone')
    },
  })
  using client = connectStore([server.endpoint])
  const uids: number[] = []
  const reading = (async () => {
    for await (const { uid } of client.fetch({})) uids.push(uid)
  })()
  await assert.rejects(reading, { code: 'not-found', message: 'Gone' })
  assert.deepEqual(uids, [7])
})

test('pieces are sent as fast as the server takes them, and answered once', async () => {
  await using server = await serveStore({
    appendStream: async (requests) => {
      let bytes = 0
      for await (const { content } of requests) bytes += content?.length ?? 0
      return { uid: bytes }
    },
  })
  using client = connectStore([server.endpoint])
  const { uid } = await client.appendStream(pieces(200), { key: 'a' })
  assert.equal(uid, 200 * 65_536)
})

test('a server that refuses early is not sent the rest', async () => {
  await using server = await serveStore({
    appendStream: async (requests) => {
      for await (const _ of requests) throw new Fault('over-quota', 'Full')
      return {}
    },
  })
  using client = connectStore([server.endpoint])
  let sent = 0
  const counted = (async function* () {
    for await (const piece of pieces(5000)) {
      sent++
      yield piece
    }
  })()
  await assert.rejects(client.appendStream(counted), { code: 'over-quota' })
  assert.ok(sent < 5000, `${sent} were sent`)
})

test("a source that fails ends the call, and the caller gets the source's error", async () => {
  await using server = await serveStore({
    appendStream: async (requests) => {
      for await (const _ of requests);
      return {}
    },
  })
  using client = connectStore([server.endpoint])
  const broken = (async function* () {
    yield* pieces(3)
    throw new Error('disk on fire')
  })()
  await assert.rejects(client.appendStream(broken), /disk on fire/)
})

test('both sides stream', async () => {
  await using server = await serveAdmin({
    async *importAccounts(requests) {
      let line = 0
      for await (const { login } of requests) yield { line: ++line, message: login }
    },
  })
  using client = connectAdmin([server.endpoint])
  const requests = (async function* () {
    for (const login of ['a', 'b', 'c']) yield { login }
  })()
  const results = await collect(client.importAccounts(requests))
  assert.deepEqual(
    results.map(({ line, message }) => `${line} ${message}`),
    ['1 a', '2 b', '3 c'],
  )
})

test('a socket file is served, also over one that a dead process left', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hk-grpc-'))
  try {
    const path = join(folder, 's')
    for (let round = 0; round < 2; round++) {
      await using server = await serveAdmin({ showAccount: async () => ({ id: 'x' }) }, { path })
      assert.equal(server.address, `unix:${path}`)
      using client = connectAdmin([{ path }])
      assert.equal((await client.showAccount({})).id, 'x')
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a handler for a method that the contract lacks is a bug', () => {
  const handlers = { showAcount: async () => ({}) } as never
  assert.throws(() => grpcService('directory', 'DirectoryAdmin', handlers), /showAcount/)
})

async function* pieces(count: number) {
  for (let index = 0; index < count; index++) yield { content: Buffer.alloc(65_536) }
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  return await Array.fromAsync(items)
}
